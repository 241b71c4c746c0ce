import { afterCommit, type Database, type Db } from '../database/index.ts';
import type { Log } from '../log/index.ts';
import { instant, type Runtime } from '../runtime.ts';
import { enqueue, type Enqueued, type NewJob } from './enqueue.ts';
import type { JobEvent, JobHandler } from './job.ts';
import { forgetJobs } from './forget.ts';
import { countJobs, listJobs, pruneJobs, replayJob, showJob } from './records.ts';
import type { JobFilter, JobPage, JobView, QueueCounts } from './records.ts';
import { Worker, type Bell, type Registration } from './worker.ts';

const DAY_MS = 24 * 3_600_000;
const PRUNE_EVERY_MS = 3_600_000;

export interface QueueOptions {
  database: Database;
  runtime: Runtime;
  log: Log;
  /** Told of each job's end, for metrics. */
  observe?: (event: JobEvent) => void;
  /** How many jobs one worker does at once, in all and of one kind. */
  atOnce?: number;
  atOncePerKind?: number;
  /** How long done jobs stay for the record, and their keys known. */
  keepDoneDays?: number;
}

export interface RunOptions {
  /** Ends the worker: running jobs get 8 s to end, the rest is left to their leases. */
  signal: AbortSignal;
}

/** The one durable queue of everything owed to the outside or to later. */
export interface Queue {
  /** Queues a job in the transaction of its cause, and wakes this process' worker once that is committed. */
  enqueue(tx: Db, job: NewJob): Promise<Enqueued>;
  /** Says how a kind of job is done, and how many of it at once. Once for each kind, before `run`. */
  handle(kind: string, handler: JobHandler, options?: { atOnce?: number }): void;
  /** Works until the signal aborts. Several processes may. */
  run(options: RunOptions): Promise<void>;
  /** Works on everything that is due now, without waiting for more. @returns how many tries were made. */
  runDue(): Promise<number>;
  list(filter?: JobFilter): Promise<JobPage>;
  counts(): Promise<QueueCounts>;
  /** @throws Refusal `not_found` */
  show(jobId: string): Promise<JobView>;
  /** Puts a parked job back into its lane. @throws Refusal `not_found` when it is not parked (any more). */
  replay(jobId: string): Promise<void>;
  /** Deletes the jobs that name one of these ids, done ones too: whom they are about is being forgotten. @returns how many. */
  forget(tx: Db, ids: ReadonlySet<string>): Promise<number>;
  /** Deletes old done jobs; `run` does it hourly. @returns how many. */
  prune(): Promise<number>;
}

export function createQueue(options: QueueOptions): Queue {
  const { database, runtime, log, atOnce = 8, atOncePerKind = 4, keepDoneDays = 30 } = options;
  const handlers = new Map<string, Registration>();
  const bells = new Set<Bell>();
  const attemptDeps = { database, runtime, log, observe: options.observe ?? (() => undefined) };
  const wake = () => bells.forEach((bell) => bell.ring());
  const prune = () => pruneJobs(database, instant(runtime.now() - keepDoneDays * DAY_MS));

  async function run({ signal }: RunOptions): Promise<void> {
    const worker = new Worker(attemptDeps, handlers, atOnce);
    const pruning = setInterval(() => {
      prune().catch((error: unknown) => log.warn({ err: error }, 'old jobs could not be deleted'));
    }, PRUNE_EVERY_MS);
    bells.add(worker.bell);
    await worker.run(signal).finally(() => {
      clearInterval(pruning);
      bells.delete(worker.bell);
    });
  }

  return {
    async enqueue(tx, job) {
      const enqueued = await enqueue({ database, runtime }, tx, job);
      afterCommit(wake);
      return enqueued;
    },
    handle(kind, handler, { atOnce: ofKind = atOncePerKind } = {}) {
      if (handlers.has(kind)) throw new Error(`Jobs of kind ${kind} have a handler already.`);
      handlers.set(kind, { handler, atOnce: ofKind });
    },
    run,
    runDue: () => new Worker(attemptDeps, handlers, atOnce).runDue(),
    list: (filter = {}) => listJobs(database, filter),
    counts: () => countJobs(database),
    show: (jobId) => showJob(database, jobId),
    async replay(jobId) {
      await replayJob(database, runtime, jobId);
      wake();
    },
    forget: forgetJobs,
    prune,
  };
}
