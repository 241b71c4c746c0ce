import type { APIRoute } from 'astro';

export const GET: APIRoute = async ({ locals, params }) => {
  const { app, viewer, locale } = locals;
  const ticket = await app.bridge.tickets.read(viewer, params['number'] ?? '');
  const { number, askedBy, subject, state, openedAt, updatedAt, order, case: link } = ticket;
  return Response.json({
    ...{ number, askedBy, subject, state, openedAt, updatedAt, order, case: link },
    url: app.api.url(`/${locale}/tickets/${number}`),
    messages: ticket.messages.map(({ id, at, from, name, body, attachments }) => ({
      ...{ id, at, from, name, body },
      files: attachments.map((file) => ({
        name: file.name,
        type: file.type,
        size: file.size,
        url: app.api.url(`/files/${file.id}`),
      })),
    })),
  });
};
