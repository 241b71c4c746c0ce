import { sql } from 'kysely';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  migrate,
  openDatabase,
  platformMigration,
  type Database,
  type Db,
  type Migration,
} from '../../../src/platform/database/index.ts';
import { moduleOf, startChild } from '../../support/child.ts';
import { databaseSource } from '../../support/databases.ts';

const put = (db: Db, name: string, value = 1) => db.insertInto('counter').values({ name, value }).execute();

async function names(db: Db): Promise<string[]> {
  const rows = await db.selectFrom('counter').select('name').orderBy('name').execute();
  return rows.map(({ name }) => name);
}

/** A query that takes a second or more: it counts to some millions. */
const longCount = sql<{ n: number }>`
  with recursive c(n) as (select 1 union all select n + 1 from c where n < 4000000) select max(n) as n from c`;

describe('group commit', () => {
  const source = databaseSource('sqlite');
  const statements: string[] = [];
  let failAt: ((statement: string) => boolean) | null = null;
  let database: Database;
  beforeEach(async () => {
    failAt = null;
    database = await source.fresh([platformMigration], {
      onStatement: (text) => {
        statements.push(text);
        if (failAt?.(text)) throw new Error(`failed at ${text}`);
      },
    });
    statements.length = 0;
  });
  const commits = () => statements.filter((text) => text === 'COMMIT').length;

  it('commits together what arrives together', async () => {
    await Promise.all(Array.from({ length: 200 }, (_, n) => database.transaction((tx) => put(tx, `n${n}`))));
    expect((await names(database.db)).length).toBe(200);
    expect(commits()).toBeLessThan(100);
  });

  it('takes nobody along when one fails', async () => {
    const results = await Promise.allSettled(
      Array.from({ length: 40 }, (_, n) =>
        database.transaction(async (tx) => {
          await put(tx, `n${n}`);
          if (n % 4 === 1) throw new Error('this one fails');
          if (n % 4 === 2) await put(tx, `n${n}`);
        }),
      ),
    );
    expect(results.map(({ status }) => status)).toEqual(
      Array.from({ length: 40 }, (_, n) => (n % 4 === 1 || n % 4 === 2 ? 'rejected' : 'fulfilled')),
    );
    expect((await names(database.db)).length).toBe(20);
    expect(commits()).toBeLessThan(40);
  });

  it('tells everybody of the group when its COMMIT fails, and keeps nothing of it', async () => {
    failAt = (text) => text === 'COMMIT';
    const writers = Array.from({ length: 10 }, (_, n) => database.transaction((tx) => put(tx, `n${n}`)));
    const single = put(database.db, 'single');
    const results = await Promise.allSettled([...writers, single]);
    expect(results.map((result) => (result.status === 'rejected' ? String(result.reason) : 'fulfilled'))).toEqual(
      results.map(() => 'Error: failed at COMMIT'),
    );
    failAt = null;
    expect(await names(database.db)).toEqual([]);
    await database.transaction((tx) => put(tx, 'after'));
    expect(await names(database.db)).toEqual(['after']);
  });

  it('commits those before when one cannot even begin, and is not left open', async () => {
    let savepoints = 0;
    failAt = (text) => text === 'SAVEPOINT one' && (savepoints += 1) === 3;
    const results = await Promise.allSettled(
      ['a', 'b', 'c'].map((name) => database.transaction((tx) => put(tx, name))),
    );
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    const other = source.open(await urlOf(database));
    await put(other.db, 'other');
    expect(await names(database.db)).toEqual(['a', 'b', 'other']);

    failAt = (text) => text === 'SAVEPOINT one';
    await expect(put(database.db, 'x')).rejects.toThrow('failed at SAVEPOINT');
    failAt = null;
    await put(other.db, 'another');
  });

  it('acknowledges only what is stored when the disk is full', async () => {
    const { rows } = await sql<{ page_count: number }>`select page_count from pragma_page_count()`.execute(database.db);
    await sql`pragma max_page_count = ${sql.lit((Object.values(rows[0] ?? {})[0] ?? 0) + 3)}`.execute(database.db);
    const acknowledged: string[] = [];
    const large = 'x'.repeat(3_000);
    const write = (name: string) =>
      database.transaction(async (tx) => {
        await put(tx, name);
        await put(tx, `${name} ${large}`).catch(() => undefined);
        await put(tx, `${name} after`);
      });
    await Promise.allSettled(
      Array.from({ length: 12 }, (_, n) => write(`n${n}`).then(() => acknowledged.push(`n${n}`))),
    );
    const stored = await names(database.db);
    const firsts = stored.filter((name) => !name.includes(' '));
    const lasts = stored.filter((name) => name.endsWith(' after')).map((name) => name.replace(' after', ''));
    expect(firsts).toEqual(acknowledged.toSorted());
    expect(lasts).toEqual(acknowledged.toSorted());
    expect(acknowledged.length).toBeLessThan(12);
  });

  async function urlOf(of: Database): Promise<string> {
    const { rows } = await sql<{ file: string }>`select file from pragma_database_list()`.execute(of.db);
    return `sqlite:${rows[0]?.file}`;
  }
});

describe('reports', () => {
  const source = databaseSource('sqlite');

  it('are read on a thread of their own, while requests are answered and written', async () => {
    const database = await source.fresh();
    let isRead = false;
    const report = longCount.execute(database.reports).then((result) => {
      isRead = true;
      return result;
    });
    for (let n = 0; n < 20; n += 1) await database.transaction((tx) => put(tx, `n${n}`));
    expect((await names(database.db)).length).toBe(20);
    expect(isRead).toBe(false);
    expect((await report).rows).toMatchObject([{ n: 4_000_000 }]);
  });

  it('change nothing, and tell their faults', async () => {
    const database = await source.fresh();
    await expect(put(database.reports, 'a')).rejects.toThrow(/readonly/);
    await expect(sql`select * from nowhere`.execute(database.reports)).rejects.toThrow('no such table');
    await expect(database.reports.transaction().execute((tx) => names(tx))).rejects.toThrow('only read');
  });

  it('keep the process until they are read, and no longer', async () => {
    const { ended } = startChild(`
      import { sql } from 'kysely';
      import { openDatabase } from ${moduleOf('src/platform/database/index.ts')};
      const { reports } = openDatabase({ url: ${JSON.stringify(await source.freshUrl())} });
      const read = async () => (await sql\`select 7 as n\`.execute(reports)).rows[0].n;
      process.stdout.write(String(await read()));
      process.stdout.write(String(await read()));`);
    expect(await ended).toEqual({ code: 0, signal: null, output: '77' });
  });

  it('fail when the database is closed meanwhile', async () => {
    const database = openDatabase({ url: await source.freshUrl() });
    const failure = expect(longCount.execute(database.reports)).rejects.toThrow('closed');
    await new Promise((resolve) => setTimeout(resolve, 100));
    await database.close();
    await failure;
  });
});

describe('a database that another process holds', () => {
  const source = databaseSource('sqlite');

  /** A process that holds the database exclusively until it is told to let go. */
  async function holder(url: string): Promise<{ release(): Promise<void> }> {
    const { child, ended, printed } = startChild(`
      import { DatabaseSync } from 'node:sqlite';
      const database = new DatabaseSync(${JSON.stringify(url.replace('sqlite:', ''))});
      database.exec('BEGIN EXCLUSIVE');
      process.stdout.write('held');
      process.stdin.once('data', () => { database.exec('COMMIT'); process.stdin.destroy(); });`);
    await printed('held');
    return {
      release: async () => {
        child.stdin?.write('let go');
        await ended;
      },
    };
  }

  it('is still read, stops no request, refuses writers as busy, and takes their writes afterwards', async () => {
    const url = await source.freshUrl();
    const database = source.open(url);
    await migrate(database, [platformMigration]);
    await put(database.db, 'before');
    const lock = await holder(url);

    let ticks = 0;
    const clock = setInterval(() => (ticks += 1), 10);
    const next: Migration = {
      name: '0002_next',
      up: (db) => db.schema.createTable('next').addColumn('n', 'integer').execute(),
    };
    const migrated = migrate(source.open(url), [platformMigration, next]);
    const writers = [put(database.db, 'a'), database.transaction((tx) => put(tx, 'b')), put(database.db, 'c')];
    const refused = Promise.allSettled(writers);
    let settled = false;
    void refused.then(() => (settled = true));
    let reads = 0;
    while (!settled) {
      expect(await names(database.db)).toEqual(['before']);
      if (reads % 50 === 0) expect(await names(database.reports)).toEqual(['before']);
      reads += 1;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    clearInterval(clock);
    for (const result of await refused) {
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 'busy', retryAfterSeconds: 5 } });
    }
    // A wait inside SQLite would stop the thread for the whole time: neither clock nor reads would move.
    expect(ticks).toBeGreaterThan(100);
    expect(reads).toBeGreaterThan(100);

    await lock.release();
    expect(await migrated).toEqual(['0002_next']); // a start is more patient than a request
    await put(database.db, 'after');
    expect(await names(database.db)).toEqual(['after', 'before']);
  });

  it('lets through whoever was waiting when it is released', async () => {
    const url = await source.freshUrl();
    const database = source.open(url);
    await migrate(database, [platformMigration]);
    const lock = await holder(url);
    const waiting = Promise.all(['a', 'b', 'c'].map((name) => database.transaction((tx) => put(tx, name))));
    await lock.release();
    await waiting;
    expect(await names(database.db)).toEqual(['a', 'b', 'c']);
  });

  it('is opened when it is released', async () => {
    const url = await source.freshUrl();
    await migrate(source.open(url), [platformMigration]);
    const lock = await holder(url);
    const database = source.open(url);
    const written = put(database.db, 'a');
    await lock.release();
    await written;
    expect(await names(database.db)).toEqual(['a']);
  });
});
