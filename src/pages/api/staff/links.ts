import type { APIRoute } from 'astro';

/** Articles to link to, for the editor. */
export const GET: APIRoute = async ({ locals, url }) => {
  const { app, viewer } = locals;
  const locale = app.api.locale(url.searchParams.get('locale'), locals.locale);
  const text = url.searchParams.get('q')?.slice(0, 200) ?? '';
  const targets = await app.kb.authoring.linkTargets(viewer, { locale, text });
  return Response.json({
    targets: targets.map(({ title, slug, href, isPublished }) => ({ title, slug, href, isPublished })),
  });
};
