import type { IncomingHttpHeaders } from 'node:http';

const READING = new Set(['GET', 'HEAD', 'OPTIONS']);
const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * Whether a write may pass the one write entry. A call that carries a cookie acts with a person's authority, so it must
 * come from this site's own pages, whatever its content type. A call without a cookie, or with a bearer key (which no
 * browser adds by itself), carries no such authority and passes: keys, signatures and tokens are checked where they are
 * used.
 *
 * Browsers name the `Origin` of every write. Only where it is missing does `Sec-Fetch-Site: same-origin` stand for it.
 * A site at a loopback address answers to all of its names, provided that the browser itself says `same-origin`.
 */
export function mayWrite(method: string, headers: IncomingHttpHeaders, publicUrl: URL): boolean {
  if (READING.has(method) || headers.cookie === undefined) return true;
  if (/^Bearer [^\s]+$/i.test(headers.authorization ?? '')) return true;
  const { origin } = headers;
  const site = headers['sec-fetch-site'];
  if (origin === undefined) return site === 'same-origin';
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  return origin === publicUrl.origin || (site === 'same-origin' && isSameLoopback(origin, publicUrl));
}

function isSameLoopback(origin: string, publicUrl: URL): boolean {
  if (!LOOPBACK.has(publicUrl.hostname) || !URL.canParse(origin)) return false;
  const named = new URL(origin);
  return (
    named.origin === origin &&
    LOOPBACK.has(named.hostname) &&
    named.protocol === publicUrl.protocol &&
    named.port === publicUrl.port
  );
}
