import type { APIRoute } from 'astro';

/** The rows of a file that could not be taken, with what is wrong in the reader's language. */
export const GET: APIRoute = async ({ locals: { app, viewer, t }, params }) => {
  const { name, table } = await app.orderFaults.table(viewer, params['id'] ?? '', t);
  const stem = name.replace(/\.[^.]*$/, '');
  const ascii = stem.replaceAll(/[^\w.-]+/g, '-');
  return new Response(table, {
    headers: {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="refused-${ascii}.csv"; filename*=UTF-8''refused-${encodeURIComponent(stem)}.csv`,
      'x-content-type-options': 'nosniff',
    },
  });
};
