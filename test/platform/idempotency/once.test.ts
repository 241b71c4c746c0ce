import { beforeEach, expect, it } from 'vitest';
import type { Database } from '../../../src/platform/database/index.ts';
import { fingerprintOf, once, pruneIdempotency } from '../../../src/platform/idempotency/index.ts';
import { eachDatabase } from '../../support/databases.ts';
import { heldRuntime, type HeldRuntime } from '../../support/heldRuntime.ts';

eachDatabase('a request that may arrive twice', (source) => {
  let database: Database;
  let runtime: HeldRuntime;
  beforeEach(async () => {
    database = await source.fresh();
    runtime = heldRuntime();
  });
  const request = { scope: 'ask:mei', key: 'k-1', fingerprint: fingerprintOf(['subject', 'body']) };

  /** Opens a ticket, say: gives the next number. */
  function count(asked: typeof request | null = request): Promise<{ number: number }> {
    return database.transaction((tx) =>
      once(tx, asked, runtime, async () => {
        const { value } = await tx
          .insertInto('counter')
          .values({ name: 'ticket', value: 1 })
          .onConflict((conflict) =>
            conflict.column('name').doUpdateSet((eb) => ({ value: eb('counter.value', '+', 1) })),
          )
          .returning('value')
          .executeTakeFirstOrThrow();
        return { number: value };
      }),
    );
  }

  it('is done once, and answered the same', async () => {
    expect(await count()).toEqual({ number: 1 });
    expect(await count()).toEqual({ number: 1 });
    expect(await count({ ...request, key: 'k-2' })).toEqual({ number: 2 });
    expect(await count({ ...request, scope: 'ask:tom' })).toEqual({ number: 3 });
  });

  it('is done once when it arrives many times at the same moment', async () => {
    const answers = await Promise.all(Array.from({ length: 9 }, () => count()));
    expect(answers).toEqual(answers.map(() => ({ number: 1 })));
  });

  it('is done anew when the first try failed, and leaves nothing behind', async () => {
    await expect(
      database.transaction((tx) => once(tx, request, runtime, () => Promise.reject(new Error('the disk is full')))),
    ).rejects.toThrow('the disk is full');
    expect(await database.db.selectFrom('idempotency').selectAll().execute()).toEqual([]);
    expect(await count()).toEqual({ number: 1 });
  });

  it('is done by the second when the first of two at the same moment fails', async () => {
    const first = database.transaction((tx) =>
      once(tx, request, runtime, async () => {
        await new Promise((resolve) => setTimeout(resolve, 30));
        throw new Error('the first fails');
      }),
    );
    const results = await Promise.allSettled([first, count()]);
    expect(results).toMatchObject([{ status: 'rejected' }, { status: 'fulfilled', value: { number: 1 } }]);
  });

  it('is a conflict when its key stands for another request', async () => {
    await count();
    await expect(count({ ...request, fingerprint: fingerprintOf(['another', 'body']) })).rejects.toMatchObject({
      code: 'conflict',
      fields: [{ field: 'Idempotency-Key' }],
    });
  });

  it('is simply done when nobody gave a key', async () => {
    expect([await count(null), await count(null)]).toEqual([{ number: 1 }, { number: 2 }]);
  });

  it.each(['', ' ', 'with blank', 'line\nbreak', 'Schlüssel', 'x'.repeat(201), '\u007f'])(
    'is refused with the key %j',
    async (key) => {
      await expect(count({ ...request, key })).rejects.toMatchObject({
        code: 'invalid',
        fields: [{ field: 'Idempotency-Key' }],
      });
    },
  );

  it('takes every visible sign in a key, up to 200', async () => {
    const visible = String.fromCharCode(...Array.from({ length: 94 }, (_, n) => 0x21 + n));
    expect(await count({ ...request, key: `${visible}${visible}`.padEnd(200, '!') })).toEqual({ number: 1 });
  });

  it('is forgotten after a week, not before', async () => {
    await count();
    runtime.advance(6 * 24 * 3_600_000);
    expect(await pruneIdempotency(database, runtime)).toBe(0);
    expect(await count()).toEqual({ number: 1 });
    runtime.advance(2 * 24 * 3_600_000);
    expect(await pruneIdempotency(database, runtime)).toBe(1);
    expect(await count()).toEqual({ number: 2 });
  });
});

it('gives different fingerprints to requests that look alike when joined', () => {
  expect(fingerprintOf(['ab', 'c'])).not.toBe(fingerprintOf(['a', 'bc']));
  expect(fingerprintOf(['a', null])).not.toBe(fingerprintOf(['a']));
  expect(fingerprintOf(['a'])).toBe(fingerprintOf(['a']));
});
