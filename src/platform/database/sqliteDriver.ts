import { DatabaseSync } from 'node:sqlite';
import {
  RawNode,
  SelectQueryNode,
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  type QueryResult,
} from 'kysely';
import { WriterLock, patienceFromNow, whileLocked } from './sqliteLock.ts';
import { SqliteStatements } from './sqliteStatements.ts';
import { refuseOuterHandle } from './transactionScope.ts';

/** At most so many transactions share one commit, and none waits longer than this for the others, in milliseconds. */
const GROUP_SIZE = 64;
const GROUP_AGE_MS = 20;

/** Transactions that share one COMMIT, and so one fsync. */
interface CommitGroup {
  startedAt: number;
  size: number;
  /** Settles when the COMMIT has; until then nobody of the group is told of success. */
  committed: Promise<void>;
  resolve(): void;
  reject(error: unknown): void;
}

export interface SqliteDriverOptions {
  file: string;
  /** Called before each statement of a transaction, COMMIT included; the fault tests stop the process here. */
  onStatement?: (sql: string) => void;
}

/**
 * Kysely's driver over `node:sqlite` in WAL mode: one connection writes, one reads. Reads never wait for a writer and
 * see only what is committed. Transactions that arrive together are committed together (group commit): each has its own
 * savepoint, so one that fails takes nobody along, and each is acknowledged only after the common COMMIT is on disk.
 */
export class SqliteDriver implements Driver {
  readonly #options: SqliteDriverOptions;
  readonly #lock = new WriterLock();
  #writer!: DatabaseSync;
  #reader!: DatabaseSync;
  #write!: SqliteStatements;
  #read!: SqliteStatements;
  #group: CommitGroup | null = null;

  constructor(options: SqliteDriverOptions) {
    this.#options = options;
  }

  async init(): Promise<void> {
    this.#writer = await whileLocked(() => openWriter(this.#options.file));
    this.#reader = new DatabaseSync(this.#options.file, { timeout: 0 });
    this.#reader.exec('PRAGMA query_only = 1');
    this.#write = new SqliteStatements(this.#writer);
    this.#read = new SqliteStatements(this.#reader);
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    refuseOuterHandle();
    return new SqliteConnection(this);
  }

  async releaseConnection(): Promise<void> {}

  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await this.#enter();
    (connection as SqliteConnection).inTransaction = true;
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    (connection as SqliteConnection).inTransaction = false;
    await this.#leave(() => this.#statement('RELEASE one'));
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (!(connection as SqliteConnection).inTransaction) return;
    (connection as SqliteConnection).inTransaction = false;
    await this.#leave(() => {
      this.#writer.exec('ROLLBACK TO one');
      this.#writer.exec('RELEASE one');
    }).catch(() => undefined); // the cause of the rollback is what the caller hears
  }

  async destroy(): Promise<void> {
    await this.#lock.acquire();
    if (this.#group) this.#end(this.#group);
    this.#reader.close();
    this.#writer.close();
  }

  /** A query outside any transaction: reads at once; anything else is a transaction of its own. */
  async runAlone<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    if (onlyReads(query)) {
      return whileLocked(() => this.#read.run<R>(query));
    }
    await this.#enter();
    let result: QueryResult<R>;
    try {
      result = this.runInside<R>(query);
    } catch (error) {
      await this.#leave(() => this.#writer.exec('ROLLBACK TO one; RELEASE one')).catch(() => undefined);
      throw error;
    }
    await this.#leave(() => this.#statement('RELEASE one'));
    return result;
  }

  /** A query of the transaction that holds the lock. */
  runInside<R>(query: CompiledQuery): QueryResult<R> {
    // A full or failed disk makes SQLite roll back by itself; what follows would then be committed statement by statement.
    if (!this.#writer.isTransaction) throw new Error('The transaction has already been rolled back.');
    this.#options.onStatement?.(query.sql);
    return this.#write.run<R>(query);
  }

  async #enter(): Promise<void> {
    const giveUpAt = patienceFromNow();
    await this.#lock.acquire(giveUpAt);
    try {
      if (!this.#group) {
        await whileLocked(() => this.#statement('BEGIN IMMEDIATE'), giveUpAt);
        this.#group = newGroup();
      }
      this.#statement('SAVEPOINT one');
      this.#group.size += 1;
    } catch (error) {
      // Those already in the group wait for its COMMIT, and nobody else may come to make it.
      if (this.#group && !this.#lock.hasWaiters) this.#end(this.#group);
      this.#lock.release();
      throw error;
    }
  }

  /** Ends one transaction's savepoint, commits unless the next one may join, and waits for the common COMMIT. */
  async #leave(endSavepoint: () => void): Promise<void> {
    const group = this.#group;
    if (!group) throw new Error('No transaction is open.');
    try {
      endSavepoint();
    } catch (error) {
      // The disk is full or failed: SQLite has rolled back everything, so everybody of the group has to hear of it.
      this.#end(group, error);
      this.#lock.release();
      return group.committed;
    }
    const mayJoin = group.size < GROUP_SIZE && performance.now() - group.startedAt < GROUP_AGE_MS;
    if (!(mayJoin && this.#lock.hasWaiters)) this.#end(group);
    this.#lock.release();
    return group.committed;
  }

  #end(group: CommitGroup, failure?: unknown): void {
    this.#group = null;
    try {
      if (failure !== undefined) throw failure;
      this.#statement('COMMIT');
      group.resolve();
    } catch (error) {
      if (this.#writer.isTransaction) this.#writer.exec('ROLLBACK');
      group.reject(error);
    }
  }

  #statement(sql: string): void {
    this.#options.onStatement?.(sql);
    this.#write.run({ sql, parameters: [] });
  }
}

class SqliteConnection implements DatabaseConnection {
  inTransaction = false;
  readonly #driver: SqliteDriver;

  constructor(driver: SqliteDriver) {
    this.#driver = driver;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    return this.inTransaction ? this.#driver.runInside<R>(query) : this.#driver.runAlone<R>(query);
  }

  async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
    yield await this.executeQuery<R>(query);
  }
}

function newGroup(): CommitGroup {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  promise.catch(() => undefined); // each member awaits it; nobody may be left to make it unhandled
  return { startedAt: performance.now(), size: 0, committed: promise, resolve, reject };
}

/** Whether a query outside a transaction may go to the reading connection, which can change nothing. */
function onlyReads({ query, sql }: CompiledQuery): boolean {
  if (!RawNode.is(query)) return SelectQueryNode.is(query);
  return (
    /^\s*(select|explain)\b/i.test(sql) || (/^\s*with\b/i.test(sql) && !/\b(insert|update|delete|replace)\b/i.test(sql))
  );
}

function openWriter(file: string): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: 0, enableForeignKeyConstraints: true });
  try {
    // FULL: what is acknowledged must survive a power cut; WAL with NORMAL may lose the last commits.
    // MEMORY: each savepoint keeps the pages it changes until it is released; in a temporary file that was three quarters
    // of all bytes written.
    database.exec(
      'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY',
    );
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}
