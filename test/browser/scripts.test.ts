import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { translator } from '../../src/platform/i18n/index.ts';
import { launchChromium } from '../support/chromium.ts';
import { startPortal, type TestPerson, type TestPortal } from '../support/portal.ts';
import { visitor } from '../support/visitor.ts';

const t = translator('en');
const zh = translator('zh-cn');

let browser: Browser;
let portal: TestPortal;
let mei: TestPerson;
beforeAll(async () => {
  [browser, portal] = await Promise.all([launchChromium(), startPortal()]);
  mei = await portal.person('Mei Lin');
});
afterAll(async () => {
  await browser.close();
  await portal.close();
});

it('“/” goes to the search field, or to the page that has one, and is a letter where somebody writes', async () => {
  const { page, open, close } = await visitor(browser, { url: portal.url });
  await open('/en/');
  await page.keyboard.press('/');
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('q');
  await page.keyboard.type('1/2 chair');
  expect(await page.locator('#q').inputValue()).toBe('1/2 chair');
  await open('/en/ask');
  await page.locator('#subject').focus();
  await page.keyboard.type('and/or');
  expect(await page.locator('#subject').inputValue()).toBe('and/or');
  await page.locator('h1').click();
  await page.keyboard.press('/');
  await page.waitForURL('**/en/search');
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('q');
  await close();
});

it.for([
  { locale: 'en', typed: 'wobb', title: 'A chair wobbles after assembly', words: t },
  { locale: 'zh-cn', typed: '椅子摇', title: '椅子装好以后摇晃怎么办', words: zh },
] as const)(
  'suggestions come while typing and lead on with the keyboard ($locale)',
  async ({ locale, typed, title, words }) => {
    const { page, open, close, troubles } = await visitor(browser, { url: portal.url, width: 390 });
    await open(`/${locale}/`);
    const field = page.getByRole('combobox', { name: words.t('common.search.label') });
    await field.pressSequentially(typed);
    const list = page.getByRole('listbox', { name: words.t('common.suggest.list') });
    await list.getByText(title).waitFor();
    expect(await field.getAttribute('aria-expanded')).toBe('true');
    await page.keyboard.press('Escape');
    expect(await list.isVisible()).toBe(false);
    await page.keyboard.press('ArrowDown');
    const first = await list.getByRole('option').first().textContent();
    expect(await list.locator('[aria-selected=true]').textContent()).toBe(first);
    await page.keyboard.press('Enter');
    await page.waitForURL('**/articles/**');
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(first);
    expect(troubles).toEqual([]);
    await close();
  },
);

it('without scripts the search is a plain form, and the form to ask shows articles by its button', async () => {
  const { page, open, close } = await visitor(browser, { url: portal.url, scripts: false });
  await open('/en/');
  await page.locator('#q').fill('wobbly chair');
  await page.locator('#q').press('Enter');
  await page.waitForURL('**/search?*');
  await page.locator('main').getByRole('link', { name: 'A chair wobbles after assembly' }).first().waitFor();
  await open('/en/ask');
  await page.getByLabel(t.t('ask.subject')).fill('wobbly chair');
  await page.getByLabel(t.t('ask.body')).fill('Typed before.');
  await page.getByRole('button', { name: t.t('ask.suggest.show') }).click();
  await page
    .getByRole('region', { name: t.t('ask.suggest') })
    .getByRole('link', { name: /wobbles/ })
    .waitFor();
  expect(await page.getByLabel(t.t('ask.body')).inputValue()).toBe('Typed before.');
  await page.getByRole('button', { name: t.t('ask.suggest.answered') }).click();
  await page.waitForURL('**/answered**');
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(t.t('ask.answered.title'));
  await close();
});

it('articles are suggested while a question is written, and stand in nobody’s way', async () => {
  const { page, open, close, troubles } = await visitor(browser, { url: portal.url, cookie: mei.cookie });
  await open('/en/ask');
  await page.getByLabel(t.t('ask.subject')).pressSequentially('wobbly chair');
  await page
    .getByRole('region', { name: t.t('ask.suggest') })
    .getByRole('link', { name: /wobbles/ })
    .waitFor();
  await page.getByLabel(t.t('ask.body')).fill('It still rocks.');
  await page.getByLabel(t.t('ask.subject')).press('Enter');
  await page.waitForURL('**/tickets/W-**');
  expect(troubles).toEqual([]);
  await close();
});

it('a double click on Send makes one ticket', async () => {
  const { page, open, close, troubles } = await visitor(browser, { url: portal.url, cookie: mei.cookie });
  const count = async (): Promise<number> =>
    (await portal.app.database.db.selectFrom('ticket').select('id').execute()).length;
  const before = await count();
  await open('/en/ask');
  await page.getByLabel(t.t('ask.subject')).fill('Clicked twice');
  await page.getByLabel(t.t('ask.body')).fill('And then again.');
  await page.getByRole('button', { name: t.t('ask.send') }).dblclick();
  await page.waitForURL('**/tickets/W-**');
  expect(await count()).toBe(before + 1);
  await page.getByLabel(t.t('tickets.reply'), { exact: true }).fill('Once more.');
  await page.getByRole('button', { name: t.t('tickets.reply.send') }).dblclick();
  await page.waitForURL('**done=reply**');
  expect(await page.locator('.message').count()).toBe(2);
  expect(troubles).toEqual([]);
  await close();
});

it('chosen files are listed, taken out, and refused before they travel when they are too large', async () => {
  const { page, open, close, troubles } = await visitor(browser, { url: portal.url, cookie: mei.cookie });
  await open('/en/ask');
  const file = (name: string, size: number) => ({ name, mimeType: 'text/plain', buffer: Buffer.alloc(size, 'x') });
  await page
    .getByLabel(t.t('common.files.choose'))
    .setInputFiles([file('a.txt', 10), file('b.txt', 10), file('large.txt', 25 * 1024 * 1024 + 1)]);
  const list = page.locator('#files-list');
  expect(await list.getByRole('listitem').count()).toBe(3);
  expect(await list.getByRole('alert').textContent()).toContain(
    t.t('common.files.tooLarge', { size: t.fileSize(25 * 1024 * 1024) }),
  );
  await list.getByRole('button', { name: t.t('common.files.remove', { name: 'b.txt' }) }).click();
  expect(
    await page
      .locator('#files-input')
      .evaluate((field: HTMLInputElement) => [...(field.files ?? [])].map(({ name }) => name)),
  ).toEqual(['a.txt']);
  expect(troubles).toEqual([]);
  await close();
});

it('an article costs at most 5 KB of scripts and 30 KB in all, compressed', async () => {
  const { page, close } = await visitor(browser, { url: portal.url });
  const sizes: Promise<{ kind: string; size: number }>[] = [];
  page.on('requestfinished', (request) => {
    const kind = request.resourceType();
    sizes.push(request.sizes().then(({ responseBodySize: size }) => ({ kind, size })));
  });
  await page.goto('/en/articles/chair-wobbles', { waitUntil: 'networkidle' });
  const loaded = await Promise.all(sizes);
  await close();
  const sum = (kind?: string): number =>
    loaded.reduce((total, each) => total + (kind === undefined || each.kind === kind ? each.size : 0), 0);
  for (const kind of ['document', 'script', 'stylesheet']) expect(sum(kind)).toBeGreaterThan(200);
  expect(sum('script')).toBeLessThanOrEqual(5 * 1024);
  expect(sum()).toBeLessThanOrEqual(30 * 1024);
});
