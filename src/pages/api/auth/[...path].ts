import type { APIRoute } from 'astro';

/** The sign-in library's own calls, as far as the accounts let them through. */
const handle: APIRoute = ({ locals, request }) => locals.app.accounts.handleAuth(request, locals.client.address);

export const GET = handle;
export const POST = handle;
