import { beforeEach, describe, expect, it } from 'vitest';
import { backOffMs } from '../../../src/platform/jobs/backOff.ts';
import { Park, Retry, retryAfterMs } from '../../../src/platform/jobs/index.ts';
import { systemRuntime } from '../../../src/platform/runtime.ts';
import { eachDatabase } from '../../support/databases.ts';
import { bench, type Bench } from './support.ts';

const S = 1_000;
const M = 60 * S;
const H = 60 * M;

describe('Retry-After', () => {
  const now = Date.parse('2026-11-23T18:00:00Z');
  it.each([
    ['seconds', '120', 2 * M],
    ['seconds with blanks', ' 7 ', 7 * S],
    ['a number', 90, 90 * S],
    ['a date', 'Mon, 23 Nov 2026 18:10:00 GMT', 10 * M],
    ['an old form of date', 'Monday, 23-Nov-26 18:00:30 GMT', 30 * S],
    ['nothing', null, null],
    ['left out', undefined, null],
    ['nothing to wait', '0', null],
    ['ten years', '315360000', 6 * H],
    ['a date in ten years', 'Sat, 23 Nov 2036 18:00:00 GMT', 6 * H],
    ['a date that is past', 'Mon, 23 Nov 2026 17:00:00 GMT', null],
    ['negative', '-5', null],
    ['a negative number', -5, null],
    ['a fraction', '1.5', null],
    ['words', 'soon', null],
    ['no date', 'Monday', null],
    ['no number', Number.NaN, null],
    ['more digits than a number holds', '9'.repeat(400), 6 * H],
  ])('%s', (_, value, expected) => {
    expect(retryAfterMs(value, now)).toBe(expected);
  });
});

it('jitters over the whole wait', () => {
  const waits = Array.from({ length: 2_000 }, () => backOffMs(3, systemRuntime()));
  expect(Math.min(...waits)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...waits)).toBeLessThanOrEqual(2 * M);
  for (const quarter of [0, 1, 2, 3]) {
    const inQuarter = waits.filter((wait) => Math.min(Math.floor(wait / (M / 2)), 3) === quarter);
    expect(inQuarter.length).toBeGreaterThan(300);
  }
});

eachDatabase('a job that fails', (source) => {
  let b: Bench;
  beforeEach(async () => {
    b = bench(await source.fresh());
  });

  it('is tried after 5 s, 30 s, 2 m, 10 m, 30 m, 1 h, 2 h, 4 h, then 6-hourly to 7 days, then parked', async () => {
    const tries: number[] = [];
    const start = b.runtime.now();
    b.queue.handle('ill', async () => {
      tries.push(b.runtime.now() - start);
      throw new Error('502 from https://crm.example, said mei@kitewood.example');
    });
    const [id = ''] = await b.owe(
      { kind: 'ill', key: 'ill', subject: 's' },
      { kind: 'ill', key: 'behind', subject: 's' },
    );
    await b.queue.runDue();
    for (;;) {
      const job = await b.queue.show(id);
      if (job.state === 'parked') break;
      // One millisecond early it is not due.
      b.runtime.advance(Date.parse(job.runAt) - b.runtime.now() - 1);
      expect(await b.queue.runDue()).toBe(0);
      b.runtime.advance(1);
      expect(await b.queue.runDue()).toBe(1);
    }
    const waits = tries.map((at, n) => at - (tries[n - 1] ?? 0));
    expect(waits.slice(0, 9)).toEqual([0, 5 * S, 30 * S, 2 * M, 10 * M, 30 * M, 1 * H, 2 * H, 4 * H]);
    expect(waits.slice(9, -1).every((wait) => wait === 6 * H)).toBe(true);
    expect(tries.at(-1)).toBe(7 * 24 * H);
    const job = await b.queue.show(id);
    expect(job).toMatchObject({ state: 'parked', tries: tries.length });
    expect(job.lastError).not.toContain('mei@');
    expect(await b.queue.counts()).toMatchObject({ owed: 1, parked: 1 });
    expect(b.events.map(({ type }) => type)).toEqual([...tries.slice(1).map(() => 'retried'), 'parked']);
  });

  it('begins its back-off anew when it is replayed, for as long as it is kept', async () => {
    let verdict: Error = new Park('No such queue.');
    b.queue.handle('ill', () => Promise.reject(verdict));
    const [id = ''] = await b.owe({ kind: 'ill', key: 'ill' });
    await b.queue.runDue();
    b.runtime.advance(300 * 24 * H);
    await b.queue.replay(id);
    verdict = new Error('502');
    await b.queue.runDue();
    const { state, runAt, tries } = await b.queue.show(id);
    expect({ state, tries, wait: Date.parse(runAt) - b.runtime.now() }).toEqual({
      state: 'owed',
      tries: 2,
      wait: 5 * S,
    });
  });

  it.each([
    ['longer than the back-off', '600', 10 * M],
    ['shorter than the back-off', '1', 5 * S],
    ['ten years', '315360000', 6 * H],
    ['negative', '-1', 5 * S],
    ['left out', null, 5 * S],
  ])('obeys Retry-After: %s', async (_, header, wait) => {
    b.queue.handle('limited', () => Promise.reject(new Retry('429', header)));
    const [id = ''] = await b.owe({ kind: 'limited', key: 'limited' });
    await b.queue.runDue();
    expect(Date.parse((await b.queue.show(id)).runAt) - b.runtime.now()).toBe(wait);
  });

  it('holds up no other, whatever it throws', async () => {
    const done: string[] = [];
    b.queue.handle('odd', () => {
      throw 'a string' as unknown as Error;
    });
    b.queue.handle('well', async (job) => void done.push(job.key));
    await b.owe({ kind: 'odd', key: 'odd' }, { kind: 'well', key: 'well' });
    await b.queue.runDue();
    expect(done).toEqual(['well']);
  });
});
