import type { Database } from '../database/index.ts';
import type { Log } from '../log/index.ts';
import type { Runtime } from '../runtime.ts';
import type { JobRow } from './claim.ts';
import type { JobContext, JobEvent, JobHandler } from './job.ts';
import { isBusy, persist, writeDone, writeFailure } from './outcome.ts';
import { codeOf } from './verdicts.ts';

/** How long a handler may take before its signal aborts, and how long it may then take to stop. */
const DEADLINE_MS = 30_000;
const STOPPING_MS = 5_000;

export interface AttemptDeps {
  database: Database;
  runtime: Runtime;
  log: Log;
  observe: (event: JobEvent) => void;
}

/** One try of one claimed job: runs its handler and writes the outcome. Never throws. */
export class Attempt {
  /** Settles when the outcome is written, or cannot be. */
  readonly ended: Promise<void>;
  readonly #deps: AttemptDeps;
  readonly #job: JobRow;
  readonly #claimedAt = performance.now();
  readonly #control = new AbortController();
  #abandoned = false;

  constructor(deps: AttemptDeps, job: JobRow, handler: JobHandler) {
    this.#deps = deps;
    this.#job = job;
    this.ended = this.#run(handler);
  }

  /** The process stops: aborts the handler and leaves the job to its lease, unless it succeeds all the same. */
  abandon(): void {
    this.#abandoned = true;
    this.#control.abort(new Error('The worker stops.'));
  }

  async #run(handler: JobHandler): Promise<void> {
    const deadline = setTimeout(
      () => this.#control.abort(new Error('The handler took longer than 30 s.')),
      DEADLINE_MS,
    );
    let finished = false;
    try {
      const { id, kind, key, subject, payload, createdAt } = this.#job;
      const job = { id, kind, key, subject, payload: JSON.parse(payload) as unknown, createdAt };
      const context: JobContext = {
        key,
        attempt: this.#job.fence,
        signal: this.#control.signal,
        fetch: this.#deps.runtime.fetch,
        finish: async (write) => {
          if (finished) throw new Error('The job is finished already.');
          await this.#done(isBusy, write);
          finished = true;
        },
      };
      await this.#withinDeadline(handler(job, context));
      if (!finished) await this.#done((error) => codeOf(error) !== 'lease_lost');
      this.#observe('done');
    } catch (error) {
      if (finished) this.#late(error);
      else await this.#failed(error);
    } finally {
      clearTimeout(deadline);
    }
  }

  /** A handler that does not heed its signal is given up a little later; its late outcome is then refused. */
  async #withinDeadline(work: Promise<void>): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const { signal } = this.#control;
    const givenUp = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => {
        timer = setTimeout(() => reject(signal.reason as Error), STOPPING_MS);
      });
    });
    await Promise.race([work, givenUp]).finally(() => clearTimeout(timer));
  }

  #done(mayPass: (error: unknown) => boolean, write?: Parameters<JobContext['finish']>[0]): Promise<void> {
    const { database, runtime } = this.#deps;
    return persist(this.#claimedAt, mayPass, () =>
      database.transaction(async (tx) => {
        await write?.(tx);
        await writeDone(tx, database.dialect, this.#job, runtime.now());
      }),
    );
  }

  async #failed(error: unknown): Promise<void> {
    const { database, runtime, log } = this.#deps;
    const about = { job: this.#job.id, kind: this.#job.kind, attempt: this.#job.fence, err: error };
    if (codeOf(error) === 'lease_lost') return this.#refused(error);
    if (this.#abandoned) return;
    try {
      const outcome = await persist(
        this.#claimedAt,
        (failure) => codeOf(failure) !== 'lease_lost',
        () => database.transaction((tx) => writeFailure(tx, runtime, this.#job, error)),
      );
      if (outcome === 'parked') log.error(about, 'a job is parked');
      else log.warn(about, 'a job failed and is tried again');
      this.#observe(outcome);
    } catch (failure) {
      if (codeOf(failure) === 'lease_lost') return this.#refused(failure);
      // Its lease runs out, and then it is tried again.
      log.error({ ...about, err: failure }, 'the outcome of a job could not be written');
    }
  }

  #refused(error: unknown): void {
    const { id: job, kind, fence: attempt } = this.#job;
    this.#deps.log.warn({ job, kind, attempt, err: error }, 'a job was taken over; this outcome is refused');
    this.#observe('fenced');
  }

  #late(error: unknown): void {
    this.#deps.log.error(
      { job: this.#job.id, kind: this.#job.kind, err: error },
      'a handler failed after its job was done',
    );
    this.#observe('done');
  }

  #observe(type: JobEvent['type']): void {
    this.#deps.observe({ type, kind: this.#job.kind, durationMs: performance.now() - this.#claimedAt });
  }
}
