import type { APIRoute } from 'astro';

export const POST: APIRoute = async ({ locals, params, request }) => {
  const { app, viewer } = locals;
  const body = await app.api.body(viewer, 'shipment.report', request);
  const { id, isNew } = await app.orders.report(viewer, params['tracking'] ?? '', body);
  return Response.json({ id, isNew }, { status: 202 });
};
