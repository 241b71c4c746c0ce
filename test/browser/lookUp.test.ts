import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { translator } from '../../src/platform/i18n/index.ts';
import { addOrder, digitsIn, hurry, tokenIn } from '../app/orderLookUpSetup.ts';
import { launchChromium } from '../support/chromium.ts';
import { readMail, type ReadMail } from '../support/mail.ts';
import { startPortal, type TestPortal } from '../support/portal.ts';
import { visitor } from '../support/visitor.ts';
import { press } from './customer.ts';

let browser: Browser;
let portal: TestPortal;
beforeAll(async () => {
  [browser, portal] = await Promise.all([launchChromium(), startPortal()]);
});
afterAll(async () => {
  await browser.close();
  await portal.close();
});

/** The newest mail to an address, once the worker has been. */
async function newestMail(to: string): Promise<ReadMail | undefined> {
  await hurry(portal.app);
  await portal.app.queue.runDue();
  return portal
    .mails()
    .map(readMail)
    .findLast((mail) => mail.to === to);
}

/** As if an hour and a day had passed for what was asked and mailed so far. */
async function muchLater(): Promise<void> {
  const { db } = portal.app.database;
  const past = (hours: number): string => new Date(Date.now() - hours * 3_600_000).toISOString();
  await db
    .updateTable('orderViewRequest')
    .set({ createdAt: past(1) })
    .execute();
  await db
    .updateTable('orderView')
    .set({ expiresAt: past(1) })
    .execute();
}

it.for([
  { locale: 'en', width: 390, scripts: false, number: 'KW-20001' },
  { locale: 'zh-cn', width: 390, scripts: false, number: 'KW-20002' },
  { locale: 'en', width: 1440, scripts: true, number: 'KW-20003' },
] as const)(
  'somebody without an account finds their order by the mail ($locale, $width px, scripts: $scripts)',
  { timeout: 90_000 },
  async ({ locale, width, scripts, number }) => {
    const t = translator(locale);
    const email = `mei-${number.toLowerCase()}@harbour.example`;
    await addOrder(portal.app, { number, email });
    const seen = await visitor(browser, { url: portal.url, width, scripts, language: locale });
    const { page, open } = seen;
    await open(`/${locale}/`);
    await page
      .getByRole('navigation', { name: t.t('home.signpost') })
      .getByRole('link', { name: t.t('lookUp.track') })
      .click();
    await page.waitForURL(`**/${locale}/orders/find`);

    await page.getByLabel(t.t('lookUp.number'), { exact: true }).fill(number);
    await page.getByLabel(t.t('lookUp.email'), { exact: true }).fill('not an address');
    await press(page, t.t('lookUp.button'));
    await page.getByRole('alert').waitFor();
    expect(await page.getByLabel(t.t('lookUp.number'), { exact: true }).inputValue()).toBe(number);
    await page.getByLabel(t.t('lookUp.email'), { exact: true }).fill(email);
    await press(page, t.t('lookUp.button'));
    await page.waitForURL('**/orders/find/code?request=*');
    const main = page.locator('main');
    expect(await main.textContent()).toContain(number);
    expect(await main.textContent()).toContain('m••@harbour.example');
    expect(await main.textContent()).not.toContain(email);

    const mail = await newestMail(email);
    const digits = digitsIn(mail);
    await page.getByLabel(t.t('lookUp.code')).fill(digits === '000 000' ? '000 001' : '000 000');
    await press(page, t.t('lookUp.code.button'));
    await page
      .getByText(t.t('lookUp.code.wrong', { left: 4 }))
      .first()
      .waitFor();
    await page.getByLabel(t.t('lookUp.code')).fill(digits);
    await press(page, t.t('lookUp.code.button'));
    await page.waitForURL(`**/${locale}/orders/view/*`);
    expect(await main.textContent()).toContain('Alder chair');
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toContain(number);

    // The mail's own button, and a question about the order that knows its number.
    await open(`/${locale}/orders/view/${tokenIn(mail)}`);
    expect(await main.textContent()).toContain('12 Harbour Lane');
    await main.locator(`a[href*="/ask?"]`).first().click();
    await page.waitForURL('**/ask?*');
    expect(await page.getByLabel(t.t('ask.order'), { exact: false }).inputValue()).toBe(number);
    expect(page.url()).not.toContain(tokenIn(mail));

    // It ran out: one button asks for a new one.
    await muchLater();
    const stale = await open(`/${locale}/orders/view/${tokenIn(mail)}`);
    expect(stale.status()).toBe(410);
    expect(await main.textContent()).not.toContain(number);
    await press(page, t.t('lookUp.view.over.button'));
    await page.waitForURL('**/orders/find/code?request=*');
    expect(await main.textContent()).toContain(t.t('lookUp.sent.link'));
    const renewed = await newestMail(email);
    expect(tokenIn(renewed)).not.toBe(tokenIn(mail));
    await open(`/${locale}/orders/view/${tokenIn(renewed)}`);
    expect(await main.textContent()).toContain(number);
    expect(seen.troubles).toEqual([]);
    await seen.close();
  },
);

it('leads on when nothing came: the same once more, something else, a person', async () => {
  const t = translator('en');
  const seen = await visitor(browser, { url: portal.url, width: 390, scripts: false });
  const { page, open } = seen;
  await open('/en/orders/find');
  await page.getByLabel(t.t('lookUp.number'), { exact: true }).fill('KW-404');
  await page.getByLabel(t.t('lookUp.email'), { exact: true }).fill('nobody@harbour.example');
  await press(page, t.t('lookUp.button'));
  await page.waitForURL('**/orders/find/code?request=*');
  const first = page.url();
  const again = page.locator('main').getByRole('button', { name: t.t('lookUp.again') });
  await again.click();
  await page.getByRole('alert').waitFor();
  await muchLater();
  await open(first.replace(portal.url, ''));
  await again.click();
  await page.waitForURL((url) => url.href !== first && url.search.startsWith('?request='));
  await page.getByLabel(t.t('lookUp.code')).waitFor();
  await page
    .locator('main')
    .getByRole('link', { name: t.t('lookUp.other') })
    .click();
  await page.waitForURL('**/orders/find');
  await page.goBack();
  await page
    .locator('main')
    .getByRole('link', { name: t.t('lookUp.ask') })
    .click();
  await page.waitForURL('**/ask');
  expect(seen.troubles).toEqual([]);
  await seen.close();
});
