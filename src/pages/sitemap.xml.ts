import type { APIRoute } from 'astro';
import { defaultLocale } from '../platform/i18n/index.ts';
import { outletAnswer } from '../ui/outlets/answer.ts';
import { siteMapXml } from '../ui/outlets/siteMap.ts';

export const GET: APIRoute = async ({ locals: { app, viewer }, request, url }) => {
  const { locales } = app.site.brand;
  const part = app.api.count('part', url.searchParams.get('part'), 10_000);
  const map = await app.kb.outlets.siteMap(viewer, { locales, part });
  const text = siteMapXml(map, { base: app.api.url(''), fallback: locales[0] ?? defaultLocale });
  return outletAnswer(request, viewer, { text, type: 'application/xml' });
};
