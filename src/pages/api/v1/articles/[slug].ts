import type { APIRoute } from 'astro';

const HEADERS = { vary: 'Accept, Accept-Language, Cookie, Authorization' };

export const GET: APIRoute = async ({ locals, params, url, request }) => {
  const { app, viewer } = locals;
  const article = await app.kb.article(viewer, {
    slug: params['slug'] ?? '',
    locale: app.api.locale(url.searchParams.get('locale'), locals.locale),
    touch: app.isTouch(viewer, request),
  });
  if (wantsSource(request.headers.get('accept') ?? '')) {
    return new Response(article.source, {
      headers: { ...HEADERS, 'content-type': 'text/markdown; charset=utf-8', 'content-language': article.locale },
    });
  }
  const { slug, locale, title, summary, kind, category, keywords, html, minutes, checked, changedAt, helped } = article;
  return Response.json(
    {
      ...{ slug, locale, url: app.api.url(article.url), title, summary, kind, category, keywords, html },
      ...{ minutes, checked, changedAt },
      translations: article.translations.map((other) => ({ ...other, url: app.api.url(other.url) })),
      related: article.related.map((other) => ({
        slug: other.slug,
        title: other.title,
        url: app.api.url(other.url),
      })),
      helped,
    },
    { headers: HEADERS },
  );
};

/** Markdown is sent to whoever names it and does not also name JSON before it. */
function wantsSource(accept: string): boolean {
  const types = accept.split(',').map((type) => type.split(';', 1)[0]?.trim().toLowerCase());
  const markdown = types.indexOf('text/markdown');
  const json = types.indexOf('application/json');
  return markdown !== -1 && (json === -1 || markdown < json);
}
