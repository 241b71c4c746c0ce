import type { APIRoute } from 'astro';

/** The button of the band: the session is its colleague's own again. */
export const POST: APIRoute = async ({ locals: { app }, request, redirect }) => {
  const { customerId } = await app.accounts.endActing(request.headers);
  return redirect(customerId === null ? '/' : `/staff/customers/${customerId}`, 303);
};
