import { existsSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';
import { quoted, type PlainValue } from './snapshot.ts';

/** PostgreSQL takes 65,535 values at once. */
const PG_VALUES = 30_000;
const STAGING_SCHEMA = 'waypost_restoring';

/** Rows go in whatever they refer to; at the end everything must fit. */
export interface Loader {
  /** What the schema has now. */
  tables(): Promise<ReadonlyMap<string, readonly string[]>>;
  load(table: string, columns: readonly string[], rows: readonly PlainValue[][]): Promise<void>;
  /** @throws Error when a row refers to one that is not there. */
  finish(): Promise<void>;
  /** Without an end: nothing of it is kept. */
  abort(): Promise<void>;
}

/** A database beside the real one, to be filled and then put in its place. */
export interface StagedDatabase {
  url: string;
  /** Removes what an earlier try left. */
  clear(): Promise<void>;
  /** For filling it, once its tables are there. */
  loader(): Promise<Loader>;
  /** Whether the real one holds anything. */
  targetIsEmpty(): Promise<boolean>;
  /** @throws Error with words for the operator when somebody uses the real one, or it may not be replaced. */
  requireUnused(): Promise<void>;
  /** Puts it in the place of the real one, at once. */
  putInPlace(): Promise<void>;
}

/** The database is used by another process, or may not be replaced; the message is for the operator. */
class TargetInUse extends Error {
  readonly code = 'restore_refused';
}

/** @param folder where a staged SQLite file lies. */
export function stagedDatabase(url: string, folder: string): StagedDatabase {
  return /^postgres(ql)?:/.test(url) ? stagedPostgres(url) : stagedSqlite(url.replace(/^sqlite:/, ''), folder);
}

function stagedSqlite(target: string, folder: string): StagedDatabase {
  const file = `${folder}/waypost.db`;
  const all = (path: string) => ['', '-wal', '-shm'].map((end) => `${path}${end}`);
  return {
    url: `sqlite:${file}`,
    async clear() {
      for (const path of all(file)) rmSync(path, { force: true });
    },
    async loader() {
      const database = new DatabaseSync(file, { enableForeignKeyConstraints: false });
      database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA secure_delete = ON; BEGIN');
      return sqliteLoader(database);
    },
    async targetIsEmpty() {
      if (!existsSync(target)) return true;
      const database = new DatabaseSync(target, { readOnly: true, timeout: 5_000 });
      try {
        return ['person', 'touch', 'article'].every((table) => {
          const there = database.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?").get(table);
          return there === undefined || database.prepare(`SELECT 1 FROM ${quoted(table)} LIMIT 1`).get() === undefined;
        });
      } finally {
        database.close();
      }
    },
    async requireUnused() {
      if (!existsSync(target)) return;
      const database = new DatabaseSync(target, { timeout: 0 });
      try {
        // Only the last connection of all may leave the mode of the write-ahead log.
        database.exec('PRAGMA journal_mode = DELETE');
      } catch {
        throw new TargetInUse('The database is in use. Stop the portal and the worker, then restore.');
      } finally {
        database.close();
      }
    },
    async putInPlace() {
      const database = new DatabaseSync(file);
      database.exec('PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE');
      database.close();
      const { renameSync } = await import('node:fs');
      for (const path of all(target).slice(1)) rmSync(path, { force: true });
      renameSync(file, target);
    },
  };
}

function sqliteLoader(database: DatabaseSync): Loader {
  const columnsOf = (table: string) =>
    database
      .prepare('SELECT name FROM pragma_table_info(?)')
      .all(table)
      .map((column) => String(column['name']));
  const statements = new Map<string, ReturnType<DatabaseSync['prepare']>>();
  return {
    async tables() {
      const names = database
        .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        .all()
        .map(({ name }) => String(name));
      return new Map(names.map((name) => [name, columnsOf(name)]));
    },
    async load(table, columns, rows) {
      const key = `${table} ${columns.join()}`;
      const places = columns.map(() => '?').join();
      const insert =
        statements.get(key) ??
        database.prepare(`INSERT OR REPLACE INTO ${quoted(table)} (${columns.map(quoted).join()}) VALUES (${places})`);
      statements.set(key, insert);
      for (const row of rows) insert.run(...row);
    },
    async finish() {
      const broken = database.prepare('PRAGMA foreign_key_check').all();
      if (broken.length > 0) {
        throw new Error(`The backup refers to rows it does not hold: ${String(broken[0]?.['table'])}.`);
      }
      database.exec('COMMIT; PRAGMA wal_checkpoint(TRUNCATE)');
      database.close();
    },
    async abort() {
      database.close();
    },
  };
}

function stagedPostgres(target: string): StagedDatabase {
  const url = new URL(target);
  url.searchParams.set('options', `-c search_path=${STAGING_SCHEMA} -c timezone=UTC`);
  async function connected<T>(to: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
    const client = new pg.Client({ connectionString: to });
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  }
  return {
    url: url.href,
    clear: () =>
      connected(target, async (client) => {
        await client.query(`drop schema if exists ${STAGING_SCHEMA} cascade`);
        await client.query(`create schema ${STAGING_SCHEMA}`);
      }),
    async loader() {
      const client = new pg.Client({ connectionString: url.href });
      await client.connect();
      return postgresLoader(client);
    },
    targetIsEmpty: () =>
      connected(target, async (client) => {
        for (const table of ['person', 'touch', 'article']) {
          const { rows } = await client.query<{ name: string | null }>(`select to_regclass($1) as name`, [table]);
          if (rows[0]?.name && (await client.query(`select 1 from ${quoted(table)} limit 1`)).rows.length > 0)
            return false;
        }
        return true;
      }),
    requireUnused: () =>
      connected(target, async (client) => {
        const others = await client.query<{ count: string }>(
          'select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
        );
        if (Number(others.rows[0]?.count) > 0)
          throw new TargetInUse('The database is in use. Stop the portal and the worker, then restore.');
        const may = await client.query<{ may: boolean }>(
          `select has_database_privilege(current_database(), 'create') and pg_has_role(nspowner, 'member') as may
            from pg_namespace where oid = current_schema()::regnamespace`,
        );
        if (!may.rows[0]?.may)
          throw new TargetInUse('The database’s user must own the database, so that its schema can be replaced.');
      }),
    putInPlace: () =>
      connected(target, async (client) => {
        const { rows } = await client.query<{ schema: string }>('select current_schema() as schema');
        const schema = quoted(rows[0]?.schema ?? 'public');
        await client.query(
          `begin; drop schema ${schema} cascade; alter schema ${STAGING_SCHEMA} rename to ${schema}; commit`,
        );
      }),
  };
}

async function postgresLoader(client: pg.Client): Promise<Loader> {
  const { rows } = await client.query<{ table: string; name: string; identity: string }>(`
    select c.relname as table, a.attname as name, a.attidentity as identity from pg_class c
    join pg_attribute a on a.attrelid = c.oid
    where c.relnamespace = '${STAGING_SCHEMA}'::regnamespace and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped
    order by c.relname, a.attnum`);
  const tables = Map.groupBy(rows, (row) => row.table);
  const keys = await client.query<{ table: string; name: string; definition: string }>(`
    select conrelid::regclass::text as table, conname as name, pg_get_constraintdef(oid) as definition from pg_constraint
    where connamespace = '${STAGING_SCHEMA}'::regnamespace and contype = 'f'`);
  await client.query('begin');
  for (const { table, name } of keys.rows) await client.query(`alter table ${table} drop constraint ${quoted(name)}`);
  for (const table of tables.keys()) {
    await client.query(`alter table ${quoted(table)} disable trigger user`);
    if (!table.startsWith('migration')) await client.query(`delete from ${quoted(table)}`);
  }
  return {
    async tables() {
      return new Map([...tables].map(([name, columns]) => [name, columns.map((column) => column.name)]));
    },
    async load(table, columns, rows) {
      const step = Math.max(1, Math.floor(PG_VALUES / columns.length));
      for (let from = 0; from < rows.length; from += step) {
        const some = rows.slice(from, from + step);
        let place = 0;
        const values = some.map(() => `(${columns.map(() => `$${++place}`).join()})`).join();
        await client.query(
          `insert into ${quoted(table)} (${columns.map(quoted).join()}) overriding system value values ${values}`,
          some.flat().map((value) => (value instanceof Uint8Array ? Buffer.from(value) : value)),
        );
      }
    },
    async finish() {
      for (const [table, columns] of tables) {
        await client.query(`alter table ${quoted(table)} enable trigger user`);
        const counted = columns.find(({ identity }) => identity !== '');
        if (!counted) continue;
        await client.query(
          `select setval(pg_get_serial_sequence('${quoted(table)}', '${counted.name}'),
            coalesce((select max(${quoted(counted.name)}) from ${quoted(table)}), 0) + 1, false)`,
        );
      }
      for (const { table, name, definition } of keys.rows)
        await client.query(`alter table ${table} add constraint ${quoted(name)} ${definition}`);
      await client.query('commit');
      await client.end();
    },
    async abort() {
      await client.end();
    },
  };
}
