import type { APIRoute } from 'astro';

export const GET: APIRoute = ({ redirect }) => redirect('/staff/tickets', 303);
