import type { APIRoute } from 'astro';
import { outletAnswer } from '../../../ui/outlets/answer.ts';
import { isNotFound } from '../../../ui/submit.ts';

export const GET: APIRoute = async ({ locals: { app, viewer, locale }, params, request, redirect }) => {
  const slug = params['slug'] ?? '';
  const touch = app.isTouch(viewer, request);
  const article = await app.kb.outlets
    .markdown(viewer, { locale, slug, base: app.api.url(''), touch })
    .catch((error: unknown) => ({ error }));
  if ('error' in article) {
    const place = isNotFound(article.error) ? await app.kb.elsewhere(viewer, { locale, slug }) : null;
    if (place === null) throw article.error;
    // A topic has no twin: the page itself, then.
    return redirect(place.includes('/articles/') ? `${place}.md` : place, 301);
  }
  return outletAnswer(request, viewer, {
    text: article.text,
    type: 'text/markdown',
    headers: {
      'content-language': article.locale,
      // The page is what people should find; this is its twin.
      link: `<${app.api.url(article.url)}>; rel="canonical"`,
      'x-robots-tag': 'noindex',
    },
  });
};
