import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { openPostgres } from './postgres.ts';
import { openSqlite } from './sqlite.ts';
import { insideTransaction } from './transactionScope.ts';
import { scrubPostgres, scrubSqlite } from './scrub.ts';
import type { Db, Tx } from './tables.ts';

export type Dialect = 'sqlite' | 'postgres';

/** The open database. */
export interface Database {
  dialect: Dialect;
  /** For reads, and for single writes; inside `transaction` it throws. */
  db: Db;
  /** For reports and long reads: on SQLite a thread of their own, on PostgreSQL a small pool of their own. */
  reports: Db;
  /**
   * All of `work`'s writes or none; resolves when they are on disk.
   * @throws Refusal `busy` when the database stays locked for 5 s, and whatever `work` throws.
   */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /**
   * After something was deleted that must leave no trace: takes its bytes out of the files.
   * @param tables where it stood, by their names in SQL.
   * @throws Refusal `busy`; try again later.
   */
  scrub(tables: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** `sqlite:PATH` or `postgres://…`. */
  url: string;
  /** Called before each statement of a transaction, its end included; the fault tests stop the process here. */
  onStatement?: (sql: string) => void;
}

/** Opens the database; connections are made with the first query. */
export function openDatabase({ url, onStatement }: DatabaseOptions): Database {
  const observe = onStatement ? { onStatement } : {};
  if (/^postgres(ql)?:/.test(url)) return assemble('postgres', openPostgres({ url, ...observe }), scrubPostgres);
  const file = url.replace(/^sqlite:/, '');
  mkdirSync(dirname(file), { recursive: true });
  return assemble('sqlite', openSqlite({ file, ...observe }), () => scrubSqlite(file));
}

function assemble(
  dialect: Dialect,
  { db, reports }: { db: Db; reports: Db },
  scrub: (db: Db, tables: readonly string[]) => Promise<void>,
): Database {
  return {
    dialect,
    db,
    reports,
    transaction: (work) => insideTransaction((body) => db.transaction().execute(body), work),
    scrub: (tables) => scrub(db, tables),
    close: async () => {
      await reports.destroy();
      await db.destroy();
    },
  };
}
