import { Worker } from 'node:worker_threads';
import type { CompiledQuery, DatabaseConnection, Driver, QueryResult } from 'kysely';
import { refuseOuterHandle } from './transactionScope.ts';

interface Pending {
  resolve(rows: unknown[]): void;
  reject(error: Error): void;
}

/** What the report thread answers. */
export interface ReportAnswer {
  id: number;
  rows?: unknown[];
  error?: string;
}

/**
 * A driver that only reads, on a thread of its own: reports and long reads go here, so that no statement, however slow,
 * stops the thread that answers requests. The thread starts with the first report.
 */
export class SqliteReportDriver implements Driver {
  readonly #file: string;
  readonly #pending = new Map<number, Pending>();
  #worker: Worker | null = null;
  #next = 0;

  constructor(file: string) {
    this.#file = file;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    refuseOuterHandle();
    return {
      executeQuery: <R>(query: CompiledQuery) => this.#ask<R>(query),
      streamQuery: () => {
        throw new Error('Reports are read whole.');
      },
    };
  }

  async releaseConnection(): Promise<void> {}
  async beginTransaction(): Promise<void> {
    throw new Error('Reports only read.');
  }
  async commitTransaction(): Promise<void> {}
  async rollbackTransaction(): Promise<void> {}

  async destroy(): Promise<void> {
    await this.#worker?.terminate();
    this.#fail(new Error('The database was closed while a report was read.'));
  }

  #ask<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    this.#worker ??= this.#start();
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve: (rows) => resolve({ rows: rows as R[] }), reject });
      // Only while somebody waits for it may the thread keep the process alive.
      this.#worker?.ref();
      this.#worker?.postMessage({ id, sql: query.sql, parameters: query.parameters });
    });
  }

  #fail(error: Error): void {
    for (const pending of this.#pending.values()) pending.reject(error);
    this.#pending.clear();
    this.#worker = null;
  }

  #start(): Worker {
    const thread = new URL('./sqliteReportThread.ts', import.meta.url);
    // Without the process' own flags: some of them are meant for its main module alone.
    const worker = new Worker(thread, { workerData: { file: this.#file }, execArgv: [] });
    worker.on('message', ({ id, rows, error }: ReportAnswer) => {
      const pending = this.#pending.get(id);
      this.#pending.delete(id);
      if (error !== undefined) pending?.reject(new Error(error));
      else pending?.resolve(rows ?? []);
      if (this.#pending.size === 0) worker.unref();
    });
    worker.on('error', (error: Error) => this.#fail(error));
    return worker;
  }
}
