import type { APIRoute } from 'astro';
import { previewNotes } from '../../../ui/authoring/preview.ts';
import { fieldOf } from '../../../ui/submit.ts';

/** What readers would get of a text that is being written. */
export const POST: APIRoute = async ({ locals }) => {
  const { app, viewer, form, t: tr } = locals;
  const [source, title, locale] = (['source', 'title', 'locale'] as const).map((name) => fieldOf(form, name));
  const asked = { source: source ?? '', title: title ?? '', locale: locale ?? '' };
  const preview = await app.kb.authoring.preview(viewer, asked);
  return Response.json({ html: preview.html, notes: previewNotes(tr, preview) });
};
