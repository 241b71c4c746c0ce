import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { translator, type Locale } from '../../src/platform/i18n/index.ts';
import { launchChromium } from '../support/chromium.ts';
import { startPortal, type TestPerson, type TestPortal } from '../support/portal.ts';
import { filledDatabase } from '../support/postgres.ts';
import { visitor } from '../support/visitor.ts';
import { press } from './customer.ts';

interface Variant {
  name: string;
  locale: Locale;
  width: number;
  scripts: boolean;
  database: 'SQLite' | 'PostgreSQL';
}

const variants: Variant[] = [
  { name: 'English, on a desktop', locale: 'en', width: 1440, scripts: true, database: 'SQLite' },
  { name: 'Chinese, on a phone without scripts', locale: 'zh-cn', width: 390, scripts: false, database: 'PostgreSQL' },
];

const file = [
  'Bestellnummer;E-Mail;Kunde;Status;Bestelldatum;Währung;Artikelnummer;Bezeichnung;Menge;Einzelpreis',
  'KW-1;mei@kitewood.example;Mei Lin;Versandt;02.11.2026 09:30;EUR;CH-12;Alder chair;2;1.129,50',
  'KW-2;mei@kitewood.example;Mei Lin;Auf der Rampe;02.11.2026;EUR;FP-20;Felt pads;1;9,50',
  'KW-3;mei@kitewood.example;Mei Lin;Versandt;soon;EUR;FP-20;=1+2;1;9,50',
  '',
].join('\r\n');

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

describe.for(variants)('a file of orders, in $name', ({ locale, width, scripts, database }) => {
  const t = translator(locale, { timeZone: 'Europe/Berlin' });
  let portal: TestPortal;
  let robin: TestPerson;
  const stop = new AbortController();
  let working: Promise<void>;
  beforeAll(async () => {
    portal = await startPortal(database === 'PostgreSQL' ? { databaseUrl: await filledDatabase() } : {});
    robin = await portal.person('Robin Voss', 'administrator');
    await portal.app.database.db.updateTable('person').set({ locale }).where('id', '=', robin.id).execute();
    working = portal.app.queue.run({ signal: stop.signal });
  });
  afterAll(async () => {
    stop.abort();
    await working;
    await portal.close();
  });

  it('is described, corrected, checked, stored, told of by row, and changes nothing when it comes again', async () => {
    const language = locale === 'en' ? 'en-GB' : 'zh-CN';
    const { page, open, troubles, close } = await visitor(browser, {
      ...{ url: portal.url, width, scripts, language, cookie: robin.cookie },
    });
    const main = page.locator('main');
    const label = (name: Parameters<typeof t.t>[0]) => main.getByLabel(t.t(name), { exact: true });
    const send = async () => {
      await open('/staff/orders/import');
      await label('orderFiles.file').setInputFiles({
        name: 'erp.csv',
        mimeType: 'text/csv',
        buffer: Buffer.from(file),
      });
      await press(page, t.t('orderFiles.look'));
      await page.waitForURL('**/staff/orders/import/*');
    };
    const figures = async () => (await main.locator('.figures dd').allTextContents()).map(Number);
    /** Large files take longer than a page waits; without scripts one looks again. */
    const settled = async () => {
      while ((await main.locator('[data-watch]').count()) > 0) {
        await sleep(200);
        if (!scripts) await main.getByRole('link', { name: t.t('orderFiles.progress.again') }).click();
      }
    };

    await open('/staff/orders/import');
    expect(await main.textContent()).toContain(t.t('orderFiles.recent.none'));
    await press(page, t.t('orderFiles.look'));
    expect(await page.getByRole('alert').textContent()).toContain(t.t('orderFiles.fault.none'));
    await send();

    expect(await label('orderFiles.dates').inputValue()).toBe('d.m.y');
    expect(await label('orderFiles.decimal').inputValue()).toBe('comma');
    expect(await main.locator('select[name=says]').first().inputValue()).toBe('number');
    await press(page, t.t('orderFiles.check'));
    expect(await page.getByRole('alert').count()).toBe(1);
    await label('orderFiles.source').fill('erp');
    await press(page, t.t('orderFiles.check'));
    expect(await page.getByRole('alert').textContent()).toContain(t.t('orderFiles.fault.unknownWords'));
    expect(await label('orderFiles.source').inputValue()).toBe('erp');
    await main.getByLabel('Auf der Rampe', { exact: true }).selectOption('in_preparation');
    await press(page, t.t('orderFiles.check'));
    await settled();

    expect(await figures()).toEqual([2, 0, 0, 1]);
    expect(await main.textContent()).toContain('2259.00 EUR');
    const download = page.waitForEvent('download');
    await main.getByRole('link', { name: t.t('orderFiles.refused.download') }).click();
    const table = readFileSync(await (await download).path(), 'utf8');
    expect(table).toContain(t.t('orderFiles.refused.what'));
    expect(table).toMatch(/\r\n4,Bestelldatum,.*'=1\+2/);
    await press(page, t.t('orderFiles.apply', { count: 2 }));
    await settled();
    expect(await figures()).toEqual([2, 0, 0, 1]);
    expect(await main.textContent()).toContain(t.t('orderFiles.done.text'));

    await send();
    expect(await label('orderFiles.source').inputValue()).toBe('erp');
    await press(page, t.t('orderFiles.check'));
    await settled();
    expect(await figures()).toEqual([0, 0, 2, 1]);
    expect(await main.textContent()).toContain(t.t('orderFiles.checked.nothing'));
    expect(await main.getByRole('button').allTextContents()).not.toContain(t.t('orderFiles.apply', { count: 0 }));
    expect(troubles).toEqual([]);
    await close();
  });
});
