import type { APIRoute } from 'astro';

/** The desk's door: to the tickets, for whoever works on them. */
export const GET: APIRoute = async ({ locals, redirect }) => {
  await locals.app.bridge.desk.standing(locals.viewer);
  return redirect('/staff/tickets', 303);
};
