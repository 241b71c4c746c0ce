import type { Db } from '../database/index.ts';

/** A job as its handler gets it. */
export interface Job {
  id: string;
  kind: string;
  key: string;
  subject: string | null;
  /** What `enqueue` was given, as it came through JSON. */
  payload: unknown;
  createdAt: string;
}

/** What a handler has beside the job. */
export interface JobContext {
  /** The operation's key for life: what is sent outside carries it, so that a second try is recognised. */
  key: string;
  /** 1 for the first try. Beyond 1, an earlier try may have reached the outside without our knowing. */
  attempt: number;
  /** Aborts when the handler's time is up (30 s) or the process stops. */
  signal: AbortSignal;
  fetch: typeof globalThis.fetch;
  /**
   * Writes what the job led to and marks it done, in one transaction. Without it the job is done when the handler returns.
   * @throws LeaseLost, and writes nothing, when another worker has taken the job over; whatever `write` throws.
   */
  finish(write: (tx: Db) => Promise<void>): Promise<void>;
}

/**
 * Does one job. It may run more than once: after a crash nobody knows how far it came. Throw {@link Park} to hand it to a
 * person, {@link Retry} to name a time; any other error is tried again after a back-off.
 */
export type JobHandler = (job: Job, context: JobContext) => Promise<void>;

/** What happened to a job, for metrics. `fenced`: a late worker's outcome was refused. */
export interface JobEvent {
  type: 'done' | 'retried' | 'parked' | 'fenced';
  kind: string;
  /** Since the claim; 0 when a job is parked because its workers died. */
  durationMs: number;
}
