import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { SqliteStatements } from './sqliteStatements.ts';
import type { ReportAnswer } from './sqliteReports.ts';

/** The thread behind {@link SqliteReportDriver}. Here a wait for a lock stops nobody else. */
const database = new DatabaseSync((workerData as { file: string }).file, { timeout: 5_000 });
database.exec('PRAGMA query_only = 1');
const statements = new SqliteStatements(database);

parentPort?.on('message', ({ id, sql, parameters }: { id: number; sql: string; parameters: unknown[] }) => {
  let answer: ReportAnswer;
  try {
    // Rows of node:sqlite have no prototype, which structured cloning takes as it is.
    answer = { id, rows: statements.run(Object.freeze({ sql, parameters })).rows };
  } catch (error) {
    answer = { id, error: error instanceof Error ? error.message : String(error) };
  }
  parentPort?.postMessage(answer);
});
