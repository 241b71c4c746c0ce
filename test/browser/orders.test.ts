import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { translator, type Locale } from '../../src/platform/i18n/index.ts';
import { launchChromium } from '../support/chromium.ts';
import { startPortal, type TestPerson, type TestPortal } from '../support/portal.ts';
import { visitor, type Visitor } from '../support/visitor.ts';
import { makeOrderScene, type OrderScene } from './orderStates.ts';

let browser: Browser;
let portal: TestPortal;
const scenes = new Map<Locale, { person: TestPerson; orders: OrderScene }>();

beforeAll(async () => {
  [browser, portal] = await Promise.all([launchChromium(), startPortal()]);
  for (const locale of ['en', 'zh-cn'] as const) {
    const person = await portal.person(`Mei Lin ${locale}`);
    scenes.set(locale, { person, orders: await makeOrderScene(portal.app, locale, person) });
  }
});
afterAll(async () => {
  await browser.close();
  await portal.close();
});

function sceneOf(locale: Locale) {
  const scene = scenes.get(locale);
  if (!scene) throw new Error('There is no scene.');
  return scene;
}

const variants = [
  { locale: 'en', width: 1440, scripts: true },
  { locale: 'zh-cn', width: 390, scripts: true },
  { locale: 'zh-cn', width: 1440, scripts: false },
  { locale: 'en', width: 390, scripts: false },
] as const;

it.for(variants)('a customer follows an order and asks about it: %o', { timeout: 60_000 }, async (variant) => {
  const { locale, width, scripts } = variant;
  const { person, orders } = sceneOf(locale);
  const t = translator(locale);
  const seen = await visitor(browser, { url: portal.url, width, scripts, cookie: person.cookie });
  const { page, open } = seen;

  await open(`/${locale}/orders`);
  await page.getByLabel(t.t('orders.find.label')).fill('TB-31');
  await page.getByRole('button', { name: t.t('orders.find.button') }).click();
  await page.waitForURL('**find=TB-31**');
  await page.getByRole('heading', { level: 3 }).getByRole('link').click();
  await page.waitForURL(`**/${locale}/orders/${orders.van}`);
  expect(await page.locator('.where .state').textContent()).toBe(t.t('orders.state.out_for_delivery'));
  expect(await overflow(seen)).toBe(0);

  const scans = page.locator('.trail details');
  await scans.locator('summary').click();
  expect(await scans.locator('.events li').count()).toBe(2);
  expect(await page.locator('.trail [aria-current=step]').count()).toBe(1);

  await page.getByRole('link', { name: t.t('orders.wrong.button') }).click();
  await page.waitForURL(`**/${locale}/ask?**`);
  expect(await page.getByLabel(t.t('ask.order')).inputValue()).toBe(orders.van);
  await page.getByLabel(t.t('ask.body')).fill('One corner is dented.');
  await page
    .locator('main')
    .getByRole('button', { name: t.t('ask.send'), exact: true })
    .click();
  await page.waitForURL('**/tickets/W-*');
  expect(await page.locator('.message .prose').first().textContent()).toContain(
    t.t('orders.ask.parcel', { parcel: 1, parcels: 2, carrier: 'DHL', tracking: `${locale === 'en' ? 'EN' : 'ZH'}A1` }),
  );
  await page.getByRole('link', { name: orders.van, exact: true }).click();
  await page.waitForURL(`**/${locale}/orders/${orders.van}`);
  expect(await page.getByRole('heading', { name: t.t('orders.tickets') }).count()).toBe(1);
  expect(seen.troubles).toEqual([]);
  await seen.close();
});

it('with the keyboard: a number typed into the search leads to the order', async () => {
  const { person, orders } = sceneOf('en');
  const seen = await visitor(browser, { url: portal.url, cookie: person.cookie });
  await seen.open('/en/');
  await seen.page.keyboard.press('/');
  await seen.page.keyboard.type(orders.late.toLowerCase().replace('-', ' '));
  await seen.page.keyboard.press('Enter');
  await seen.page.waitForURL(`**/en/orders/${orders.late}`);
  expect(await seen.page.locator('.where.is-late').count()).toBe(1);
  expect(await seen.page.getByRole('heading', { name: 'What you can do' }).count()).toBe(1);
  await seen.close();
});

it('the page follows what happens, and what was unfolded stays so', async () => {
  const { person, orders } = sceneOf('en');
  const seen = await visitor(browser, { url: portal.url, cookie: person.cookie });
  const { page } = seen;
  await seen.open(`/en/orders/${orders.missed}`);
  await page.locator('.trail summary').click();
  const dhl = { kind: 'key', keyId: 'dhl', name: 'DHL', role: 'partner', carrier: 'DHL' } as const;
  const at = new Date().toISOString();
  await portal.app.orders.report(dhl, 'ENG1', { id: 'live', at, state: 'out_for_delivery', note: 'On the van again' });
  // Whoever was in the middle of the order is not disturbed: the page waits until they are elsewhere.
  await page.locator('.brand').first().focus();
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  await page.locator('.where .is-move').waitFor();
  expect(await page.locator('.trail details').getAttribute('open')).not.toBeNull();
  expect(await page.locator('#order-changed').textContent()).toBe('This page has new information.');
  expect(seen.troubles).toEqual([]);
  await seen.close();
});

it('on paper it is the order, without what only a screen needs', async () => {
  const { person, orders } = sceneOf('en');
  const seen = await visitor(browser, { url: portal.url, cookie: person.cookie, theme: 'dark' });
  await seen.open(`/en/orders/${orders.late}`);
  await seen.page.emulateMedia({ media: 'print' });
  for (const gone of ['.site-nav', '.no-print >> nth=0', '.crumbs'])
    expect(await seen.page.locator(gone).first().isVisible(), gone).toBe(false);
  for (const kept of ['.where', '.trail', '.parcel', 'table'])
    expect(await seen.page.locator(kept).first().isVisible()).toBe(true);
  await seen.close();
});

async function overflow({ page }: Visitor): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}
