import { beforeEach, expect, it } from 'vitest';
import type { Database } from '../../../src/platform/database/index.ts';
import { createLimits, networkOf, type Limits } from '../../../src/platform/limits/index.ts';
import { eachDatabase } from '../../support/databases.ts';
import { heldRuntime, type HeldRuntime } from '../../support/heldRuntime.ts';

eachDatabase('limits', (source) => {
  let database: Database;
  let runtime: HeldRuntime;
  let limits: Limits;
  beforeEach(async () => {
    database = await source.fresh();
    runtime = heldRuntime();
    limits = createLimits({ database, runtime, key: new Uint8Array(32).fill(7) });
  });
  const signIn = { name: 'sign-in', who: 'mei@kitewood.example', max: 3, windowSeconds: 60 };

  it('let through so many, then say when to come back', async () => {
    for (let n = 0; n < 3; n += 1) await limits.take(signIn);
    runtime.advance(15_500);
    await expect(limits.take(signIn)).rejects.toMatchObject({ code: 'limited', retryAfterSeconds: 45 });
    runtime.advance(44_499);
    await expect(limits.take(signIn)).rejects.toMatchObject({ code: 'limited', retryAfterSeconds: 1 });
    runtime.advance(1);
    await limits.take(signIn);
  });

  it('count each person and each thing apart', async () => {
    for (let n = 0; n < 3; n += 1) await limits.take(signIn);
    await limits.take({ ...signIn, who: 'tom@kitewood.example' });
    await limits.take({ ...signIn, name: 'ask' });
  });

  it('let exactly so many through when all come at once', async () => {
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => limits.take({ ...signIn, max: 7 })));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(7);
  });

  it('keep nobody’s address', async () => {
    await limits.take(signIn);
    const rows = await database.db.selectFrom('limitCount').selectAll().execute();
    expect(JSON.stringify(rows)).not.toContain('mei');
    expect(rows).toMatchObject([{ windowStart: '2026-11-23T18:00:00.000Z', count: 1 }]);
  });

  it('write nothing for who is beyond the limit already', async () => {
    for (let n = 0; n < 8; n += 1) await limits.take(signIn).catch(() => undefined);
    expect(await database.db.selectFrom('limitCount').select('count').execute()).toMatchObject([{ count: 3 }]);
  });

  it('are forgotten when they are long over', async () => {
    await limits.take(signIn);
    runtime.advance(24 * 3_600_000);
    await limits.take(signIn);
    expect(await limits.prune()).toBe(0);
    runtime.advance(24 * 3_600_000 + 1);
    expect(await limits.prune()).toBe(1);
  });
});

it.each([
  ['192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0DB8:0001:0002::9', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['2001:db8::1:0:0:0:1', '2001:db8:0:1::/64'],
  ['::1', '0:0:0:0::/64'],
  ['64:ff9b::192.0.2.7', '64:ff9b:0:0::/64'],
  ['unknown', 'unknown'],
])('whoever has one address of an IPv6 network has them all: %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});
