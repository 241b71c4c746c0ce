import type { APIRoute } from 'astro';

/** When an order comes, for a calendar. */
export const GET: APIRoute = async ({ locals: { app, viewer, t }, params: { number = '' } }) => {
  const calendar = await app.deliveryCalendar(viewer, number, t);
  return new Response(calendar, {
    headers: {
      'content-type': 'text/calendar; charset=utf-8',
      'content-disposition': `attachment; filename="${number.replaceAll(/[^\w.-]+/g, '-')}.ics"`,
      'cache-control': 'private, no-cache',
    },
  });
};
