import type { APIRoute } from 'astro';

export const GET: APIRoute = async ({ locals, params }) => {
  const { app, viewer, locale } = locals;
  const order = await app.orders.read(viewer, params['number'] ?? '');
  return Response.json({ ...order, url: app.api.url(`/${locale}/orders/${encodeURIComponent(order.number)}`) });
};

export const PUT: APIRoute = async ({ locals, params, request }) => {
  const { app, viewer } = locals;
  const body = await app.api.body(viewer, 'order.push', request);
  const { created, order } = await app.orders.put(viewer, params['number'] ?? '', body);
  const location = `/api/v1/orders/${encodeURIComponent(order.number)}`;
  return Response.json(order, created ? { status: 201, headers: { location } } : {});
};
