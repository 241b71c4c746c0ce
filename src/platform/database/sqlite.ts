import {
  CamelCasePlugin,
  Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type Dialect,
  type Driver,
} from 'kysely';
import { SqliteDriver, type SqliteDriverOptions } from './sqliteDriver.ts';
import { SqliteReportDriver } from './sqliteReports.ts';
import type { Tables } from './tables.ts';

/**
 * Kysely assumes one connection, which a mutex guards, and migrations that cannot be rolled back. Our driver orders its
 * writers itself and reads beside them, and SQLite's schema changes are transactional.
 */
class WaypostSqliteAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true;
  }
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

function dialect(driver: Driver): Dialect {
  return {
    createAdapter: () => new WaypostSqliteAdapter(),
    createDriver: () => driver,
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

/** Handles on one SQLite file: `db` for everything, `reports` for long reads on a thread of their own. */
export function openSqlite(options: SqliteDriverOptions): { db: Kysely<Tables>; reports: Kysely<Tables> } {
  const plugins = [new CamelCasePlugin()];
  return {
    db: new Kysely<Tables>({ dialect: dialect(new SqliteDriver(options)), plugins }),
    reports: new Kysely<Tables>({ dialect: dialect(new SqliteReportDriver(options.file)), plugins }),
  };
}
