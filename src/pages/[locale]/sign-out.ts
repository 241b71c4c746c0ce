import type { APIRoute } from 'astro';

export const POST: APIRoute = ({ locals, redirect }) => redirect(`/${locals.locale}`, 303);
