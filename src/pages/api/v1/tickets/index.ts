import type { APIRoute } from 'astro';

export const GET: APIRoute = async ({ locals, url }) => {
  const { app, viewer, locale } = locals;
  const { tickets, next } = await app.bridge.tickets.list(viewer, url.searchParams.get('cursor') ?? undefined);
  return Response.json({
    tickets: tickets.map((ticket) => ({ ...ticket, url: app.api.url(`/${locale}/tickets/${ticket.number}`) })),
    next,
  });
};

export const POST: APIRoute = async ({ locals, request }) => {
  const { app, viewer, client } = locals;
  const {
    locale: named,
    subject,
    body,
    email,
    name,
    order,
    inquiry,
    share,
  } = await app.api.body(viewer, 'ticket.open', request);
  const locale = app.api.locale(named, locals.locale);
  const { number, state } = await app.escalate({
    viewer,
    client,
    locale,
    channel: 'api',
    input: { subject, body, email, name, order, inquiry, share },
    key: request.headers.get('idempotency-key'),
  });
  return Response.json(
    { number, state, url: app.api.url(`/${locale}/tickets/${number}`), case: null },
    { status: 201, headers: { location: `/api/v1/tickets/${number}` } },
  );
};
