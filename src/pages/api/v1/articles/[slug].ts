import type { APIRoute } from 'astro';
import { isNotFound } from '../../../../ui/submit.ts';

const HEADERS = { vary: 'Accept, Accept-Language, Cookie, Authorization' };

export const GET: APIRoute = async ({ locals, params, url, request, redirect }) => {
  const { app, viewer } = locals;
  const slug = params['slug'] ?? '';
  const locale = app.api.locale(url.searchParams.get('locale'), locals.locale);
  const touch = app.isTouch(viewer, request);
  const found = await app.kb.article(viewer, { slug, locale, touch }).catch((error: unknown) => ({ error }));
  if ('error' in found) {
    const place = isNotFound(found.error) ? await app.kb.elsewhere(viewer, { locale, slug }) : null;
    const [, moved] = /\/articles\/(.+)$/.exec(place ?? '') ?? [];
    if (moved === undefined) throw found.error; // a topic is nothing that this call could answer with
    return redirect(`/api/v1/articles/${moved}?locale=${locale}`, 301);
  }
  const article = found;
  if (wantsSource(request.headers.get('accept') ?? '')) {
    return new Response(article.source, {
      headers: { ...HEADERS, 'content-type': 'text/markdown; charset=utf-8', 'content-language': article.locale },
    });
  }
  const { title, summary, kind, category, keywords, html, minutes, checked, changedAt, helped } = article;
  return Response.json(
    {
      ...{
        slug: article.slug,
        locale: article.locale,
        url: app.api.url(article.url),
        title,
        summary,
        kind,
        category,
        keywords,
        html,
      },
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
