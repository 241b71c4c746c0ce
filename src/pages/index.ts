import type { APIRoute } from 'astro';

/** The portal's address alone: to the home page in the reader's language. */
export const GET: APIRoute = ({ locals }) =>
  new Response(null, { status: 302, headers: { location: `/${locals.locale}/`, vary: 'Accept-Language, Cookie' } });
