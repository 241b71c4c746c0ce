import { sql } from 'kysely';
import { beforeAll, expect, it } from 'vitest';
import { statement, statementOfRows, type Database, type Tables } from '../../../src/platform/database/index.ts';
import { eachDatabase } from '../../support/databases.ts';

/** A statement that counts how often it was built. */
function counted() {
  let built = 0;
  const insert = statement((db, row: Tables['limitCount']) => {
    built += 1;
    return db
      .insertInto('limitCount')
      .values(row)
      .onConflict((conflict) => conflict.columns(['key', 'windowStart']).doNothing());
  });
  return { insert, built: () => built };
}

const read = statement((db, { windowStart, least }: { windowStart: string; least: number }) =>
  db
    .selectFrom('limitCount')
    .select(['key', 'windowStart'])
    .select(sql<number>`count - ${least}`.as('beyond'))
    .where('windowStart', '=', windowStart)
    .where('count', '>=', least)
    .where('key', '<>', 'never')
    .orderBy('key'),
);

eachDatabase('a statement that is compiled once', (source) => {
  let database: Database;
  beforeAll(async () => {
    database = await source.fresh();
  });

  it('takes other values each time, inside a transaction and outside', async () => {
    const { insert, built } = counted();
    await insert(database.db, { key: 'a', windowStart: 'one', count: 1 });
    await database.transaction(async (tx) => {
      await insert(tx, { windowStart: 'one', count: 2, key: 'b' });
      await insert(tx, { key: 'c', windowStart: 'two', count: 3 });
      expect((await read(tx, { windowStart: 'one', least: 1 })).rows).toEqual([
        { key: 'a', windowStart: 'one', beyond: 0 },
        { key: 'b', windowStart: 'one', beyond: 1 },
      ]);
    });
    expect((await read(database.db, { windowStart: 'one', least: 2 })).rows.map(({ key }) => key)).toEqual(['b']);
    expect(built()).toBe(1);
  });

  it('is rolled back with its transaction', async () => {
    const { insert } = counted();
    const failing = database.transaction(async (tx) => {
      await insert(tx, { key: 'gone', windowStart: 'three', count: 1 });
      throw new Error('the cause');
    });
    await expect(failing).rejects.toThrow('the cause');
    expect((await read(database.db, { windowStart: 'three', least: 0 })).rows).toEqual([]);
  });

  it('says how many rows a write met', async () => {
    const { insert } = counted();
    const row = { key: 'd', windowStart: 'four', count: 1 };
    expect((await insert(database.db, row)).numAffectedRows).toBe(1n);
    expect((await insert(database.db, row)).numAffectedRows).toBe(0n);
  });

  it('is compiled for each database by itself', async () => {
    const { insert, built } = counted();
    const other = await source.fresh();
    await insert(database.db, { key: 'e', windowStart: 'five', count: 1 });
    await insert(other.db, { key: 'e', windowStart: 'five', count: 1 });
    expect((await read(other.db, { windowStart: 'five', least: 1 })).rows).toHaveLength(1);
    expect(built()).toBe(2);
  });

  it('writes any number of rows in their order, in statements of few sizes', async () => {
    const sizes: number[] = [];
    const insertAll = statementOfRows((db, rows: readonly Tables['limitCount'][]) => {
      sizes.push(rows.length);
      return db.insertInto('limitCount').values(rows);
    });
    for (const [windowStart, length] of [
      ['none', 0],
      ['some', 75],
      ['many', 1_170],
    ] as const)
      await insertAll(
        database.db,
        Array.from({ length }, (_, n) => ({ key: `${n}`.padStart(4, '0'), windowStart, count: n })),
      );
    expect(sizes).toEqual([64, 8, 1, 512]);
    for (const [windowStart, length] of [
      ['none', 0],
      ['some', 75],
      ['many', 1_170],
    ] as const) {
      const { rows } = await read(database.db, { windowStart, least: 0 });
      expect(rows.map(({ key, beyond }) => [Number(key), beyond])).toEqual(Array.from({ length }, (_, n) => [n, n]));
    }
  });

  it('refuses other parameters than it was built with', async () => {
    const { insert } = counted();
    await insert(database.db, { key: 'f', windowStart: 'six', count: 1 });
    const more = { key: 'g', windowStart: 'six', count: 1, extra: 1 };
    await expect(insert(database.db, more)).rejects.toThrow('other values');
    const less = { key: 'g', windowStart: 'six' } as Tables['limitCount'];
    await expect(insert(database.db, less)).rejects.toThrow('not given count');
  });
});
