import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ProblemAnswer } from '../platform/http/index.ts';
import { isMessageKey, type Translator } from '../platform/i18n/index.ts';

/** What the front refuses before any page is asked: the largest upload, as the words name it. */
const UPLOAD_BYTES = 25 * 1024 * 1024;

/** The style sheets of the built pages, for a page that the front makes itself; none without a build. */
export function builtStyles(clientFolder: string | undefined): string[] {
  if (clientFolder === undefined) return [];
  try {
    return readdirSync(join(clientFolder, '_astro'))
      .filter((name) => name.endsWith('.css'))
      .map((name) => `/_astro/${name}`);
  } catch {
    return [];
  }
}

/**
 * The page for what the front itself refuses (a broken form, another site's form, too much, a broken fault of ours): in
 * the reader's language, with the ways on, and made of nothing that could fail again.
 *
 * @param about.path what was asked for; whoever must sign in first comes back to it.
 */
export function errorPage(
  { code, problem, headers }: ProblemAnswer,
  about: { t: Translator; brand: string; path: string; styles: readonly string[] },
): string {
  const { t, brand, path, styles } = about;
  const at = (place: string): string => `/${t.locale}${place}`;
  const { title, heading, text } = wordsFor(code, problem.status, t, headers['retry-after']);
  const ways =
    code === 'unauthenticated'
      ? [[`${at('/sign-in')}?return_to=${encodeURIComponent(path)}`, t.t('common.nav.signIn')]]
      : [
          [at('/'), t.t('errors.ways.topics')],
          [at('/ask'), t.t('errors.ways.ask')],
        ];
  const number = problem.status < 500 ? '' : `<p class="note">${escape(problem.instance ?? '')}</p>`;
  return [
    `<!doctype html><html lang="${t.lang}"><head><meta charset="utf-8">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">',
    '<meta name="color-scheme" content="light dark">',
    `<title>${escape(t.t('common.siteTitle', { page: title, brand }))}</title>`,
    ...styles.map((href) => `<link rel="stylesheet" href="${escape(href)}">`),
    '</head><body><header class="site-head"><div class="wrap">',
    `<a class="brand" href="${at('/')}">${escape(brand)} <span>${escape(t.t('common.product'))}</span></a>`,
    '</div></header><main class="wrap" id="main"><div class="narrow"><div class="page-head">',
    `<h1>${escape(heading)}</h1><p>${escape(text)}</p></div><p class="row">`,
    ...ways.map(([href = '', label = '']) => `<a class="button" href="${escape(href)}">${escape(label)}</a>`),
    `</p>${number}</div></main></body></html>\n`,
  ].join('');
}

function wordsFor(code: ProblemAnswer['code'], status: number, t: Translator, seconds = '5') {
  if (code === 'unauthenticated') {
    const heading = t.t('accounts.signIn.title');
    return { title: heading, heading, text: t.t('accounts.signIn.first') };
  }
  // A form of another site is no page that an account may not see.
  const spoken =
    code === 'cross_origin' ? 400 : [404, 413, 422, 429, 503].includes(status) ? status : status < 500 ? 400 : 500;
  const words = (part: 'title' | 'heading' | 'text'): string => {
    const key = `errors.${spoken}.${part}`;
    return isMessageKey(key) ? t.t(key, { seconds, size: t.fileSize(UPLOAD_BYTES) }) : '';
  };
  const text = code === 'cross_origin' ? t.t('errors.forged.text') : words('text');
  return { title: words('title'), heading: words('heading'), text };
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
