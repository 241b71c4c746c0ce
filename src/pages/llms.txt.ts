import type { APIRoute } from 'astro';
import { outletAnswer } from '../ui/outlets/answer.ts';
import { llmsText } from '../ui/outlets/llms.ts';

export const GET: APIRoute = async ({ locals: { app, viewer, t: tr }, request }) => {
  const { name, locales } = app.site.brand;
  const directories = await app.kb.outlets.directory(viewer, { locales });
  const text = llmsText(directories, {
    base: app.api.url(''),
    title: tr.t('kb.outlet.title', { brand: name }),
    summary: tr.t('kb.outlet.summary', { brand: name }),
  });
  return outletAnswer(request, viewer, { text, type: 'text/plain' });
};
