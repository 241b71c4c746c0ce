import type { APIRoute } from 'astro';

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
  if (isKnown(request.headers.get('if-none-match'), image.etag)) return new Response(null, { status: 304, headers });
  const bytes = Uint8Array.from(await image.bytes());
  return new Response(bytes, { headers: { ...headers, 'content-type': image.contentType } });
};

/** Whether a browser says that it has these very bytes. */
function isKnown(noneMatch: string | null, etag: string): boolean {
  const known = noneMatch?.split(',').map((one) => one.trim().replace(/^W\//, '')) ?? [];
  return known.includes('*') || known.includes(etag);
}
