import type { APIRoute } from 'astro';
import { htmlLang } from '../../platform/i18n/index.ts';
import { outletAnswer } from '../../ui/outlets/answer.ts';
import { feedXml } from '../../ui/outlets/feed.ts';

export const GET: APIRoute = async ({ locals: { app, viewer, locale, t: tr }, request }) => {
  const { name } = app.site.brand;
  const text = feedXml({
    base: app.api.url(''),
    path: `/${locale}/feed.xml`,
    home: `/${locale}/`,
    lang: htmlLang(locale),
    title: tr.t('kb.outlet.feed', { brand: name }),
    author: name,
    articles: await app.kb.outlets.changed(viewer, { locale }),
  });
  return outletAnswer(request, viewer, { text, type: 'application/atom+xml' });
};
