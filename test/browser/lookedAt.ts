import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { catalogues, type Locale } from '../../src/platform/i18n/index.ts';
import { axeScript, findings } from '../support/axe.ts';

const other: Record<Locale, Locale> = { en: 'zh-cn', 'zh-cn': 'en' };

/** Whole messages of the other language that cannot be of this one, too. */
const strangers = (locale: Locale): Set<string> => {
  const own = new Set(catalogues[locale].values());
  const theirs = [...catalogues[other[locale]].values()];
  return new Set(theirs.filter((text) => !text.includes('{') && text.length > 1 && !own.has(text)));
};
const notOf: Record<Locale, Set<string>> = { en: strangers('en'), 'zh-cn': strangers('zh-cn') };

/**
 * Looks at the page as it stands: every rule of axe, nothing wider than the window, no word of the other language but
 * where it says of itself that it is one.
 * @param mirror a window with scripts, for a page without: axe needs them, so the same document is shown there without its own.
 */
export async function lookAt(visited: Page, locale: Locale, mirror?: Page): Promise<void> {
  const where = new URL(visited.url()).pathname;
  if (mirror) await reflect(visited, mirror);
  const page = mirror ?? visited;
  await page.evaluate(axeScript().content);
  expect(await findings(page, 'all'), where).toEqual([]);
  const { wide, lang, texts } = await page.evaluate(() => {
    const root = document.documentElement;
    const read: string[] = [document.title];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const { parentElement, textContent } = walker.currentNode;
      const isForeign = parentElement?.closest('[lang]') !== root || parentElement?.closest('script, style, option');
      if (!isForeign && textContent?.trim()) read.push(textContent.trim().replaceAll(/\s+/g, ' '));
    }
    for (const element of document.querySelectorAll('[placeholder], [aria-label]'))
      for (const name of ['placeholder', 'aria-label']) read.push(element.getAttribute(name) ?? '');
    return { wide: root.scrollWidth - root.clientWidth, lang: root.lang, texts: read };
  });
  expect(wide, `${where} is wider than the window`).toBe(0);
  expect(lang.toLowerCase().startsWith(locale === 'en' ? 'en' : 'zh'), `${where} is in ${lang}`).toBe(true);
  const strange = texts.filter((text) => notOf[locale].has(text) || (locale === 'en' && /\p{Script=Han}/u.test(text)));
  expect(strange, where).toEqual([]);
}

async function reflect(page: Page, mirror: Page): Promise<void> {
  const url = new URL(page.url());
  url.hash = '';
  const body = (await page.content()).replaceAll(/<script[\s\S]*?<\/script>/g, '');
  const isIt = (each: URL): boolean => each.href === url.href;
  await mirror.route(isIt, (route) => route.fulfill({ contentType: 'text/html; charset=utf-8', body }));
  await mirror.goto(url.href);
  await mirror.unroute(isIt);
}
