import type { APIRoute } from 'astro';

/** The door for colleagues: to the tickets, or to the articles for whoever works on those alone. */
export const GET: APIRoute = ({ locals: { viewer }, redirect }) =>
  redirect(viewer.kind === 'person' && viewer.role === 'author' ? '/staff/articles' : '/staff/tickets', 303);
