import { sql } from 'kysely';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  afterCommit,
  isUniqueViolation,
  migrate,
  openDatabase,
  platformMigration,
  type Database,
  type Db,
} from '../../../src/platform/database/index.ts';
import { moduleOf, startChild } from '../../support/child.ts';
import { eachDatabase } from '../../support/databases.ts';

const put = (db: Db, name: string, value = 1) => db.insertInto('counter').values({ name, value }).execute();

async function names(db: Db): Promise<string[]> {
  const rows = await db.selectFrom('counter').select('name').orderBy('name').execute();
  return rows.map(({ name }) => name);
}

eachDatabase('a transaction', (source) => {
  let url: string;
  let database: Database;
  beforeEach(async () => {
    url = await source.freshUrl();
    database = source.open(url);
    await migrate(database, [platformMigration]);
  });

  it('writes everything and gives back what its work gave', async () => {
    const result = await database.transaction(async (tx) => {
      await put(tx, 'a');
      await put(tx, 'b');
      return (await names(tx)).length;
    });
    expect(result).toBe(2);
    expect(await names(database.db)).toEqual(['a', 'b']);
  });

  it('writes nothing when its work fails, and the cause is what is thrown', async () => {
    const cause = new Error('the cause');
    const failing = database.transaction(async (tx) => {
      await put(tx, 'a');
      throw cause;
    });
    await expect(failing).rejects.toBe(cause);
    expect(await names(database.db)).toEqual([]);
  });

  it('shows nobody what is not committed', async () => {
    const written = Promise.withResolvers<void>();
    const looked = Promise.withResolvers<void>();
    const writing = database.transaction(async (tx) => {
      await put(tx, 'a');
      expect(await names(tx)).toEqual(['a']);
      written.resolve();
      await looked.promise;
    });
    await written.promise;
    const other = source.open(url);
    for (const reader of [database.db, database.reports, other.db, other.reports]) {
      expect(await names(reader)).toEqual([]);
    }
    looked.resolve();
    await writing;
    expect(await names(database.db)).toEqual(['a']);
    expect(await names(database.reports)).toEqual(['a']);
  });

  it('refuses the outer handle inside, at once, whatever it is used for', async () => {
    for (const misuse of [
      () => put(database.db, 'outside'),
      () => names(database.db),
      () => names(database.reports),
      () => database.transaction((tx) => put(tx, 'nested')),
    ]) {
      const wrong = database.transaction(async (tx) => {
        await put(tx, 'inside');
        await misuse();
      });
      await expect(wrong).rejects.toThrow('outer database handle');
    }
    expect(await names(database.db)).toEqual([]);
    await database.transaction((tx) => put(tx, 'after'));
    await put(database.db, 'outside');
    expect(await names(database.db)).toEqual(['after', 'outside']);
  });

  it('lets others be used again as soon as it ends, also by what it started', async () => {
    let later: Promise<string[]> | undefined;
    const released = Promise.withResolvers<void>();
    await database.transaction(async (tx) => {
      await put(tx, 'a');
      later = released.promise.then(() => names(database.db));
    });
    released.resolve();
    expect(await later).toEqual(['a']);
  });

  it('tells of a unique key that is taken', async () => {
    await put(database.db, 'a');
    const twice = put(database.db, 'a');
    await expect(twice).rejects.toSatisfy(isUniqueViolation);
    expect(isUniqueViolation(new Error('something else'))).toBe(false);
  });

  it('tells after its commit, and not when it fails', async () => {
    const heard: string[] = [];
    await database.transaction(async (tx) => {
      await put(tx, 'a');
      afterCommit(() => heard.push('committed'));
      expect(heard).toEqual([]);
    });
    const failing = database.transaction(async () => {
      afterCommit(() => heard.push('never'));
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    afterCommit(() => heard.push('outside'));
    expect(heard).toEqual(['committed', 'outside']);
  });

  it('counts right when many count at once', async () => {
    await put(database.db, 'n', 0);
    await Promise.all(
      Array.from({ length: 100 }, () =>
        database.transaction(async (tx) => {
          const add = tx.updateTable('counter').set((eb) => ({ value: eb('value', '+', 1) }));
          await add.where('name', '=', 'n').execute();
        }),
      ),
    );
    const row = await database.db.selectFrom('counter').select('value').executeTakeFirst();
    expect(row?.value).toBe(100);
  });

  it('takes a single statement outside any, one that begins with `with` too', async () => {
    await sql`with source as (select 'a' as name) insert into counter select name, 1 from source`.execute(database.db);
    const built = database.db
      .with('source', (db) => db.selectFrom('counter').select([sql<string>`name || '2'`.as('name'), 'value']))
      .insertInto('counter')
      .columns(['name', 'value'])
      .expression((eb) => eb.selectFrom('source').select(['source.name', 'source.value']));
    await built.execute();
    expect(await names(database.db)).toEqual(['a', 'a2']);
    const read = await sql<{ n: number }>`with source as (select 7 as n) select n from source`.execute(database.db);
    expect(read.rows).toMatchObject([{ n: 7 }]);
  });
});

eachDatabase('a transaction that is stopped', (source) => {
  it('at any of its statements leaves all or nothing', async () => {
    let stopAt = Infinity;
    let statement = 0;
    const database = await source.fresh([platformMigration], {
      onStatement: () => {
        statement += 1;
        if (statement === stopAt) throw new Error(`stopped at statement ${stopAt}`);
      },
    });
    let acknowledged = 0;
    for (let n = 1; acknowledged === 0; n += 1) {
      statement = 0;
      stopAt = n;
      const result = await database
        .transaction((tx) => writeThree(tx))
        .then(
          () => 'acknowledged',
          (error: Error) => error.message,
        );
      stopAt = Infinity;
      if (result === 'acknowledged') acknowledged = n;
      else {
        expect(result).toBe(`stopped at statement ${n}`);
        expect(await names(database.db)).toEqual([]);
      }
    }
    // Its three writes, its beginning and its end were each stopped once.
    expect(acknowledged).toBeGreaterThanOrEqual(6);
    expect(await names(database.db)).toEqual(['a', 'b', 'c']);
    await database.transaction((tx) => put(tx, 'd'));
  });

  it('by a killed process at any of its statements leaves all or nothing', async () => {
    const outcomes: string[] = [];
    for (let n = 1; outcomes.at(-1) !== 'acknowledged'; n += 1) {
      const url = await source.freshUrl();
      await migrate(source.open(url), [platformMigration]);
      const { ended } = startChild(`
        import { openDatabase } from ${moduleOf('src/platform/database/index.ts')};
        let statement = 0;
        const onStatement = () => { statement += 1; if (statement === ${n}) process.kill(process.pid, 'SIGKILL'); };
        const database = openDatabase({ url: ${JSON.stringify(url)}, onStatement });
        await database.transaction(async (tx) => {
          for (const name of ['a', 'b', 'c']) await tx.insertInto('counter').values({ name, value: 1 }).execute();
        });
        process.stdout.write('acknowledged');
        await database.close();`);
      const { signal, output } = await ended;
      const found = await names(source.open(url).db);
      outcomes.push(output === 'acknowledged' ? output : `${signal}: ${found.length}`);
      if (output === 'acknowledged') expect(found).toEqual(['a', 'b', 'c']);
    }
    expect(new Set(outcomes)).toEqual(new Set(['SIGKILL: 0', 'acknowledged']));
    expect(outcomes.length).toBeGreaterThanOrEqual(6);
  });
});

async function writeThree(tx: Db): Promise<void> {
  await put(tx, 'a');
  await put(tx, 'b');
  await put(tx, 'c');
}

describe('an address that is none', () => {
  it('fails with the first query, and again', async () => {
    const database = openDatabase({ url: 'postgres://127.0.0.1:1/nowhere' });
    await expect(names(database.db)).rejects.toThrow(/ECONNREFUSED/);
    await expect(names(database.db)).rejects.toThrow(/ECONNREFUSED/);
    await database.close();
  });
});
