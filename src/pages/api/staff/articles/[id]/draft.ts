import type { APIRoute } from 'astro';
import { fieldOf } from '../../../../../ui/submit.ts';

/** What stands in the editor, kept while it is written. */
export const POST: APIRoute = async ({ locals, params }) => {
  const { app, viewer, form, t: tr } = locals;
  const { version, savedAt } = await app.kb.authoring.saveDraft(viewer, {
    ...{ articleId: params['id'] ?? '', version: Number(fieldOf(form, 'version')) },
    ...{ title: fieldOf(form, 'title'), summary: fieldOf(form, 'summary'), source: fieldOf(form, 'source') },
    keywords: fieldOf(form, 'keywords').split('\n'),
  });
  return Response.json({ version, said: tr.t('authoring.saved', { when: tr.time(savedAt) }) });
};
