import type { APIRoute } from 'astro';
import { fieldOf, seeOther } from '../../../ui/submit.ts';

/** Acts in an account, or for oneself alone, from now on; leads back to where the choice was made. */
export const POST: APIRoute = async ({ locals }) => {
  const { app, viewer, form, locale } = locals;
  await app.accounts.actIn(viewer, fieldOf(form, 'account') || null);
  return seeOther(app.accounts.localPath(fieldOf(form, 'back')) ?? `/${locale}/account`);
};
