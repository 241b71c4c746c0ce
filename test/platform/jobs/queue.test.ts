import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { platformMigration } from '../../../src/platform/database/index.ts';
import { Park, type JobPage } from '../../../src/platform/jobs/index.ts';
import { databaseSource, eachDatabase } from '../../support/databases.ts';
import { bench, gate, type Bench } from './support.ts';

eachDatabase('the queue', (source) => {
  let b: Bench;
  beforeEach(async () => {
    b = bench(await source.fresh());
  });

  it('takes a job with its cause: rolled back together, done after the commit', async () => {
    const done: string[] = [];
    b.queue.handle('greet', async (job) => void done.push(job.key));
    await expect(
      b.database.transaction(async (tx) => {
        await b.queue.enqueue(tx, { kind: 'greet', key: 'never' });
        throw new Error('the cause failed');
      }),
    ).rejects.toThrow('the cause failed');
    await b.owe({ kind: 'greet', key: 'once', payload: { of: 'tables' } });
    await b.queue.runDue();
    expect(done).toEqual(['once']);
    expect(await b.queue.counts()).toEqual({ owed: 0, delivered: 1, parked: 0, oldestOwedAt: null });
    expect((await b.queue.list()).jobs).toMatchObject([
      { key: 'once', state: 'delivered', phase: 'done', tries: 1, payload: { of: 'tables' }, lastError: null },
    ]);
  });

  it('takes the same key twice as the same job, also at the same moment and after it is done', async () => {
    const job = { kind: 'greet', key: 'one', subject: 'lane' };
    const results = await Promise.all(
      Array.from({ length: 8 }, () => b.database.transaction((tx) => b.queue.enqueue(tx, job))),
    );
    expect(results.filter(({ isNew }) => isNew)).toHaveLength(1);
    expect(new Set(results.map(({ id }) => id)).size).toBe(1);
    let times = 0;
    b.queue.handle('greet', async () => void (times += 1));
    await b.queue.runDue();
    expect(await b.database.transaction((tx) => b.queue.enqueue(tx, job))).toEqual({
      id: results[0]?.id,
      isNew: false,
    });
    await b.queue.runDue();
    expect(times).toBe(1);
  });

  it('does the jobs of one subject in order, one at a time; others go on beside them', async () => {
    const started: string[] = [];
    const first = gate();
    b.queue.handle(
      'step',
      async (job) => {
        started.push(job.key);
        if (job.key === 'a1') await first.opened;
      },
      { atOnce: 8 },
    );
    await b.owe(
      { kind: 'step', key: 'a1', subject: 'a' },
      { kind: 'step', key: 'a2', subject: 'a' },
      { kind: 'step', key: 'b1', subject: 'b' },
      { kind: 'step', key: 'a3', subject: 'a' },
      { kind: 'step', key: 'b2', subject: 'b' },
      { kind: 'step', key: 'free' },
    );
    const running = b.queue.runDue();
    await until(async () => (await b.queue.counts()).delivered === 3);
    expect(started.filter((key) => key.startsWith('a'))).toEqual(['a1']);
    expect(started.filter((key) => key.startsWith('b'))).toEqual(['b1', 'b2']);
    first.open();
    await running;
    expect(started.filter((key) => key.startsWith('a'))).toEqual(['a1', 'a2', 'a3']);
  });

  it('holds back a subject behind a job that waits for its time, and behind a parked one', async () => {
    const done: string[] = [];
    let broken = true;
    b.queue.handle('step', async (job) => {
      if (job.key === 'p1' && broken) throw new Park('The case is gone.');
      done.push(job.key);
    });
    const [parked] = await b.owe(
      { kind: 'step', key: 'p1', subject: 'p' },
      { kind: 'step', key: 'p2', subject: 'p' },
      { kind: 'step', key: 'l1', subject: 'l', runAt: b.runtime.now() + 5_000 },
      { kind: 'step', key: 'l2', subject: 'l' },
      { kind: 'step', key: 'o1', subject: 'o' },
    );
    await b.queue.runDue();
    expect(done).toEqual(['o1']);
    expect(await b.queue.counts()).toMatchObject({ owed: 3, delivered: 1, parked: 1 });
    expect(await b.queue.show(parked ?? '')).toMatchObject({ state: 'parked', lastError: 'The case is gone.' });

    b.runtime.advance(5_000);
    await b.queue.runDue();
    expect(done).toEqual(['o1', 'l1', 'l2']);

    broken = false;
    await b.queue.replay(parked ?? '');
    await b.queue.runDue();
    expect(done).toEqual(['o1', 'l1', 'l2', 'p1', 'p2']);
    await expect(b.queue.replay(parked ?? '')).rejects.toMatchObject({ code: 'not_found' });
    await expect(b.queue.show('nobody')).rejects.toMatchObject({ code: 'not_found' });
  });

  it('gives every job of a subject to its lane, however the enqueuing transactions overlap', async () => {
    const done: number[] = [];
    b.queue.handle('step', async (job) => void done.push((job.payload as { n: number }).n));
    const seqs = await Promise.all(
      Array.from({ length: 30 }, (_, n) =>
        b.database.transaction(async (tx) => {
          await b.queue.enqueue(tx, { kind: 'step', key: `n${n}`, subject: 'one', payload: { n } });
          if (n % 3 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
          return n;
        }),
      ),
    );
    await b.queue.runDue();
    const stored = await b.database.db.selectFrom('job').select(['seq', 'payload']).orderBy('seq').execute();
    expect(done).toEqual(stored.map(({ payload }) => (JSON.parse(payload) as { n: number }).n));
    expect(done).toHaveLength(seqs.length);
  });

  it('lets a lane grow by one transaction at a time, so that its order is that of the commits', async () => {
    const enqueued = gate();
    const commit = gate();
    const first = b.database.transaction(async (tx) => {
      await b.queue.enqueue(tx, { kind: 'step', key: 'a1', subject: 'a' });
      enqueued.open();
      await commit.opened;
    });
    await enqueued.opened;
    const second = b.owe({ kind: 'step', key: 'a2', subject: 'a' });
    await pause();
    commit.open();
    await Promise.all([first, second]);
    expect(phases(await b.queue.list())).toEqual({ a1: 'queued', a2: 'waiting' });
  });

  it('lets the next of a lane go also when it is queued while the one before it ends', async () => {
    const working = gate();
    const end = gate();
    b.queue.handle('step', async (job) => {
      if (job.key !== 'a1') return;
      working.open();
      await end.opened;
    });
    await b.owe({ kind: 'step', key: 'a1', subject: 'a' });
    const running = b.queue.runDue();
    await working.opened;
    const enqueued = gate();
    const commit = gate();
    const second = b.database.transaction(async (tx) => {
      await b.queue.enqueue(tx, { kind: 'step', key: 'a2', subject: 'a' });
      enqueued.open();
      await commit.opened;
    });
    await enqueued.opened;
    end.open();
    await pause();
    commit.open();
    await Promise.all([running, second]);
    await b.queue.runDue();
    expect(phases(await b.queue.list())).toEqual({ a1: 'done', a2: 'done' });
  });

  it('does no more of a kind at once than it may, and fills the rest with others', async () => {
    let atOnce = 0;
    let most = 0;
    let others = 0;
    b.queue.handle(
      'slow',
      async () => {
        atOnce += 1;
        most = Math.max(most, atOnce);
        await new Promise((resolve) => setTimeout(resolve, 5));
        atOnce -= 1;
      },
      { atOnce: 2 },
    );
    b.queue.handle('quick', async () => void (others += 1));
    await b.owe(...Array.from({ length: 12 }, (_, n) => ({ kind: 'slow', key: `s${n}` })), { kind: 'quick', key: 'q' });
    await b.queue.runDue();
    expect({ most, others }).toEqual({ most: 2, others: 1 });
  });

  it('leaves kinds that nobody here can do', async () => {
    await b.owe({ kind: 'from.the.future', key: 'f' });
    expect(await b.queue.runDue()).toBe(0);
    expect(await b.queue.counts()).toMatchObject({ owed: 1 });
  });

  it('lists page by page, the newest first, and by state and kind', async () => {
    b.queue.handle('even', async () => undefined);
    await b.owe(...Array.from({ length: 7 }, (_, n) => ({ kind: n % 2 === 0 ? 'even' : 'odd', key: `k${n}` })));
    await b.queue.runDue();
    const keys: string[] = [];
    let after: string | undefined;
    do {
      const page = await b.queue.list({ limit: 3, ...(after ? { after } : {}) });
      keys.push(...page.jobs.map(({ key }) => key));
      after = page.next ?? undefined;
    } while (after);
    expect(keys).toEqual(['k6', 'k5', 'k4', 'k3', 'k2', 'k1', 'k0']);
    expect((await b.queue.list({ state: 'owed' })).jobs.map(({ key }) => key)).toEqual(['k5', 'k3', 'k1']);
    expect((await b.queue.list({ state: 'delivered', kind: 'odd' })).jobs).toEqual([]);
    expect((await b.queue.counts()).oldestOwedAt).toBe('2026-11-23T18:00:00.000Z');
  });

  it('deletes done jobs after their time, and nothing else', async () => {
    b.queue.handle('step', async () => undefined);
    await b.owe(...Array.from({ length: 3 }, (_, n) => ({ kind: 'step', key: `old${n}` })), {
      kind: 'kept',
      key: 'owed',
    });
    await b.queue.runDue();
    b.runtime.advance(20 * 24 * 3_600_000);
    await b.owe({ kind: 'step', key: 'young' });
    await b.queue.runDue();
    expect(await b.queue.prune()).toBe(0);
    b.runtime.advance(11 * 24 * 3_600_000);
    expect(await b.queue.prune()).toBe(3);
    expect((await b.queue.list()).jobs.map(({ key }) => key)).toEqual(['young', 'owed']);
  });
});

describe('the indexes of the queue', () => {
  const source = databaseSource('sqlite');

  it('serve its claims and its lanes, so that done and waiting jobs cost nothing', async () => {
    const statements: string[] = [];
    const b = bench(await source.fresh([platformMigration], { onStatement: (text) => statements.push(text) }));
    b.queue.handle('step', async () => undefined);
    await b.owe({ kind: 'step', key: 'a', subject: 's' });
    await b.queue.runDue();
    const plans = new Map<string, string>();
    for (const statement of statements.filter((text) => text.startsWith('select'))) {
      const explained = sql.raw<{ detail: string }>(`explain query plan ${statement.replaceAll('?', "'x'")}`);
      const { rows } = await explained.execute(b.database.db);
      plans.set(statement, rows.map(({ detail }) => detail).join('; '));
    }
    const planOf = (words: string) => [...plans].find(([statement]) => statement.includes(words))?.[1];
    expect(planOf("state in ('queued', 'leased')")).toContain('USING INDEX job_due');
    expect(planOf("state <> 'done'")).toMatch(/USING (COVERING )?INDEX job_lane/);
    expect(planOf("state in ('queued', 'leased')")).not.toContain('TEMP B-TREE');
  });
});

describe('the worker', () => {
  const source = databaseSource('sqlite');
  afterEach(() => {
    vi.useRealTimers();
  });

  it('wakes when a job is queued, does it, and stops when it is told', async () => {
    const b = bench(await source.fresh());
    const done = gate();
    b.queue.handle('greet', async () => done.open());
    const stop = new AbortController();
    const worker = b.queue.run({ signal: stop.signal });
    await b.owe({ kind: 'greet', key: 'g' });
    await done.opened;
    stop.abort();
    await worker;
    expect(await b.queue.counts()).toMatchObject({ delivered: 1 });
  });

  it('goes on after the database could not be read', async () => {
    let broken = 1;
    const database = await source.fresh();
    const transaction: typeof database.transaction = (work) => {
      broken -= 1;
      return broken === 0 ? Promise.reject(new Error('the server is gone')) : database.transaction(work);
    };
    const b = bench(database);
    const shaky = bench({ ...database, transaction });
    const done = gate();
    shaky.queue.handle('greet', async () => done.open());
    await b.owe({ kind: 'greet', key: 'g' });
    const stop = new AbortController();
    const worker = shaky.queue.run({ signal: stop.signal });
    await done.opened;
    stop.abort();
    await worker;
    expect(await b.queue.counts()).toMatchObject({ delivered: 1 });
  });

  it('aborts a handler after 30 s, and gives up one that does not heed it', async () => {
    const b = bench(await source.fresh());
    const heeding = gate();
    const started = gate();
    b.queue.handle('heeds', async (_, { signal }) => {
      heeding.open();
      await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
    });
    b.queue.handle('deaf', async () => {
      started.open();
      await new Promise(() => undefined);
    });
    const [heeds = '', deaf = ''] = await b.owe({ kind: 'heeds', key: 'h' }, { kind: 'deaf', key: 'd' });
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const running = b.queue.runDue();
    await Promise.all([heeding.opened, started.opened]);
    await vi.advanceTimersByTimeAsync(35_000);
    await running;
    for (const id of [heeds, deaf]) {
      expect(await b.queue.show(id)).toMatchObject({
        phase: 'queued',
        lastError: 'The handler took longer than 30 s.',
      });
    }
  });

  it('leaves to its lease what does not end within 8 s of the stop', async () => {
    const b = bench(await source.fresh());
    const started = gate();
    let aborted = false;
    b.queue.handle('slow', async (_, { signal }) => {
      started.open();
      await new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          aborted = true;
          reject(signal.reason as Error);
        });
      });
    });
    const [id = ''] = await b.owe({ kind: 'slow', key: 's' });
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const stop = new AbortController();
    const worker = b.queue.run({ signal: stop.signal });
    await started.opened;
    stop.abort();
    await vi.advanceTimersByTimeAsync(7_999);
    expect(aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await worker;
    expect(aborted).toBe(true);
    expect(await b.queue.show(id)).toMatchObject({ phase: 'leased', lastError: null });
  });

  it('refuses two handlers of one kind', async () => {
    const b = bench(await source.fresh());
    b.queue.handle('greet', async () => undefined);
    expect(() => b.queue.handle('greet', async () => undefined)).toThrow('greet');
  });
});

/** Long enough for whoever does not wait to be through; who waits is not affected. */
const pause = () => new Promise((resolve) => setTimeout(resolve, 60));

function phases({ jobs }: JobPage): Record<string, string> {
  return Object.fromEntries(jobs.map(({ key, phase }) => [key, phase]));
}

/** Waits for something that another task brings about; the test's own time limit ends it. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 5));
}
