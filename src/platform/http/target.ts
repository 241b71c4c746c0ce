import { HttpFault } from './fault.ts';

/** The part of a URL that a request names. */
export interface Target {
  /** Percent-encoded only where it must be: `/%61sk` and `/ask` are one path here and behind. */
  path: string;
  /** With its `?`, or empty. */
  search: string;
}

/**
 * Reads the request target and refuses what two readers would read differently: dot segments, empty segments,
 * backslashes, control characters, broken percent-encoding. What passes has one meaning for the front, the router and
 * the rules of both.
 *
 * @throws HttpFault `uri_too_long`, `malformed`
 */
export function readTarget(url: string | undefined, maxLength: number): Target {
  const target = withoutAuthority(url ?? '');
  if (target.length > maxLength) throw new HttpFault('uri_too_long');
  const cut = target.indexOf('?');
  const path = cut === -1 ? target : target.slice(0, cut);
  const search = cut === -1 ? '' : target.slice(cut);
  if (!isPlainPath(path) || /[\0-\x20\x7f#]|%00/.test(search)) throw new HttpFault('malformed', { reason: 'address' });
  return { path: withoutNeedlessEscapes(path), search };
}

/** `GET http://any.example/path HTTP/1.1` is allowed; the authority in it counts as little as the Host header. */
function withoutAuthority(url: string): string {
  const absolute = /^https?:\/\/[^/?#]*/i.exec(url);
  if (absolute === null) return url;
  const rest = url.slice(absolute[0].length);
  return rest.startsWith('/') ? rest : `/${rest}`;
}

function isPlainPath(path: string): boolean {
  if (!path.startsWith('/') || path.includes('//') || /[\0-\x20\x7f\\#]|%(?:[01][0-9a-f]|5c|7f)/i.test(path))
    return false;
  let decoded: string;
  try {
    decoded = decodeURIComponent(path.replace(/%2f/gi, '_'));
  } catch {
    return false;
  }
  return !decoded.split('/').some((segment) => segment === '.' || segment === '..');
}

/** RFC 3986, 6.2.2.2: an escaped letter is that letter. What is not unreserved stays as it is. */
function withoutNeedlessEscapes(path: string): string {
  return path.replace(/%[0-9a-f]{2}/gi, (escape) => {
    const sign = String.fromCharCode(Number.parseInt(escape.slice(1), 16));
    return /[\w.~-]/.test(sign) ? sign : escape.toUpperCase();
  });
}
