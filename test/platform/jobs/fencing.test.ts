import { beforeEach, expect, it } from 'vitest';
import { LEASE_MS } from '../../../src/platform/jobs/index.ts';
import { claim } from '../../../src/platform/jobs/claim.ts';
import { migrate, platformMigration, type Database } from '../../../src/platform/database/index.ts';
import { eachDatabase } from '../../support/databases.ts';
import { bench, gate, type Bench } from './support.ts';

eachDatabase('leases', (source) => {
  let b: Bench;
  beforeEach(async () => {
    b = bench(await source.fresh());
  });

  /** What a worker does that dies right after its claim. */
  const claimAndDie = (database: Database, kind: string) => claim(database, b.runtime.now(), new Map([[kind, 8]]), 8);

  it('refuses the late outcome of a frozen worker, and what it wanted to write with it', async () => {
    const frozen = gate();
    const holding = gate();
    b.queue.handle('open', async (_, context) => {
      holding.open();
      await frozen.opened;
      await context.finish(async (tx) => {
        await tx.insertInto('counter').values({ name: 'written by the frozen one', value: 1 }).execute();
      });
    });
    const other = bench(b.database);
    other.queue.handle('open', (_, context) =>
      context.finish(async (tx) => {
        await tx
          .insertInto('counter')
          .values({ name: `try ${context.attempt}`, value: 1 })
          .execute();
      }),
    );
    await b.owe({ kind: 'open', key: 'case', subject: 't' });
    const first = b.queue.runDue();
    await holding.opened;
    other.runtime.advance(LEASE_MS - 1);
    expect(await other.queue.runDue()).toBe(0);
    other.runtime.advance(1);
    expect(await other.queue.runDue()).toBe(1);
    frozen.open();
    await first;
    const counters = await b.database.db.selectFrom('counter').select('name').execute();
    expect(counters.map(({ name }) => name)).toEqual(['try 2']);
    expect(b.events.map(({ type }) => type)).toEqual(['fenced']);
    expect((await b.queue.list()).jobs).toMatchObject([{ state: 'delivered', tries: 2 }]);
  });

  it('refuses a frozen worker while the other one still works, whether it succeeds or fails', async () => {
    const holding = gate();
    const thawed = gate();
    b.queue.handle('open', async () => {
      holding.open();
      await thawed.opened;
      throw new Error('the connection was cut meanwhile');
    });
    const other = bench(b.database);
    const working = gate();
    const end = gate();
    other.queue.handle('open', async () => {
      working.open();
      await end.opened;
    });
    const [id = ''] = await b.owe({ kind: 'open', key: 'case' });
    const first = b.queue.runDue();
    await holding.opened;
    other.runtime.advance(LEASE_MS);
    const second = other.queue.runDue();
    await working.opened;
    thawed.open();
    await first;
    expect(await b.queue.show(id)).toMatchObject({ phase: 'leased', lastError: null });
    end.open();
    await second;
    expect(await b.queue.show(id)).toMatchObject({ phase: 'done', tries: 2 });
  });

  it('does a job again whose worker died between claim and done, after its lease', async () => {
    const tries: number[] = [];
    b.queue.handle('open', async (_, { attempt }) => void tries.push(attempt));
    const [id = ''] = await b.owe(
      { kind: 'open', key: 'case', subject: 's' },
      { kind: 'open', key: 'after', subject: 's' },
    );
    await claimAndDie(b.database, 'open');
    expect(await b.queue.runDue()).toBe(0);
    expect(await b.queue.show(id)).toMatchObject({ phase: 'leased' });
    b.runtime.advance(LEASE_MS);
    await b.queue.runDue();
    expect(tries).toEqual([2, 1]);
    expect(await b.queue.counts()).toMatchObject({ owed: 0, delivered: 2 });
  });

  it('parks a job after its workers died five times in a row; one that lives long enough starts the count anew', async () => {
    const dieOnce = async () => {
      await claimAndDie(b.database, 'poison');
      b.runtime.advance(LEASE_MS);
    };
    let fails = true;
    b.queue.handle('poison', async () => {
      if (fails) throw new Error('not yet');
    });
    const [id = ''] = await b.owe({ kind: 'poison', key: 'pill' });
    for (let n = 0; n < 4; n += 1) await dieOnce();
    expect(await b.queue.runDue()).toBe(1);
    b.runtime.advance(LEASE_MS);
    for (let n = 0; n < 5; n += 1) await dieOnce();
    expect(await b.queue.runDue()).toBe(0);
    expect(await b.queue.show(id)).toMatchObject({ state: 'parked', tries: 10 });
    expect((await b.queue.show(id)).lastError).toContain('died');
    expect(b.events.at(-1)).toMatchObject({ type: 'parked', kind: 'poison' });
    fails = false;
    await b.queue.replay(id);
    await b.queue.runDue();
    expect(await b.queue.show(id)).toMatchObject({ state: 'delivered' });
  });

  it('rolls back what the handler wrote when finishing fails, and tries the job again', async () => {
    let fail = true;
    b.queue.handle('write', (_, context) =>
      context.finish(async (tx) => {
        await tx.insertInto('counter').values({ name: 'n', value: 1 }).execute();
        if (fail) throw new Error('after the write');
      }),
    );
    const [id = ''] = await b.owe({ kind: 'write', key: 'w' });
    await b.queue.runDue();
    expect(await b.database.db.selectFrom('counter').selectAll().execute()).toEqual([]);
    expect(await b.queue.show(id)).toMatchObject({ state: 'owed', lastError: 'after the write' });
    fail = false;
    b.runtime.advance(5_000);
    await b.queue.runDue();
    expect(await b.database.db.selectFrom('counter').selectAll().execute()).toHaveLength(1);
  });

  it('does each of 2,000 jobs once with two workers that race for them', async () => {
    const url = await source.freshUrl();
    const first = source.open(url);
    await migrate(first, [platformMigration]);
    const one = bench(first, { atOncePerKind: 8 });
    const two = bench(source.open(url), { atOncePerKind: 8 });
    const done = new Map<string, number>();
    const orders = new Map<string, number[]>();
    for (const { queue } of [one, two]) {
      queue.handle('count', async ({ key, subject, payload }) => {
        done.set(key, (done.get(key) ?? 0) + 1);
        if (subject) orders.set(subject, [...(orders.get(subject) ?? []), (payload as { n: number }).n]);
      });
    }
    const jobs = Array.from({ length: 2_000 }, (_, n) => n);
    await one.database.transaction(async (tx) => {
      for (const n of jobs) {
        const lane = n % 4 === 0 ? { subject: `lane ${n % 40}` } : {};
        await one.queue.enqueue(tx, { kind: 'count', key: `job ${n}`, payload: { n }, ...lane });
      }
    });
    const stop = new AbortController();
    const workers = [one, two].map(({ queue }) => queue.run({ signal: stop.signal }));
    while ((await one.queue.counts()).delivered < jobs.length) await new Promise((resolve) => setTimeout(resolve, 20));
    stop.abort();
    await Promise.all(workers);
    expect(done.size).toBe(jobs.length);
    expect([...done.values()].every((times) => times === 1)).toBe(true);
    for (const order of orders.values()) expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect([...one.events, ...two.events].every(({ type }) => type === 'done')).toBe(true);
  });
});
