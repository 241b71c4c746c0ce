import type { APIContext, MiddlewareHandler } from 'astro';
import { defaultLocale, isLocale, negotiateLocale, translator, type Locale } from './platform/i18n/index.ts';

/**
 * Around every page: the reader's language and theme before it, the shape of a refusal after it. What a viewer may see
 * is decided where the data is read, not here.
 */
export const onRequest: MiddlewareHandler = async (context, next) => {
  const { locals, request } = context;
  // The page that explains a refusal comes through here once more.
  if (locals.refusal) return next();
  locals.nameRoute(context.routePattern);
  locals.locale = localeOf(context);
  locals.t = translator(locals.locale, { timeZone: locals.app.site.brand.timeZone });
  const theme = context.cookies.get('theme')?.value;
  locals.theme = theme === 'light' || theme === 'dark' ? theme : null;
  try {
    // `/fr/ask` fits the pattern of a page, but it is in no language of ours.
    const { locale } = context.params;
    const isSpoken = locale === undefined || spoken(context).some((one) => one === locale);
    // A machine that asks for what is not there is told so in its own words, not by the page that ends a path.
    const isPage = context.routePattern !== '/[...path]' || !context.url.pathname.startsWith('/api/');
    locals.app.requireMethod(isSpoken && isPage ? context.routePattern : '', request.method);
    return await whole(await next());
  } catch (error) {
    return refuse(context, error);
  }
};

/**
 * A page rendered to its end before anything of it is sent: one that fails halfway becomes the page that says so, and
 * not half a page and a cut connection.
 */
async function whole(response: Response): Promise<Response> {
  if (!response.headers.get('content-type')?.startsWith('text/html') || response.body === null) return response;
  return new Response(await response.text(), response);
}

/** The languages of this site, the first one for visitors of any other. */
function spoken({ locals }: APIContext): readonly Locale[] {
  return locals.app.site.brand.locales;
}

/**
 * The language of the path, of a machine's `?locale=`; where it names none, the viewer's own, then the browser's; one
 * that the site speaks.
 */
function localeOf(context: APIContext): Locale {
  const { locals, request, url } = context;
  // Also of a path that nobody answers: `/zh-cn/gone` was followed by somebody who reads Chinese.
  const first = url.pathname.split('/')[1];
  const named = first === 'api' ? url.searchParams.get('locale') : first;
  const own = locals.viewer.kind === 'person' ? locals.viewer.locale : null;
  const wanted = [named, own, negotiateLocale(request.headers.get('accept-language')), ...spoken(context)];
  return wanted.filter(isLocale).find((locale) => spoken(context).includes(locale)) ?? defaultLocale;
}

async function refuse(context: APIContext, error: unknown): Promise<Response> {
  const { locals, url, request } = context;
  // A refused request leaves nothing behind, and its files were streamed in before anybody could refuse it.
  await locals.app.bridge.attachments.discard(locals.form?.files.map(({ id }) => id) ?? []);
  const answer = locals.app.problemOf(error, locals);
  if (url.pathname.startsWith('/api/')) {
    return new Response(JSON.stringify(answer.problem), {
      status: answer.problem.status,
      headers: { ...answer.headers, 'content-type': 'application/problem+json' },
    });
  }
  if (answer.code === 'unauthenticated') {
    const back = request.method === 'GET' ? url.pathname + url.search : url.pathname;
    return context.redirect(`/${locals.locale}/sign-in?return_to=${encodeURIComponent(back)}`, 303);
  }
  const { viewer } = locals;
  if (answer.code === 'forbidden' && request.method === 'GET' && viewer.kind === 'person' && viewer.withheldRole) {
    // A colleague whose role asks for a second step that they have not set up: there is where it is done.
    const back = encodeURIComponent(url.pathname + url.search);
    return context.redirect(`/${locals.locale}/account/security?return_to=${back}`, 303);
  }
  locals.refusal = { ...answer, email: locals.viewer.kind === 'person' ? locals.viewer.email : null };
  return context.rewrite(new Request(new URL('/~/refused', url), { method: 'GET', headers: request.headers }));
}
