import type { APIRoute } from 'astro';

export const GET: APIRoute = async ({ locals, url, request }) => {
  const { app, viewer } = locals;
  const { searchParams: asked } = url;
  const limit = app.api.count('limit', asked.get('limit'), 50);
  const { query, locale, engine, degraded, confidence, verdict, hits } = await app.kb.search(viewer, {
    text: asked.get('q') ?? '',
    locale: app.api.locale(asked.get('locale'), locals.locale),
    ...(limit !== undefined && { limit }),
    suggest: asked.get('suggest') === '1',
    touch: app.isTouch(viewer, request),
  });
  return Response.json({
    query,
    locale,
    engine,
    degraded,
    confidence,
    verdict,
    hits: hits.map(({ slug, title, summary, excerpt, category, score, minutes, checked, url: address }) => ({
      ...{ slug, title, summary, excerpt, category, score, minutes, checked },
      url: app.api.url(address),
    })),
  });
};
