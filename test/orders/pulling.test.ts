import { writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { siteSchema } from '../../src/app/index.ts';
import type { OrderSource, SourceOrder } from '../../src/orders/index.ts';
import { setUpApplication } from '../app/applicationSetup.ts';
import { documentedSource } from '../contract/orders/documentedSource.ts';
import { eachDatabase, type DatabaseSource } from '../support/databases.ts';
import { key, orderBody } from './ordersSetup.ts';

const minute = 60_000;

function sourceOrder(number: string, more: Record<string, unknown> = {}): SourceOrder {
  return { number, ...orderBody({ account: null, ...more }) } as unknown as SourceOrder;
}

async function setUp(database: DatabaseSource, source?: OrderSource) {
  const documented = await documentedSource();
  const setup = await setUpApplication(database, { site: { orders: [source ?? documented.source] } });
  const { app } = setup;
  return {
    ...setup,
    ...documented,
    /** What the worker does within a minute. */
    async round(): Promise<void> {
      await app.orders.pull();
      while ((await app.queue.runDue()) > 0);
    },
    numbers: async () => {
      const rows = await app.database.db.selectFrom('order').select(['number', 'source']).orderBy('number').execute();
      return rows.map(({ number, source: from }) => `${number} of ${from}`);
    },
    cursor: () => app.database.db.selectFrom('sourceCursor').selectAll().executeTakeFirst(),
    parked: async () => (await app.queue.list({ state: 'parked' })).jobs.map(({ lastError }) => lastError),
  };
}

eachDatabase('a source that is read', (database) => {
  it('is read from the beginning, page by page, and then for what has changed', async () => {
    const { put, round, numbers, cursor, app, person, later } = await setUp(database);
    for (let n = 100; n < 205; n++) await put(sourceOrder(`KW-${n}`));
    await round();
    expect(await numbers()).toHaveLength(105);
    expect(await cursor()).toMatchObject({ source: 'shop-file', failures: 0, problem: null });
    const mei = await person('Mei');
    await put(sourceOrder('KW-100', { state: 'delivered', updatedAt: '2026-11-06T10:00:00.000Z' }));
    later(minute);
    await round();
    expect((await app.orders.read(mei, 'KW-100')).state).toBe('delivered');
  });

  it('that fails rests ever longer, keeps its place, says why without its words, and goes on', async () => {
    const { put, round, numbers, cursor, later, file } = await setUp(database);
    await put(sourceOrder('KW-1'));
    await round();
    const { cursor: place } = (await cursor()) ?? {};
    writeFileSync(file, 'Mei Lin, mei@kitewood.example');
    later(minute);
    await round();
    expect(await cursor()).toMatchObject({ cursor: place, failures: 1, problem: 'SyntaxError' });
    await put(sourceOrder('KW-2', { updatedAt: '2026-11-06T10:00:00.000Z' }));
    writeFileSync(file, 'again');
    later(minute);
    await round();
    expect(await cursor()).toMatchObject({ failures: 2 });
    await put(sourceOrder('KW-2', { updatedAt: '2026-11-06T10:00:00.000Z' }));
    later(minute);
    await round();
    expect(await numbers()).toEqual(['KW-1 of shop-file']); // it rests for two minutes now
    later(minute);
    await round();
    expect(await numbers()).toEqual(['KW-1 of shop-file', 'KW-2 of shop-file']);
    expect(await cursor()).toMatchObject({ failures: 0, problem: null, failedAt: null });
  });

  it('with an order that cannot be taken, or is another source’s, stores the others and parks it', async () => {
    const { put, round, numbers, parked, app, later } = await setUp(database);
    await app.orders.put(key('ERP'), 'KW-2', orderBody());
    await put(sourceOrder('KW-1', { total: '1.001' }));
    await put(sourceOrder('KW-2'));
    await put(sourceOrder('KW-3'));
    await round();
    expect(await numbers()).toEqual(['KW-2 of push:ERP', 'KW-3 of shop-file']);
    expect((await parked()).toSorted()).toEqual([
      'KW-2 of shop-file belongs to another source.',
      'shop-file tells of KW-1 what cannot be taken: total.',
    ]);
    await put(sourceOrder('KW-1', { updatedAt: '2026-11-06T10:00:00.000Z' }));
    later(minute);
    await round();
    expect(await numbers()).toContain('KW-1 of shop-file');
  });

  it('that answers nonsense is not believed', async () => {
    for (const answer of [null, { orders: 'all', cursor: 'x' }, { orders: [], cursor: 7 }]) {
      const nonsense = {
        name: 'nonsense',
        capabilities: { deletions: false },
        changesSince: async () => answer as never,
        order: async () => null,
      } satisfies OrderSource;
      const { round, cursor } = await setUp(database, nonsense);
      await round();
      expect(await cursor()).toMatchObject({ failures: 1, problem: expect.stringContaining('Error') });
    }
  });

  it('is read by one of two workers at a time, and each page once', async () => {
    const { source, put } = await documentedSource();
    let reading = 0;
    let most = 0;
    const asked: (string | null)[] = [];
    const watched: OrderSource = {
      ...source,
      async changesSince(cursor, context) {
        most = Math.max(most, (reading += 1));
        asked.push(cursor);
        await new Promise((resolve) => setTimeout(resolve, 20));
        return source.changesSince(cursor, context).finally(() => (reading -= 1));
      },
    };
    for (let n = 100; n < 205; n++) await put(sourceOrder(`KW-${n}`));
    const databaseUrl = await database.freshUrl();
    const site = { orders: [watched] };
    const one = await setUpApplication(database, { site, databaseUrl });
    const two = await setUpApplication(database, { site, databaseUrl });
    const work = async ({ app }: typeof one) => {
      await app.orders.pull();
      for (let quiet = 0; quiet < 3;) {
        quiet = (await app.queue.runDue()) > 0 ? 0 : quiet + 1;
        await new Promise((resolve) => setTimeout(resolve, 30));
      }
    };
    await Promise.all([work(one), work(two)]);
    await work(one);
    expect(most).toBe(1);
    // Where it ends it is asked again in the next minute.
    const end = asked.at(-1);
    const onTheWay = asked.filter((cursor) => cursor !== end);
    expect(onTheWay.length).toBeGreaterThan(1);
    expect(new Set(onTheWay).size).toBe(onTheWay.length);
    expect(await one.app.database.db.selectFrom('order').select('id').execute()).toHaveLength(105);
  });
});

it('sources of a site have names that can stand beside each order, each its own', async () => {
  const named = (name: string) => ({ name, capabilities: { deletions: false }, changesSince: never, order: never });
  const never = async () => null as never;
  const brand = { name: 'Kitewood', locales: ['en'], timeZone: 'UTC' };
  const isTaken = (...names: string[]) => siteSchema.safeParse({ brand, orders: names.map(named) }).success;
  expect(isTaken('shop', 'erp-2')).toBe(true);
  expect(isTaken('shop', 'shop')).toBe(false);
  expect(isTaken('push:ERP')).toBe(false);
});
