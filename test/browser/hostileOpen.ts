import type { Browser } from 'playwright-core';
import { expect } from 'vitest';
import { visitor } from '../support/visitor.ts';
import type { HostileSite } from './hostileForms.ts';

/**
 * Opens what is no page of ours by its address, as a document of its own and without any policy: a feed with a script
 * in it would run.
 * @returns what happened.
 */
export async function openAlone(browser: Browser, urls: readonly string[]): Promise<string[]> {
  const context = await browser.newContext({ bypassCSP: true });
  const seen: string[] = [];
  const page = await context.newPage();
  page.on('dialog', (dialog) => {
    seen.push(`${page.url()}: ${dialog.type()} ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('popup', (popup) => seen.push(`opens ${popup.url()}`));
  page.on('request', (request) => {
    const isAsked = urls.includes(request.url()) || new URL(request.url()).pathname === '/favicon.ico';
    if (!isAsked) seen.push(`${page.url()} asks for ${request.url()}`);
  });
  for (const url of urls) {
    // A picture or a file may be downloaded instead, which shows nothing.
    await page.goto(url).catch((error: unknown) => {
      if (!String(error).includes('Download is starting')) throw error;
    });
    await page.waitForTimeout(60);
  }
  await context.close();
  return seen;
}

/**
 * Goes through the pages with their own scripts and policy, whose breaches are told, too.
 * @param texts `word` is typed where it finds hostile titles, `hostile` into the editor with its live preview.
 */
export async function walkThrough(
  browser: Browser,
  { portal, cookies, tickets, articles }: HostileSite,
  texts: { word: string; hostile: string },
): Promise<string[]> {
  const number = tickets.values().next().value ?? '';
  const { slug = '', articleId = '' } = articles.values().next().value ?? {};
  const seen: string[] = [];
  for (const [who, paths] of [
    ['customer', ['/en/', `/en/articles/${slug}`, `/en/tickets/${number}`, '/en/tickets']],
    ['agent', ['/staff/tickets', `/staff/tickets/${number}`, '/staff/gaps']],
    ['author', ['/staff/articles', `/staff/articles/${articleId}/revisions`, `/staff/articles/${articleId}`]],
  ] as const) {
    const { page, open, troubles, close } = await visitor(browser, { url: portal.url, cookie: cookies[who] });
    page.on('dialog', (dialog) => {
      seen.push(`${page.url()}: ${dialog.type()} ${dialog.message()}`);
      void dialog.dismiss();
    });
    for (const path of paths) await open(path);
    if (who === 'customer') {
      await open('/en/search');
      await page.locator('input[data-suggest]').first().pressSequentially(texts.word);
      await expect.poll(() => page.locator('[role=option]').count(), { timeout: 15_000 }).toBeGreaterThan(0);
      await open('/en/ask');
      await page.locator('#subject').pressSequentially(texts.word);
      await expect.poll(() => page.locator('.suggest li').count(), { timeout: 15_000 }).toBeGreaterThan(0);
    }
    if (who === 'author') {
      await page.locator('#source').fill(texts.hostile);
      const preview = page.waitForResponse('**/api/staff/preview');
      await page.locator('#source').press('End');
      await page.locator('#source').pressSequentially(' x');
      await preview;
      await page.waitForTimeout(200);
    }
    seen.push(...troubles);
    await close();
  }
  return seen;
}
