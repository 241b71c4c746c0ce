import type { APIRoute } from 'astro';

export const POST: APIRoute = async ({ locals, params, request }) => {
  const { app, viewer } = locals;
  const number = params['number'] ?? '';
  const { body } = await app.api.body(viewer, 'ticket.list', request);
  const key = request.headers.get('idempotency-key');
  const { id } = await app.bridge.tickets.answer(viewer, number, { body }, key, 'api');
  return Response.json({ id }, { status: 201, headers: { location: `/api/v1/tickets/${encodeURIComponent(number)}` } });
};
