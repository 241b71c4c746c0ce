import type { IncomingMessage, OutgoingHttpHeader, ServerResponse } from 'node:http';

/** One policy for every answer. It is static because nothing is inline: no script, no style, no handler. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "manifest-src 'self'",
].join('; ');

/** What nobody's answer may be cached as unless its maker says so. */
export const NOT_CACHED = 'private, no-store';

/**
 * The headers of every answer, errors of the parser included.
 *
 * @param options.development without the policy: live reload injects scripts and styles and opens a WebSocket.
 */
export function securityHeaders(options: { publicUrl: URL; development?: boolean }): Record<string, string> {
  const headers: Record<string, string> = {
    'x-content-type-options': 'nosniff',
    // `no-referrer` would make browsers send `Origin: null`, which the write entry refuses.
    'referrer-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy':
      'accelerometer=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), ' +
      'microphone=(), midi=(), payment=(), usb=()',
  };
  if (!options.development) headers['content-security-policy'] = CONTENT_SECURITY_POLICY;
  if (options.publicUrl.protocol === 'https:') headers['strict-transport-security'] = 'max-age=63072000';
  return headers;
}

type HeaderList = Record<string, OutgoingHttpHeader | undefined> | readonly (string | string[])[] | undefined;

/**
 * Makes sure that whoever answers, these headers go with it, and that nothing is cached that must not be: `private,
 * no-store` where the maker of the answer said nothing, and always on errors and where a cookie is set. The hook sits
 * on `writeHead`, the one place that every answer passes.
 *
 * @param lastWord called when the head is about to go out, with the response.
 */
export function sealHeaders(
  res: ServerResponse<IncomingMessage>,
  always: Readonly<Record<string, string>>,
  lastWord: (res: ServerResponse<IncomingMessage>) => void,
): void {
  const writeHead = res.writeHead.bind(res);
  res.writeHead = ((status: number, ...rest: unknown[]) => {
    const reason = typeof rest[0] === 'string' && rest[0] !== '' ? rest[0] : undefined;
    setHeaders(res, rest.find((part) => typeof part === 'object' && part !== null) as HeaderList);
    for (const [name, value] of Object.entries(always)) if (!res.hasHeader(name)) res.setHeader(name, value);
    decideCaching(res, status);
    lastWord(res);
    return reason === undefined ? writeHead(status) : writeHead(status, reason);
  }) as typeof res.writeHead;
}

function setHeaders(res: ServerResponse<IncomingMessage>, headers: HeaderList): void {
  if (headers === undefined) return;
  if (isList(headers)) {
    const flat = headers.flat();
    for (let i = 0; i + 1 < flat.length; i += 2) res.appendHeader(flat[i] ?? '', flat[i + 1] ?? '');
    return;
  }
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) res.setHeader(name, value);
}

function isList(headers: NonNullable<HeaderList>): headers is readonly (string | string[])[] {
  return Array.isArray(headers);
}

function decideCaching(res: ServerResponse<IncomingMessage>, status: number): void {
  if (status >= 400 || res.hasHeader('set-cookie')) {
    res.setHeader('cache-control', NOT_CACHED);
    if (status >= 400) for (const name of ['etag', 'last-modified', 'expires']) res.removeHeader(name);
  } else if (!res.hasHeader('cache-control')) {
    res.setHeader('cache-control', NOT_CACHED);
  }
}
