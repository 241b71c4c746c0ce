import pg from 'pg';
import { expect, test } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import { freshDatabase } from '../support/postgres.ts';

test('each database asked for is new, empty and a real PostgreSQL', async () => {
  const [one, two] = await Promise.all([freshDatabase(), freshDatabase()]);
  expect(one).not.toBe(two);
  const client = new pg.Client(one);
  await client.connect();
  try {
    await client.query('CREATE TABLE answer (value text COLLATE "und-x-icu")');
    const { rows } = await client.query<{ version: string; tables: string }>(
      "SELECT version() AS version, (SELECT count(*) FROM pg_tables WHERE schemaname = 'public') AS tables",
    );
    expect(rows[0]?.version).toMatch(/^PostgreSQL \d/);
    expect(rows[0]?.tables).toBe('1');
  } finally {
    await client.end();
  }
});

test('the browser shows Chinese as wide as its size, and runs scripts', async () => {
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    await page.setContent('<b style="font: 700 40px serif">退货</b><script>document.title = "ran";</script>');
    expect(await page.locator('b').evaluate((sign) => sign.getBoundingClientRect().width)).toBe(80);
    expect(await page.title()).toBe('ran');
  } finally {
    await browser.close();
  }
});
