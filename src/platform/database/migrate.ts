import { sql, type Kysely } from 'kysely';
import { Migrator } from 'kysely/migration';
import { asRefusal } from '../refusal.ts';
import type { Database, Dialect } from './database.ts';
import type { ColumnTypes } from './columnTypes.ts';
import { columnTypes } from './columnTypes.ts';

/** One numbered step of the schema. Names sort: `0001_platform`, `0002_accounts` … */
export interface Migration {
  name: string;
  /** Changes the schema inside the common transaction. Plain SQL names (snake_case), no room's code: it never changes. */
  up(db: Kysely<unknown>, types: ColumnTypes, dialect: Dialect): Promise<void>;
}

/** The database was written by a newer version of the portal; this one would not understand it. */
class DatabaseNewer extends Error {
  readonly code = 'database_newer';
  constructor(unknown: string) {
    super(`The database is newer than this version of Waypost: it holds migration ${unknown}.`);
  }
}

const TABLE = 'migration';

/** How long a start waits for another process that migrates, in milliseconds. */
const PATIENCE_MS = 60_000;

/**
 * Brings the schema up to date, all pending steps in one transaction: a step that fails, or a process killed halfway,
 * leaves the old state. Two processes that start together wait for each other.
 * @returns the names of the steps that ran.
 * @throws DatabaseNewer when the database knows a step that `migrations` does not; Refusal `busy` when another process
 * holds the database for a minute.
 */
export async function migrate(database: Database, migrations: readonly Migration[]): Promise<string[]> {
  const db = database.db.withoutPlugins() as Kysely<unknown>;
  if (await isUpToDate(db, migrations)) return [];
  const types = columnTypes(database.dialect);
  const steps = Object.fromEntries(
    migrations.map(({ name, up }) => [name, { up: (tx: Kysely<unknown>) => up(tx, types, database.dialect) }]),
  );
  const schema = database.dialect === 'postgres' ? await currentSchema(db) : null;
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => steps },
    migrationTableName: TABLE,
    // A database may hold the same tables in another schema.
    ...(schema !== null && { migrationTableSchema: schema }),
    migrationLockTableName: 'migration_lock',
  });
  const giveUpAt = performance.now() + PATIENCE_MS;
  let { error, results } = await migrator.migrateToLatest();
  while (asRefusal(error)?.code === 'busy' && performance.now() < giveUpAt) {
    ({ error, results } = await migrator.migrateToLatest());
  }
  if (error) {
    const missing = /previously executed migration (\S+) is missing/.exec(String(error));
    if (missing?.[1]) throw new DatabaseNewer(missing[1]);
    throw error;
  }
  return (results ?? []).map((result) => result.migrationName);
}

async function currentSchema(db: Kysely<unknown>): Promise<string> {
  const { rows } = await sql<{ schema: string | null }>`select current_schema() as schema`.execute(db);
  return rows[0]?.schema ?? 'public';
}

/** Only reads: a start with nothing to migrate does not wait for whoever holds the database just then. */
async function isUpToDate(db: Kysely<unknown>, migrations: readonly Migration[]): Promise<boolean> {
  try {
    const { rows } = await sql<{ name: string }>`select name from ${sql.table(TABLE)} order by name`.execute(db);
    return rows.map(({ name }) => name).join() === migrations.map(({ name }) => name).join();
  } catch {
    return false; // no such table yet; whatever else is wrong, migrating says it
  }
}
