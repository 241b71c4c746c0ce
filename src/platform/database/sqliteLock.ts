import { Refusal } from '../refusal.ts';

/** How long a writer waits for the database, in milliseconds, before its request is refused as `busy`. */
export const WRITE_PATIENCE_MS = 5_000;
const RETRY_MS = 15;
const SQLITE_BUSY = 5;

/** When somebody who begins to wait now is refused, on the clock of `performance.now()`. */
export function patienceFromNow(): number {
  return performance.now() + WRITE_PATIENCE_MS;
}

/**
 * Tries `step` again while another process holds the database, without ever stopping the thread: `busy_timeout` would
 * sleep inside SQLite and hold up every request of this process.
 * @throws Refusal `busy` when it is still locked at `giveUpAt`.
 */
export async function whileLocked<T>(step: () => T, giveUpAt = patienceFromNow()): Promise<T> {
  for (;;) {
    try {
      return step();
    } catch (error) {
      if (!isLocked(error)) throw error;
      if (performance.now() > giveUpAt) throw busy();
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

function isLocked(error: unknown): boolean {
  // The low byte is the primary result code: SQLITE_BUSY_SNAPSHOT and SQLITE_BUSY_RECOVERY count, too.
  return (
    error instanceof Error &&
    'errcode' in error &&
    typeof error.errcode === 'number' &&
    (error.errcode & 0xff) === SQLITE_BUSY
  );
}

function busy(): Refusal {
  return new Refusal('busy', { retryAfterSeconds: WRITE_PATIENCE_MS / 1000 });
}

interface Waiter {
  enter(): void;
  refuse(error: Refusal): void;
}

/** The one writer's place: first come, first served; who waits too long is refused as `busy`. */
export class WriterLock {
  #taken = false;
  readonly #waiting: Waiter[] = [];

  get hasWaiters(): boolean {
    return this.#waiting.length > 0;
  }

  /** @throws Refusal `busy` when the place is not free by `giveUpAt`. */
  async acquire(giveUpAt = patienceFromNow()): Promise<void> {
    if (!this.#taken) {
      this.#taken = true;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const waiter: Waiter = {
        enter: () => {
          clearTimeout(timer);
          resolve();
        },
        refuse: reject,
      };
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
        waiter.refuse(busy());
      }, giveUpAt - performance.now());
      this.#waiting.push(waiter);
    });
  }

  release(): void {
    const next = this.#waiting.shift();
    if (next) next.enter();
    else this.#taken = false;
  }
}
