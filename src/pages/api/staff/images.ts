import type { APIRoute } from 'astro';
import { fieldOf } from '../../../ui/submit.ts';

/** A picture that was pasted into the editor, dropped on it or chosen there. */
export const POST: APIRoute = async ({ locals }) => {
  const { app, viewer, form } = locals;
  const upload = { token: form?.files[0]?.id, alt: fieldOf(form, 'alt') };
  const { name, url, width, height, markdown } = await app.addPicture(viewer, upload);
  return Response.json({ name, url, width, height, markdown }, { status: 201 });
};
