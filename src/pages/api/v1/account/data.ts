import type { APIRoute } from 'astro';

export const GET: APIRoute = async ({ locals, url }) => {
  const { app, viewer } = locals;
  return Response.json(await app.privacy.ownJson(viewer, url.searchParams.get('before') ?? undefined));
};
