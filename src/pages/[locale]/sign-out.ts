import type { APIRoute } from 'astro';
import { seeOther } from '../../ui/submit.ts';

/** Ends this browser's session. */
export const POST: APIRoute = async ({ locals, request }) => {
  const { cookies } = await locals.app.accounts.signOut(request.headers);
  return seeOther(`/${locals.locale}/sign-in?done=signed-out`, cookies);
};
