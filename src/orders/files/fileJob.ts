import { rm } from 'node:fs/promises';
import type { Database, Db } from '../../platform/database/index.ts';
import type { Queue } from '../../platform/jobs/index.ts';
import { instant, type Runtime } from '../../platform/runtime.ts';
import type { CheckedOrder } from '../orderBody.ts';
import { added, mappingIn, moveFile, noCounts, surveyIn, type OrderFileRow } from './fileRows.ts';
import { processed, type Counts, type Mode, type ProcessingDeps, type Step } from './processing.ts';
import { asUnreadable } from './reading.ts';
import type { OrderFileState } from './tables.ts';

const JOB = 'orders.file';
/** One try of the job works so long, then leaves the rest to the next. */
const WORK_MS = 10_000;
/** Rows with something wrong that are kept to be read; the others are only counted. */
const MOST_FAULTS = 10_000;
const SHOWN_ORDERS = 8;
/** How long a page waits for a job before it shows that it is under way. */
const PATIENCE_MS = 1_500;
const GLANCE_MS = 50;

export interface FileJobDeps {
  database: Database;
  runtime: Runtime;
  queue: Queue;
  orders: ProcessingDeps;
  pathOf(id: string): string;
}

interface Payload {
  fileId: string;
  run: number;
  step: number;
}

/** Goes through files in the background: what it has done is kept every hundred orders, and a new try goes on from there. */
export function createFileJob({ database, runtime, queue, orders, pathOf }: FileJobDeps) {
  const { db } = database;
  const now = (): string => instant(runtime.now());

  function enqueue(tx: Db, payload: Payload): Promise<unknown> {
    const { fileId, run, step } = payload;
    return queue.enqueue(tx, { kind: JOB, key: `${JOB}:${fileId}:${run}:${step}`, payload: { ...payload } });
  }

  async function note(row: OrderFileRow, step: Step): Promise<void> {
    const before = row.faultCount;
    const shown = JSON.parse(row.preview) as CheckedOrder[];
    const progress = {
      counts: JSON.stringify(added(JSON.parse(row.counts) as Counts, step.counts)),
      preview: JSON.stringify([...shown, ...step.orders].slice(0, SHOWN_ORDERS)),
      ...{ ordersDone: step.done, rowsDone: step.rows, faultCount: before + step.faults.length },
    };
    const faults = step.faults.slice(0, Math.max(0, MOST_FAULTS - before)).map((fault, index) => ({
      ...{ fileId: row.id, position: before + index, row: fault.row, heading: fault.column && storable(fault.column) },
      ...{ fault: storable(JSON.stringify(fault.fault)), cells: JSON.stringify(fault.cells.map(storable)) },
    }));
    await database.transaction(async (tx) => {
      for (let at = 0; at < faults.length; at += 100) {
        await tx
          .insertInto('orderFileFault')
          .values(faults.slice(at, at + 100))
          .execute();
      }
      await moveFile(tx, row, ['checking', 'applying'], { ...progress, updatedAt: now() });
    });
    Object.assign(row, progress);
  }

  /** @returns whether the file was gone through to its end. */
  async function work(row: OrderFileRow, mode: Mode, signal: AbortSignal): Promise<boolean> {
    const begunAt = performance.now();
    const [survey, mapping] = [surveyIn(row), mappingIn(row)];
    const file = {
      ...{ path: pathOf(row.id), fileTime: row.fileTime, source: row.source ?? '' },
      table: survey && mapping && { headings: survey.headings, mapping },
    };
    const how = { mode, from: row.ordersDone, actor: `staff:${row.startedBy}` };
    for await (const step of processed(orders, file, how)) {
      await note(row, step);
      if (signal.aborted || performance.now() - begunAt > WORK_MS) return false;
    }
    return true;
  }

  queue.handle(
    JOB,
    async (job, { signal, finish }) => {
      const { fileId, run, step } = job.payload as Payload;
      const row = await db.selectFrom('orderFile').selectAll().where('id', '=', fileId).executeTakeFirst();
      if (!row || row.run !== run || (row.state !== 'checking' && row.state !== 'applying')) return;
      const mode = row.state === 'checking' ? 'check' : 'apply';
      const isWhole = await work(row, mode, signal).catch((error: unknown) => {
        if (!asUnreadable(error) && !isMissing(error)) throw error;
        return null;
      });
      await finish(async (tx) => {
        if (isWhole === false) return void (await enqueue(tx, { fileId, run, step: step + 1 }));
        const state = isWhole === null ? 'failed' : mode === 'check' ? 'checked' : 'done';
        await moveFile(tx, row, [row.state], { state, updatedAt: now() });
      });
      if (isWhole === null || (isWhole && mode === 'apply')) await rm(pathOf(fileId), { force: true });
    },
    { atOnce: 1 },
  );

  /** Small files are through before anybody looks. */
  async function settled(id: string, state: OrderFileState): Promise<void> {
    for (let waited = 0; waited < PATIENCE_MS; waited += GLANCE_MS) {
      const row = await db.selectFrom('orderFile').select('state').where('id', '=', id).executeTakeFirst();
      if (row?.state !== state) return;
      await new Promise((resolve) => setTimeout(resolve, GLANCE_MS));
    }
  }

  return {
    /**
     * Has a file checked or applied from its beginning. Waits a moment, in which small files are done.
     * @throws Refusal `conflict` when it is not in one of these states any more.
     */
    async begin(
      row: OrderFileRow,
      from: readonly OrderFileState[],
      state: 'checking' | 'applying',
      more: Partial<OrderFileRow> = {},
    ): Promise<void> {
      const run = row.run + 1;
      const fresh = { ordersDone: 0, rowsDone: 0, faultCount: 0, counts: JSON.stringify(noCounts), preview: '[]' };
      await database.transaction(async (tx) => {
        await moveFile(tx, row, from, { ...more, ...fresh, state, run, updatedAt: now() });
        await tx.deleteFrom('orderFileFault').where('fileId', '=', row.id).execute();
        await enqueue(tx, { fileId: row.id, run, step: 0 });
      });
      await settled(row.id, state);
    },
  };
}

/** No database takes a NUL, nor half a sign. */
function storable(text: string): string {
  return text.replaceAll('\0', '\ufffd').toWellFormed();
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
