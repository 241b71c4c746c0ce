import type { APIRoute } from 'astro';
import { fieldOf, seeOther } from '../ui/submit.ts';
import { themeCookie, themeOf } from '../ui/theme.ts';

const YEAR_SECONDS = 365 * 86_400;

/** Keeps a reader's choice of light or dark, and leads back to where they were. */
export const POST: APIRoute = ({ locals, cookies }) => {
  const { app, form, locale } = locals;
  const theme = themeOf(fieldOf(form, 'theme'));
  const where = {
    path: '/',
    sameSite: 'lax',
    httpOnly: true,
    secure: app.settings.publicUrl.startsWith('https:'),
  } as const;
  if (theme === 'auto') cookies.delete(themeCookie, where);
  else cookies.set(themeCookie, theme, { ...where, maxAge: YEAR_SECONDS });
  return seeOther(app.accounts.localPath(fieldOf(form, 'back')) ?? `/${locale}/`);
};
