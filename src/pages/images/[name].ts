import type { APIRoute } from 'astro';
import { isKnown } from '../../ui/conditional.ts';

/** A drawing is only ever a drawing: opened by itself it runs nothing, asks nobody, and is of no site. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

export const GET: APIRoute = async ({ locals, params, request }) => {
  const image = await locals.app.kb.images.read(locals.viewer, params['name'] ?? '');
  const headers = {
    etag: image.etag,
    // Kept by browsers, and asked about each time: an article may be narrowed or taken back any moment.
    'cache-control': `${image.isPublic ? 'public' : 'private'}, no-cache, no-transform`,
    ...(!image.isPublic && { vary: 'Cookie, Authorization' }),
    'content-security-policy': POLICY,
    'x-content-type-options': 'nosniff',
  };
  if (isKnown(request, image.etag)) return new Response(null, { status: 304, headers });
  const bytes = Uint8Array.from(await image.bytes());
  return new Response(bytes, { headers: { ...headers, 'content-type': image.contentType } });
};
