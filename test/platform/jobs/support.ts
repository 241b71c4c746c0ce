import {
  createQueue,
  type JobEvent,
  type NewJob,
  type Queue,
  type QueueOptions,
} from '../../../src/platform/jobs/index.ts';
import type { Database } from '../../../src/platform/database/index.ts';
import { createLog } from '../../../src/platform/log/index.ts';
import { heldRuntime, type HeldRuntime } from '../../support/heldRuntime.ts';

const silent = createLog({ level: 'silent' });

/** A queue with a held clock, and jitter that always waits the longest. */
export interface Bench {
  database: Database;
  runtime: HeldRuntime;
  queue: Queue;
  events: JobEvent[];
  /** Queues jobs, each in a transaction of its own. */
  owe(...jobs: NewJob[]): Promise<string[]>;
}

export function bench(database: Database, options: Partial<QueueOptions> = {}): Bench {
  const runtime = { ...heldRuntime(), randomBytes: longestJitter };
  const events: JobEvent[] = [];
  const observe = (event: JobEvent) => events.push(event);
  const queue = createQueue({ database, runtime, log: silent, observe, ...options });
  return {
    database,
    runtime,
    queue,
    events,
    async owe(...jobs) {
      const ids: string[] = [];
      for (const job of jobs) ids.push((await database.transaction((tx) => queue.enqueue(tx, job))).id);
      return ids;
    },
  };
}

/** Ids stay different; the three bytes that jitter asks for are the highest. */
function longestJitter(length: number): Uint8Array<ArrayBuffer> {
  return length === 3 ? new Uint8Array(3).fill(255) : crypto.getRandomValues(new Uint8Array(length));
}

/** A promise and its resolution, for a handler that a test holds. */
export function gate(): { opened: Promise<void>; open: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}
