import type { APIRoute } from 'astro';

export const GET: APIRoute = async ({ locals, url }) => {
  const { app, viewer, locale } = locals;
  const asked = url.searchParams;
  const limit = app.api.count('limit', asked.get('limit'), 100);
  const find = asked.get('find');
  const state = asked.get('state');
  const after = asked.get('cursor');
  const { orders, next } = await app.orders.list(viewer, {
    ...(limit && { limit }),
    ...(find && { find }),
    ...(after && { after }),
    ...(state && { state }),
  });
  return Response.json({
    orders: orders.map((order) => ({
      ...order,
      url: app.api.url(`/${locale}/orders/${encodeURIComponent(order.number)}`),
    })),
    next,
  });
};

/** Many orders, one a line; each is answered by a line of its own, with the status that a call for it alone would have had. */
export const POST: APIRoute = async ({ locals, request }) => {
  const { app, viewer } = locals;
  const lines = await app.api.lines(viewer, 'order.push', request);
  const taken = await app.orders.putMany(
    viewer,
    lines.map(({ value }) => value),
  );
  const answers = taken.map((one, at) => {
    const line = lines[at]?.line;
    if (one.outcome !== 'refused') return { line, number: one.number, status: one.outcome === 'created' ? 201 : 200 };
    return { line, number: one.number, ...app.api.lineAnswer(one.refusal, locals) };
  });
  return new Response(answers.map((answer) => `${JSON.stringify(answer)}\n`).join(''), {
    headers: { 'content-type': 'application/x-ndjson' },
  });
};
