import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { migrate, platformMigration, type Db } from '../../../src/platform/database/index.ts';
import { databaseSource } from '../../support/databases.ts';

const source = databaseSource('postgres');
const put = (db: Db, name: string) => db.insertInto('counter').values({ name, value: 1 }).execute();

const touch = (db: Db, name: string) => db.updateTable('counter').set({ value: 2 }).where('name', '=', name).execute();

async function names(db: Db): Promise<string[]> {
  const rows = await db.selectFrom('counter').select('name').orderBy('name').execute();
  return rows.map(({ name }) => name);
}

/** The server process behind a transaction, for another connection to end it. */
async function backendOf(tx: Db): Promise<number> {
  const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx);
  return rows[0]?.pid ?? 0;
}

it('fails one transaction, and nothing else, when its connection is cut between two statements', async () => {
  const url = await source.freshUrl();
  const database = source.open(url);
  const other = source.open(url);
  await migrate(database, [platformMigration]);
  const begun = Promise.withResolvers<number>();
  const cut = Promise.withResolvers<void>();
  const failing = database.transaction(async (tx) => {
    await put(tx, 'a');
    begun.resolve(await backendOf(tx));
    await cut.promise;
    await put(tx, 'b');
  });
  const failed = expect(failing).rejects.toThrow();
  await sql`select pg_terminate_backend(${await begun.promise})`.execute(other.db);
  await new Promise((resolve) => setTimeout(resolve, 50)); // the cut is heard of between the statements
  cut.resolve();
  await failed;
  expect(await names(database.db)).toEqual([]);
  await database.transaction((tx) => put(tx, 'after'));
  expect(await names(database.db)).toEqual(['after']);
});

it('goes on after every connection was cut while idle', async () => {
  const url = await source.freshUrl();
  const database = source.open(url);
  await migrate(database, [platformMigration]);
  await Promise.all(Array.from({ length: 5 }, (_, n) => put(database.db, `n${n}`)));
  const other = source.open(url);
  await sql`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()`.execute(other.db);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect((await names(database.db)).length).toBe(5);
});

it('refuses as busy one of those who wait for each other', async () => {
  const database = await source.fresh();
  await put(database.db, 'a');
  await put(database.db, 'b');
  const bothHold = Promise.withResolvers<void>();
  let holding = 0;
  const crosswise = (first: string, second: string) =>
    database.transaction(async (tx) => {
      await touch(tx, first);
      holding += 1;
      if (holding === 2) bothHold.resolve();
      await bothHold.promise;
      await touch(tx, second);
    });
  const results = await Promise.allSettled([crosswise('a', 'b'), crosswise('b', 'a')]);
  expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  expect(results.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'busy' } });
});

it('refuses as busy who waits too long, for a row or for a connection, and takes the same afterwards', async () => {
  const rows = await source.fresh();
  const connections = await source.fresh();
  await put(rows.db, 'a');
  const end = Promise.withResolvers<void>();
  const holdRow = rows.transaction(async (tx) => {
    await touch(tx, 'a');
    await end.promise;
  });
  const holdConnections = Array.from({ length: 10 }, () => connections.transaction(() => end.promise));
  await put(rows.db, 'b');
  const waiting = [rows.transaction((tx) => touch(tx, 'a')), put(connections.db, 'c')];
  for (const result of await Promise.allSettled(waiting)) {
    expect(result).toMatchObject({ status: 'rejected', reason: { code: 'busy', retryAfterSeconds: 5 } });
  }
  end.resolve();
  await Promise.all([holdRow, ...holdConnections]);
  await touch(rows.db, 'a');
  await put(connections.db, 'c');
});
