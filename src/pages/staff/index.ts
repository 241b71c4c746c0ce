import type { APIRoute } from 'astro';

/**
 * The door for colleagues: to the tickets, or to the articles for whoever works on those alone, also when they have a
 * second step to set up on the way.
 */
export const GET: APIRoute = ({ locals: { viewer }, redirect }) => {
  const role = viewer.kind === 'person' ? (viewer.withheldRole ?? viewer.role) : null;
  return redirect(role === 'author' ? '/staff/articles' : '/staff/tickets', 303);
};
