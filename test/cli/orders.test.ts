import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import { root } from '../../scripts/install.mjs';
import { noStanding, type PersonViewer } from '../../src/accounts/index.ts';
import { boot, work } from '../../src/app/index.ts';
import { table } from '../orders/filesSetup.ts';
import { run, scratch, shell, waypost } from './running.ts';

// Whole processes, several a test: on a busy machine each start takes seconds.
vi.setConfig({ testTimeout: 120_000 });

const page = readFileSync(join(root, 'docs/orders-import.md'), 'utf8');
/** The examples of the documentation. */
const [csv = '', json = ''] = ['csv', 'ndjson'].map(
  (language) => new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``).exec(page)?.[1] ?? '',
);

const root_: PersonViewer = {
  ...{ kind: 'person', personId: 'root', name: 'Root', email: 'root@kitewood.example', verified: true },
  ...{ role: 'administrator', locale: 'en', ...noStanding },
};

/** Says once, as in the browser, how a source's files are read. */
async function describeOnce(data: string, source: string, content: string): Promise<void> {
  const { app } = await boot({ WAYPOST_DATA: data, LOG_LEVEL: 'silent' }, root);
  const stop = new AbortController();
  const working = work(app, stop.signal);
  const upload = async (path: string) => {
    writeFileSync(path, content);
    return { name: 'example.csv', size: content.length };
  };
  const { id } = await app.orderFiles.receive(root_, { upload });
  const { mapping } = await app.orderFiles.read(root_, id);
  await app.orderFiles.describe(root_, id, { source, mapping: { ...mapping } });
  stop.abort();
  await working;
  await app.close();
}

function orders(data: string): { number: string; source: string }[] {
  const database = new DatabaseSync(join(data, 'waypost.db'), { readOnly: true, timeout: 10_000 });
  try {
    return database.prepare('select number, source from "order" order by number').all() as unknown as ReturnType<
      typeof orders
    >;
  } finally {
    database.close();
  }
}

it('the examples of the documentation are taken once how they are read was said, told row by row, and change nothing twice', async () => {
  const data = scratch();
  const file = join(data, 'orders.csv');
  const { run: line } = shell({ WAYPOST_DATA: data });
  const on = (...args: string[]) => line(['orders', 'import', ...args]);
  writeFileSync(file, csv);

  expect(await on(file)).toMatchObject({
    code: 1,
    out: '',
    err: expect.stringMatching(/\/staff\/orders\/import/) as string,
  });
  expect(await on(join(data, 'nowhere.csv'))).toMatchObject({ code: 2, err: 'There is no such file.\n' });
  expect(await on(file, '--mapping', 'erp')).toMatchObject({ code: 2 });

  await describeOnce(data, 'erp', csv);
  const dry = await on(file, '--dry-run');
  expect(dry).toMatchObject({ code: 0, err: '' });
  expect(dry.out).toBe('3 rows of erp: 2 new, 0 changed, 0 as before, 0 refused.\nNothing was stored.\n');
  expect(orders(data)).toEqual([]);
  expect((await on(file)).out).toBe('3 rows of erp: 2 new, 0 changed, 0 as before, 0 refused.\n');
  expect((await on(file)).out).toContain('Nothing was changed.');
  const lines = join(data, 'orders.ndjson');
  writeFileSync(lines, json);
  expect(await on(lines)).toMatchObject({ code: 2 });
  const taken = await on(lines, '--source', 'erp', '--json');
  expect(taken).toMatchObject({ code: 0, err: '' });
  expect(JSON.parse(taken.out)).toMatchObject({ source: 'erp', counts: { created: 1, refused: 0 } });
  expect(orders(data)).toEqual(['KW-30001', 'KW-30002', 'KW-30003'].map((number) => ({ number, source: 'file:erp' })));

  const wrong = join(data, 'wrong.csv');
  writeFileSync(wrong, csv.replace('2026-10-02 09:00', '02.10.2026').replaceAll('KW-3000', 'KW-4000'));
  const told = await on(wrong, '--refused', join(data, 'refused.csv'));
  expect(told).toMatchObject({ code: 1, err: '' });
  expect(told.out).toMatch(/^Row +Column +What is wrong\n4 +Order date +“Order date” is no date/);
  expect(told.out).toContain('1 new, 0 changed, 0 as before, 1 refused.');
  expect(readFileSync(join(data, 'refused.csv'), 'utf8')).toMatch(/\r\n4,Order date,.*KW-40002,/);
});

it('an import that is killed leaves whole orders, and the next one brings the rest', async () => {
  const data = scratch();
  const content = table(
    Array.from({ length: 3_000 }, (_, at) => [
      { 'Order number': `KW-${at}`, 'Item number': 'A' },
      { 'Order number': `KW-${at}`, 'Item number': 'B' },
    ]).flat(),
  );
  await describeOnce(data, 'erp', content.split('\n').slice(0, 5).join('\n'));
  const file = join(data, 'many.csv');
  writeFileSync(file, content);
  const begun = run('scripts/waypost.mjs', ['orders', 'import', file], { env: { WAYPOST_DATA: data } });
  while (orders(data).length < 300 && begun.child.exitCode === null) await sleep(5);
  begun.child.kill('SIGKILL');
  expect((await begun.ended).signal).toBe('SIGKILL');
  const there = orders(data).length;
  expect(there).toBeGreaterThanOrEqual(300);
  expect(there).toBeLessThan(3_000);
  const rest = await waypost(['orders', 'import', file, '--json'], { env: { WAYPOST_DATA: data } });
  const report = JSON.parse(rest.out) as { counts: Record<string, number> };
  expect(report.counts).toEqual({ created: 3_000 - there, changed: 0, unchanged: there, refused: 0 });
  const database = new DatabaseSync(join(data, 'waypost.db'), { readOnly: true });
  const torn = database.prepare('select order_id from order_line group by order_id having count(*) <> 2').all();
  expect([orders(data).length, torn]).toEqual([3_000, []]);
  database.close();
});
