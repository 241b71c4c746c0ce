import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';

const PG_ROWS = 2_000;
/** Rows of SQLite are read on this thread; after so many of them others get their turn. */
const SQLITE_ROWS = 5_000;

/** A value as it is in both databases: instants are ISO text, booleans 0 and 1. */
export type PlainValue = string | number | null | Uint8Array;

/** All tables as they were at one instant, whatever is written meanwhile. */
export interface Snapshot {
  tables: readonly { name: string; columns: readonly string[] }[];
  /** The rows of a table in batches, each row's values in the order of its columns. */
  rows(table: string): AsyncIterable<PlainValue[][]>;
  close(): Promise<void>;
}

/** Opens a snapshot by the URL of a database. Nothing is ever whole in memory. */
export function openSnapshot(url: string): Promise<Snapshot> {
  return /^postgres(ql)?:/.test(url) ? postgresSnapshot(url) : sqliteSnapshot(url.replace(/^sqlite:/, ''));
}

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

async function sqliteSnapshot(file: string): Promise<Snapshot> {
  const database = new DatabaseSync(file, { readOnly: true, timeout: 5_000 });
  database.exec('BEGIN');
  const names = database
    .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
    .all()
    .map(({ name }) => String(name));
  const tables = names.map((name) => ({
    name,
    columns: database
      .prepare(`SELECT name FROM pragma_table_info(?)`)
      .all(name)
      .map((column) => String(column['name'])),
  }));
  return {
    tables,
    async *rows(table) {
      const statement = database.prepare(`SELECT * FROM ${quoted(table)}`);
      statement.setReturnArrays(true);
      let batch: PlainValue[][] = [];
      for (const row of statement.iterate()) {
        batch.push(row as unknown as PlainValue[]);
        if (batch.length < SQLITE_ROWS) continue;
        yield batch;
        batch = [];
      }
      if (batch.length > 0) yield batch;
    },
    async close() {
      database.exec('ROLLBACK');
      database.close();
    },
  };
}

async function postgresSnapshot(url: string): Promise<Snapshot> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query("set timezone = 'UTC'");
  await client.query('begin isolation level repeatable read read only');
  const { rows: columns } = await client.query<{ table: string; name: string }>(`
    select c.relname as table, a.attname as name from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped
    order by c.relname, a.attnum`);
  const byTable = Map.groupBy(columns, (column) => column.table);
  return {
    tables: [...byTable].map(([name, its]) => ({ name, columns: its.map((column) => column.name) })),
    async *rows(table) {
      await client.query(`declare backup no scroll cursor for select * from ${quoted(table)}`);
      for (;;) {
        const { rows } = await client.query<unknown[]>({ text: `fetch ${PG_ROWS} from backup`, rowMode: 'array' });
        if (rows.length === 0) break;
        yield rows.map((row) => row.map(plain));
      }
      await client.query('close backup');
    },
    async close() {
      await client.query('rollback');
      await client.end();
    },
  };
}

function plain(value: unknown): PlainValue {
  if (value === null || typeof value === 'number' || value instanceof Uint8Array) return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (value instanceof Date) return value.toISOString();
  const text = String(value);
  // The driver gives 64-bit numbers as text; ours stay far below 2^53.
  return text;
}
