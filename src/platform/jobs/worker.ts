import type { AttemptDeps } from './attempt.ts';
import { Attempt } from './attempt.ts';
import { claim, isSomethingDue, type Capacity } from './claim.ts';
import type { JobHandler } from './job.ts';

/** How long the worker sleeps when nothing is due: short after work, then longer. A nudge ends it at once. */
const SHORTEST_NAP_MS = 100;
const LONGEST_NAP_MS = 1_000;
/** How long running jobs may take to end when the process stops; the rest is left to the leases. */
const DRAIN_MS = 8_000;

export interface Registration {
  handler: JobHandler;
  /** At most so many of this kind at once. */
  atOnce: number;
}

/** Rings when something may be due; a ring between two waits is not lost. */
export class Bell {
  #rung = false;
  #wake: (() => void) | null = null;

  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  async wait(atMostMs: number): Promise<void> {
    if (!this.#rung) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, atMostMs);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#wake = null;
    this.#rung = false;
  }
}

/** Claims due jobs and works on them, some at once. */
export class Worker {
  readonly bell = new Bell();
  readonly #deps: AttemptDeps;
  readonly #handlers: ReadonlyMap<string, Registration>;
  readonly #atOnce: number;
  readonly #running = new Map<Attempt, string>();

  constructor(deps: AttemptDeps, handlers: ReadonlyMap<string, Registration>, atOnce: number) {
    this.#deps = deps;
    this.#handlers = handlers;
    this.#atOnce = atOnce;
  }

  /** Works until `signal` aborts; then lets what runs end for a while. */
  async run(signal: AbortSignal): Promise<void> {
    const stop = () => this.bell.ring();
    signal.addEventListener('abort', stop);
    let nap = SHORTEST_NAP_MS;
    while (!signal.aborted) {
      const started = await this.#startSome().catch((error: unknown) => {
        this.#deps.log.error({ err: error }, 'the queue cannot be read; trying again');
        nap = LONGEST_NAP_MS;
        return 0;
      });
      if (started > 0) nap = SHORTEST_NAP_MS;
      else {
        await this.bell.wait(nap);
        nap = Math.min(nap * 2, LONGEST_NAP_MS);
      }
    }
    signal.removeEventListener('abort', stop);
    await this.#drain();
  }

  /** Works on everything that is due, and what becomes due by it. @returns how many tries were made. */
  async runDue(): Promise<number> {
    let tries = 0;
    for (;;) {
      const started = await this.#startSome();
      tries += started;
      if (started === 0 && this.#running.size === 0) return tries;
      if (started === 0) await Promise.race([...this.#running.keys()].map((attempt) => attempt.ended));
    }
  }

  async #startSome(): Promise<number> {
    const capacity = this.#capacity();
    const free = this.#atOnce - this.#running.size;
    const now = this.#deps.runtime.now();
    if (free <= 0 || capacity.size === 0 || !(await isSomethingDue(this.#deps.database, now, capacity))) return 0;
    const { claimed, poisoned } = await claim(this.#deps.database, now, capacity, free);
    for (const job of poisoned) {
      this.#deps.log.error({ job: job.id, kind: job.kind }, 'a job is parked: its workers died again and again');
      this.#deps.observe({ type: 'parked', kind: job.kind, durationMs: 0 });
    }
    for (const job of claimed) {
      const registration = this.#handlers.get(job.kind);
      if (!registration) continue;
      const attempt = new Attempt(this.#deps, job, registration.handler);
      this.#running.set(attempt, job.kind);
      void attempt.ended.then(() => {
        this.#running.delete(attempt);
        this.bell.ring();
      });
    }
    return claimed.length;
  }

  #capacity(): Capacity {
    const capacity = new Map<string, number>();
    const running = [...this.#running.values()];
    for (const [kind, { atOnce }] of this.#handlers) {
      const left = atOnce - running.filter((other) => other === kind).length;
      if (left > 0) capacity.set(kind, left);
    }
    return capacity;
  }

  async #drain(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, DRAIN_MS);
    });
    await Promise.race([Promise.all([...this.#running.keys()].map((attempt) => attempt.ended)), patience]);
    clearTimeout(timer);
    for (const attempt of this.#running.keys()) attempt.abandon();
  }
}
