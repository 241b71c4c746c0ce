import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { translator, type Locale } from '../../src/platform/i18n/index.ts';
import { launchChromium } from '../support/chromium.ts';
import { startPortal, type TestPerson, type TestPortal } from '../support/portal.ts';
import { visitor, type Visitor } from '../support/visitor.ts';

const PATIENT = { timeout: 90_000 };
/** Saving and rendering begin after a pause, on a machine that others keep busy. */
const SOON = { timeout: 15_000 };

let browser: Browser;
let portal: TestPortal;
const authors = new Map<Locale, TestPerson>();
let bo: TestPerson;
beforeAll(async () => {
  [browser, portal] = await Promise.all([launchChromium(), startPortal()]);
  bo = await portal.person('Bo Lind', 'administrator');
  for (const locale of ['en', 'zh-cn'] as const) {
    const author = await portal.person(`Ana ${locale}`, 'author');
    await portal.app.database.db.updateTable('person').set({ locale }).where('id', '=', author.id).execute();
    authors.set(locale, author);
  }
});
afterAll(async () => {
  await browser.close();
  await portal.close();
});

const at = async (locale: Locale, more: { scripts?: boolean; width?: number } = {}): Promise<Visitor> =>
  visitor(browser, { url: portal.url, cookie: authors.get(locale)?.cookie ?? '', ...more });

const stories = {
  en: {
    ...{ title: 'Quieten a drawer that hums', summary: 'Wax both runners and push it home twice.', word: 'beeswax' },
    ...{ alt: 'A drawer with two runners', theirs: 'Candle wax does it as well.', mine: 'Soap does it as well.' },
    question: 'drawer hums',
  },
  'zh-cn': {
    ...{ title: '抽屉嗡嗡响怎么办', summary: '两条滑轨都上蜡，再推两次到底。', word: '蜂蜡' },
    ...{ alt: '带两条滑轨的抽屉', theirs: '蜡烛也可以。', mine: '肥皂也可以。' },
    question: '抽屉嗡嗡响',
  },
} as const;

/** Pastes a drawing into the text, as from another program. */
async function paste(page: Page, name: string): Promise<void> {
  await page.locator('#source').evaluate((field, called) => {
    const drawing = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 30"><title>${called}</title><path d="M1 1h9v9"/></svg>`;
    const clipboardData = new DataTransfer();
    clipboardData.items.add(new File([drawing], called, { type: 'image/svg+xml' }));
    field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  }, name);
}

it.for(['en', 'zh-cn'] as const)('an author’s day (%s)', PATIENT, async (locale) => {
  const t = translator(locale, { timeZone: 'Europe/Berlin' });
  const story = stories[locale];
  const ana = await at(locale);
  const { page } = ana;
  const button = (key: Parameters<typeof t.t>[0]) => page.getByRole('button', { name: t.t(key), exact: true });

  // Write.
  await ana.open('/staff/articles');
  await page.getByRole('link', { name: t.t('authoring.write'), exact: true }).click();
  await page.getByLabel(t.t('authoring.field.locale')).selectOption(locale);
  await page.getByLabel(t.t('authoring.field.title')).fill(story.title);
  await page.getByLabel(t.t('authoring.field.category')).selectOption('care');
  await button('authoring.new.button').click();
  await page.locator('#source').waitFor();
  const path = new URL(page.url()).pathname;
  await page.locator('#summary').fill(story.summary);
  await page.locator('#source').focus();
  await button('authoring.tool.heading').click();
  await page.keyboard.type(story.title);
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Control+b');
  await page.keyboard.type(story.word);
  await page.keyboard.press('End');
  expect(await page.locator('#source').inputValue()).toBe(`## ${story.title}\n**${story.word}**`);

  // A picture, a link, and all of it in the preview.
  await paste(page, `Drawer ${locale}.svg`);
  await expect
    .poll(() => page.locator('#source').inputValue(), SOON)
    .toContain(`![](../../images/drawer-${locale}.svg)`);
  await page.keyboard.type(story.alt);
  const preview = page.locator('#preview');
  await preview.getByRole('img', { name: story.alt }).waitFor();
  expect(await preview.locator('strong').textContent()).toBe(story.word);
  expect(
    await preview.getByRole('img').evaluate((image: HTMLImageElement) => image.decode().then(() => image.naturalWidth)),
  ).toBeGreaterThan(0);
  await page.keyboard.press('Control+End');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('oil-the-table');
  await page.locator('#link-results button').first().waitFor();
  await page.keyboard.press('Enter');
  await expect.poll(() => page.locator('#source').inputValue(), SOON).toContain('](../care/oil-the-table.md)');

  // It is kept by itself, and nobody reads it yet.
  const [saved = ''] = t.t('authoring.saved', { when: '#' }).split('#');
  await expect.poll(() => page.locator('#saved').textContent(), SOON).toContain(saved);
  await page.reload();
  expect(await page.locator('#source').inputValue()).toContain(story.alt);
  await page.locator('#audience').selectOption('public');
  await button('authoring.publish').click();
  await page.waitForURL('**done=published');
  const slug = await page.locator('dd.breaks').first().textContent();

  // Found and read by anybody.
  const reader = await visitor(browser, { url: portal.url, language: locale === 'en' ? 'en-GB' : 'zh-CN' });
  const found = async (): Promise<string> => {
    const answer = await reader.context.request.get(
      `/api/v1/search?q=${encodeURIComponent(story.question)}&locale=${locale}`,
    );
    return answer.text();
  };
  await expect.poll(found, SOON).toContain(story.title);
  await reader.open(`/${locale}/articles/${slug}`);
  await reader.page.getByRole('img', { name: story.alt }).waitFor();

  // Two people at once: whoever is second sees both, and decides.
  const other = await visitor(browser, { url: portal.url, cookie: bo.cookie });
  await other.open(path);
  await other.page.locator('#source').press('Control+End');
  await page.locator('#source').press('Control+End');
  await other.page.keyboard.type(`\n\n${story.theirs}`);
  await expect.poll(() => other.page.locator('#saved').textContent(), SOON).toContain('Saved ');
  await page.keyboard.type(`\n\n${story.mine}`);
  await expect.poll(() => page.locator('#saved').textContent(), SOON).toBe(t.t('authoring.unsaved.conflict'));
  await button('authoring.save').click();
  const conflict = page.locator('.conflict');
  await conflict.waitFor();
  const both = (await conflict.locator('td').allTextContents()).join('\n');
  expect(both).toContain(story.theirs);
  expect(both).toContain(story.mine);
  expect(await conflict.locator('ins').count()).toBeGreaterThan(0);
  expect(await page.locator('#source').inputValue()).toContain(story.mine);
  await button('authoring.conflict.putMine').click();
  await page.waitForURL('**done=saved');
  await button('authoring.publish').click();
  await page.waitForURL('**done=published');
  await reader.page.reload();
  expect(await reader.page.locator('.prose').textContent()).toContain(story.mine);

  // Back to the first, which is published again; then away with it, and its address leads on.
  await ana.open(`${path}/revisions`);
  await page.getByRole('button', { name: t.t('authoring.restore.button', { number: 1 }) }).click();
  await page.waitForURL('**done=restored');
  await ana.open(path);
  expect(await page.locator('#source').inputValue()).not.toContain(story.mine);
  await page.getByText(t.t('authoring.remove'), { exact: true }).click();
  await page.getByLabel(t.t('authoring.remove.to.article')).check();
  await page.locator('#target').fill('oil-the-table');
  await button('authoring.remove.button').click();
  await page.waitForURL('**view=deleted**');
  await reader.page.reload();
  expect(new URL(reader.page.url()).pathname).toBe(`/${locale}/articles/oil-the-table`);
  await expect.poll(found, SOON).not.toContain(story.title);

  expect([...ana.troubles, ...other.troubles, ...reader.troubles]).toEqual([]);
  for (const each of [ana, other, reader]) await each.close();
});

it('writes and publishes with the keyboard alone', PATIENT, async () => {
  const { page, open, troubles, close } = await at('en');
  const reach = async (isThere: string): Promise<void> => {
    for (let steps = 0; steps < 120; steps++) {
      await page.keyboard.press('Tab');
      if (await page.evaluate((selector) => document.activeElement?.matches(selector), isThere)) return;
    }
    throw new Error(`The keyboard does not reach ${isThere}.`);
  };
  await open('/staff/articles');
  await reach('a[href="/staff/articles/new"]');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/new');
  await reach('#title');
  await page.keyboard.type('With ten fingers');
  await page.keyboard.press('Enter');
  await page.waitForURL(/articles\/[\w-]{36}$/);
  await reach('#summary');
  await page.keyboard.type('All of it by keys.');
  await reach('[data-format="steps"]');
  await page.keyboard.press('Enter');
  await page.keyboard.press('End');
  await page.keyboard.press('Control+s');
  await page.waitForURL('**done=saved');
  expect(await page.locator('#source').inputValue()).toBe('1. **Do this.**');
  await reach('button[value="publish"]');
  await page.keyboard.press('Enter');
  await page.waitForURL('**done=published');
  expect(troubles).toEqual([]);
  await close();
});

it('works without scripts: writing, a preview, a picture, a link, publishing', PATIENT, async () => {
  const t = translator('en');
  const { page, open, close } = await at('en', { scripts: false, width: 390 });
  await open('/staff/articles/new');
  await page.getByLabel(t.t('authoring.field.title')).fill('No scripts at all');
  await page.getByRole('button', { name: t.t('authoring.new.button') }).click();
  expect(await page.locator('.format').isVisible()).toBe(false);
  await page.locator('#summary').fill('It works.');
  await page.locator('#source').fill('Use **twine**.');
  await page.getByRole('button', { name: t.t('authoring.preview.button'), exact: true }).click();
  expect(await page.locator('#preview strong').textContent()).toBe('twine');
  await page.getByText(t.t('authoring.picture'), { exact: true }).click();
  await page.locator('#pictureAlt').fill('Twine');
  const drawing = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 30"><path d="M1 1h7"/></svg>';
  await page
    .locator('#picture')
    .setInputFiles({ name: 'twine.svg', mimeType: 'image/svg+xml', buffer: Buffer.from(drawing) });
  await page.getByRole('button', { name: t.t('authoring.picture.button'), exact: true }).click();
  expect(await page.locator('#preview').getByRole('img', { name: 'Twine' }).count()).toBe(1);
  await page.getByText(t.t('authoring.links'), { exact: true }).click();
  await page.locator('#linkText').fill('oil-the-table');
  await page.getByRole('button', { name: t.t('authoring.links.button') }).click();
  expect(await page.locator('#link-results').textContent()).toContain('(../care/oil-the-table.md)');
  expect(await page.locator('#source').inputValue()).toContain('![Twine](../../images/twine.svg)');
  await page.getByRole('button', { name: t.t('authoring.publish'), exact: true }).click();
  await page.waitForURL('**done=published');
  await close();
});

it('says that the line is cut, loses nothing, and saves when it is back', PATIENT, async () => {
  const t = translator('en');
  const { page, open, context, close } = await at('en');
  await open('/staff/articles/new');
  await page.getByLabel(t.t('authoring.field.title')).fill('On a train');
  await page.getByRole('button', { name: t.t('authoring.new.button') }).click();
  await page.locator('#source').waitFor();
  await context.setOffline(true);
  await page.locator('#source').fill('In a tunnel.');
  await expect.poll(() => page.locator('#saved').textContent(), SOON).toBe(t.t('authoring.unsaved.offline'));
  // Leaving would lose it, so the browser asks first.
  const asked = page.waitForEvent('dialog');
  const leaving = page.evaluate(() => setTimeout(() => window.location.assign('/staff/articles')));
  const dialog = await asked;
  expect(dialog.type()).toBe('beforeunload');
  await dialog.dismiss();
  await leaving;
  expect(await page.locator('#source').inputValue()).toBe('In a tunnel.');
  await context.setOffline(false);
  await expect.poll(() => page.locator('#saved').textContent(), SOON).toMatch(/^Saved \d/);
  await open('/staff/articles');
  await page.goBack();
  expect(await page.locator('#source').inputValue()).toBe('In a tunnel.');
  await close();
});
