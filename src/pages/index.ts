import type { APIRoute } from 'astro';

/** The portal's address alone: to the home page in the reader's language. */
export const GET: APIRoute = ({ locals, redirect }) => redirect(`/${locals.locale}`, 302);
