import { DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import { Refusal } from '../refusal.ts';
import type { Db } from './tables.ts';

const TRIES = 60;
const PAUSE_MS = 50;
/** Up to this size a table is written anew, which holds it for about a second; larger ones are only cleaned, in bytes. */
const REWRITTEN = 256 * 1024 * 1024;

/**
 * Empties the write-ahead log into the file, where `secure_delete` has already overwritten what was deleted, so that no
 * older copy of a page is left.
 * @throws Refusal `busy` when somebody keeps reading an older state for seconds; try again later.
 */
export async function scrubSqlite(file: string): Promise<void> {
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    for (let tries = 0; tries < TRIES; tries++) {
      if (checkpoint(database)) return;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    throw new Refusal('busy', { retryAfterSeconds: 5 });
  } finally {
    database.close();
  }
}

function checkpoint(database: DatabaseSync): boolean {
  try {
    return Number(database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()?.['busy']) === 0;
  } catch (error) {
    if (error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) <= 6) return false;
    throw error;
  }
}

/**
 * Takes what was deleted out of the tables' files and out of the planner's statistics, which hold samples of values. Large
 * tables are only vacuumed: their pages are used again, and whoever wants them clean at once runs `VACUUM FULL`.
 * @throws Refusal `busy` when a table stays locked, or somebody keeps reading an older state for seconds; try again later.
 */
export async function scrubPostgres(db: Db, tables: readonly string[]): Promise<void> {
  await untilNobodyReadsOlder(db);
  const { rows } = await sql<{ name: string; size: number }>`
    select c.relname as name, pg_total_relation_size(c.oid) as size from pg_class c
    where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r'`.execute(db);
  for (const { name, size } of rows) {
    if (!tables.includes(name)) continue;
    const how = Number(size) <= REWRITTEN ? sql.raw('full, analyze') : sql.raw('analyze');
    await sql`vacuum (${how}) ${sql.table(name)}`.execute(db);
    await dropStaleSamples(db, name);
  }
  // Older samples of values are rows there, too. Who does not own the database is told so by a warning, and it stays.
  await sql`vacuum (full) pg_catalog.pg_statistic`.execute(db);
}

/** What a snapshot may still see is kept by every kind of vacuum; transactions in other databases of the server count, too. */
async function untilNobodyReadsOlder(db: Db): Promise<void> {
  const { rows: started } = await sql<{ now: string }>`select pg_current_xact_id()::xid::text as now`.execute(db);
  for (let tries = 0; tries < 10 * TRIES; tries++) {
    const { rows } = await sql`
      select 1 from pg_stat_activity where pid <> pg_backend_pid()
      and age(coalesce(backend_xid, backend_xmin)) >= age(${started[0]?.now ?? '0'}::text::xid) limit 1`.execute(db);
    if (rows.length === 0) return;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  throw new Refusal('busy', { retryAfterSeconds: 5 });
}

/** Of a table that has become empty, ANALYZE keeps the samples it took before; a column whose type is said anew has none. */
async function dropStaleSamples(db: Db, table: string): Promise<void> {
  const { rows } = await sql<{ column: string; type: string }>`
    select a.attname as column, format_type(a.atttypid, a.atttypmod) as type from pg_attribute a
    join pg_class c on c.oid = a.attrelid
    join pg_stats s on s.schemaname = current_schema() and s.tablename = c.relname and s.attname = a.attname
    where c.relnamespace = current_schema()::regnamespace and c.relname = ${table}`.execute(db);
  if (rows.length === 0) return;
  const some = await sql`select 1 from ${sql.table(table)} limit 1`.execute(db);
  if (some.rows.length > 0) return;
  const again = rows.map(({ column, type }) => sql`alter column ${sql.ref(column)} type ${sql.raw(type)}`);
  await sql`alter table ${sql.table(table)} ${sql.join(again)}`.execute(db);
}
