import { CamelCasePlugin, Kysely, PostgresDialect, type DatabaseConnection, type Driver } from 'kysely';
import pg from 'pg';
import { Refusal } from '../refusal.ts';
import { refuseOuterHandle } from './transactionScope.ts';
import { WRITE_PATIENCE_MS } from './sqliteLock.ts';
import type { Tables } from './tables.ts';

const INT8 = 20;
/** `lock_not_available` and `deadlock_detected`: another session holds what we need; the same again may succeed. */
const HELD_BY_OTHERS = new Set<unknown>(['55P03', '40P01']);
/** What the pool says when every connection stays taken for as long as we wait. */
const POOL_EXHAUSTED = 'timeout exceeded when trying to connect';

export interface PostgresOptions {
  url: string;
  /** Called before each statement of a transaction; the fault tests stop the process here. */
  onStatement?: (sql: string) => void;
}

/** Handles on one PostgreSQL database. Reports have a small pool of their own, so that they cannot use up the other. */
export function openPostgres(options: PostgresOptions): { db: Kysely<Tables>; reports: Kysely<Tables> } {
  return { db: handle(options, 10), reports: handle({ url: options.url }, 2) };
}

function handle({ url, onStatement }: PostgresOptions, max: number): Kysely<Tables> {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    connectionTimeoutMillis: WRITE_PATIENCE_MS,
    options: `-c lock_timeout=${WRITE_PATIENCE_MS} -c idle_in_transaction_session_timeout=60000 -c timezone=UTC`,
    // Our counts and sequences stay far below 2^53, so a bigint may be a number, as it is on SQLite.
    types: { getTypeParser: (oid, format) => (oid === INT8 ? Number : pg.types.getTypeParser(oid, format as 'text')) },
  });
  // An idle connection that the server ends is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => undefined);
  // So would one that is cut inside a transaction, between two statements: the next statement tells of it.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return new Kysely<Tables>({
    dialect: new GuardedPostgresDialect(pool, onStatement),
    plugins: [new CamelCasePlugin()],
  });
}

/** Kysely's own dialect, refusing the outer handle inside a transaction and naming a lock that lasts too long. */
class GuardedPostgresDialect extends PostgresDialect {
  readonly #onStatement: ((sql: string) => void) | undefined;

  constructor(pool: pg.Pool, onStatement?: (sql: string) => void) {
    super({ pool });
    this.#onStatement = onStatement;
  }

  override createDriver(): Driver {
    const driver = super.createDriver();
    const guarded = new WeakSet<DatabaseConnection>();
    const onStatement = this.#onStatement;
    const acquire = driver.acquireConnection.bind(driver);
    driver.acquireConnection = async (options) => {
      refuseOuterHandle();
      const connection = await acquire(options).catch(asBusy);
      if (!guarded.has(connection)) {
        guarded.add(connection);
        const execute = connection.executeQuery.bind(connection);
        connection.executeQuery = async (query, executeOptions) => {
          onStatement?.(query.sql);
          return execute<never>(query, executeOptions).catch(asBusy);
        };
      }
      return connection;
    };
    return driver;
  }
}

function asBusy(error: unknown): never {
  if (
    error instanceof Error &&
    (('code' in error && HELD_BY_OTHERS.has(error.code)) || error.message === POOL_EXHAUSTED)
  ) {
    throw new Refusal('busy', { retryAfterSeconds: WRITE_PATIENCE_MS / 1000 });
  }
  throw error;
}
