import { createHash } from 'node:crypto';
import type { Viewer } from '../../accounts/index.ts';
import { isKnown } from '../conditional.ts';

/**
 * The answer of an outlet: to a stranger one that caches may keep and ask about, to anybody known one for them alone.
 * @param type its media type, without the charset.
 */
export function outletAnswer(
  request: Request,
  viewer: Viewer,
  { text, type, headers = {} }: { text: string; type: string; headers?: Record<string, string> },
): Response {
  const etag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`;
  const cache = viewer.kind === 'anonymous' ? 'public, no-cache' : 'private, no-store';
  const all = { ...headers, etag, 'cache-control': cache, vary: 'Cookie, Authorization' };
  if (isKnown(request, etag)) return new Response(null, { status: 304, headers: all });
  return new Response(text, { headers: { ...all, 'content-type': `${type}; charset=utf-8` } });
}
