import type { APIRoute } from 'astro';
import { outletAnswer } from '../../../ui/outlets/answer.ts';

export const GET: APIRoute = async ({ locals: { app, viewer, locale }, params, request }) => {
  const slug = params['slug'] ?? '';
  const touch = app.isTouch(viewer, request);
  const article = await app.kb.outlets.markdown(viewer, { locale, slug, base: app.api.url(''), touch });
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
