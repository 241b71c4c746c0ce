import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe } from 'vitest';
import {
  migrate,
  openDatabase,
  platformMigration,
  type Database,
  type DatabaseOptions,
  type Dialect,
  type Migration,
} from '../../src/platform/database/index.ts';
import { freshDatabase } from './postgres.ts';

/** Where one suite's databases come from. */
export interface DatabaseSource {
  dialect: Dialect;
  /** The URL of a new, empty database. */
  freshUrl(): Promise<string>;
  /** A new database with the tables of `migrations` (the platform's own, if left out); closed after the suite. */
  fresh(migrations?: readonly Migration[], options?: Omit<DatabaseOptions, 'url'>): Promise<Database>;
  /** One more handle on a database; closed after the suite. */
  open(url: string, options?: Omit<DatabaseOptions, 'url'>): Database;
}

/** The same tests on SQLite and on PostgreSQL. */
export function eachDatabase(name: string, tests: (source: DatabaseSource) => void): void {
  for (const dialect of ['sqlite', 'postgres'] as const) {
    describe(`${name} (${dialect})`, () => {
      tests(databaseSource(dialect));
    });
  }
}

/** A source within a `describe` or a file: what it opened is closed and deleted after it. */
export function databaseSource(dialect: Dialect): DatabaseSource {
  const opened: Database[] = [];
  const folders: string[] = [];
  afterAll(async () => {
    for (const database of opened) await database.close();
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });

  const source: DatabaseSource = {
    dialect,
    async freshUrl() {
      if (dialect === 'postgres') return freshDatabase();
      const folder = mkdtempSync(join(tmpdir(), 'waypost-test-'));
      folders.push(folder);
      return `sqlite:${join(folder, 'waypost.db')}`;
    },
    open(url, options = {}) {
      const database = openDatabase({ url, ...options });
      opened.push(database);
      return database;
    },
    async fresh(migrations = [platformMigration], options = {}) {
      const database = source.open(await source.freshUrl(), options);
      await migrate(database, migrations);
      return database;
    },
  };
  return source;
}
