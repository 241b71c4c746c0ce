import { setTimeout as pause } from 'node:timers/promises';
import { Meilisearch, MeilisearchApiError, MeilisearchRequestTimeOutError, type EnqueuedTask } from 'meilisearch';
import { EngineUnavailable } from '../../engine.ts';

export const NAME = 'meilisearch';

/** For anything but a search. A server that is frozen takes connections and answers nothing. */
const REQUEST_MS = 4_000;
/** Changes that Meilisearch has taken and not yet made; the next ones wait here. */
const MOST_CHANGES = 3;
/** Between two looks at a task, in milliseconds; the last one repeats. */
const LOOKS_MS = [10, 10, 20, 40, 80, 160];

/**
 * Meilisearch sends what it compresses in several small packets, each of which waits for the one before it to be
 * acknowledged: 40 ms on a connection that is kept. Our answers are short.
 */
const headers = { 'accept-encoding': 'identity' };

export type Enqueue = (client: Meilisearch) => Promise<EnqueuedTask>;

/** Calls to one server under one key; whatever fails is an EngineUnavailable in Meilisearch's own words. */
export interface Connection {
  /** One request. `searching` gives up early. */
  ask<T>(request: (client: Meilisearch) => Promise<T>, mode?: 'searching'): Promise<T>;
  /**
   * One change of one or more tasks. Changes are handed over in the order of the calls, few at a time. Resolves when
   * Meilisearch has done all of it.
   */
  change(tasks: readonly Enqueue[]): Promise<void>;
  /** Rejects what is under way, and everything after it. */
  close(): void;
}

export function connect(options: { host: string; apiKey: string | undefined; patienceMs: number }): Connection {
  const { host, apiKey, patienceMs } = options;
  const client = (timeout: number) =>
    new Meilisearch({ host, timeout, requestInit: { headers }, ...(apiKey !== undefined && { apiKey }) });
  const [patient, quick] = [client(REQUEST_MS), client(patienceMs)];
  const closed = Promise.withResolvers<never>();
  closed.promise.catch(() => undefined); // heard by whoever asks
  const queue = line(MOST_CHANGES);
  let handingOver: Promise<unknown> = Promise.resolve();

  async function ask<T>(request: (client: Meilisearch) => Promise<T>, mode?: 'searching'): Promise<T> {
    try {
      return await Promise.race([closed.promise, request(mode === 'searching' ? quick : patient)]);
    } catch (error) {
      throw unavailable(error);
    }
  }

  async function finish({ taskUid }: EnqueuedTask): Promise<void> {
    for (let look = 0; ; look += 1) {
      const task = await ask((server) => server.tasks.getTask(taskUid));
      if (task.status === 'succeeded') return;
      if (task.status === 'failed' || task.status === 'canceled') {
        throw new EngineUnavailable(NAME, `did not do what it was told: ${task.error?.message ?? task.status}`);
      }
      await pause(LOOKS_MS[Math.min(look, LOOKS_MS.length - 1)]);
    }
  }

  return {
    ask,
    async change(tasks) {
      const leave = await queue.enter();
      try {
        // One change after the other: Meilisearch does its tasks in the order in which it was told.
        const told = handingOver.then(async () => {
          const enqueued: EnqueuedTask[] = [];
          for (const task of tasks) enqueued.push(await ask(task));
          return enqueued;
        });
        handingOver = told.catch(() => undefined);
        for (const task of await told) await finish(task);
      } finally {
        leave();
      }
    },
    close: () => closed.reject(new EngineUnavailable(NAME, 'is closed.')),
  };
}

/** Lets so many in at a time, the others in the order in which they came. */
function line(most: number) {
  const waiting: (() => void)[] = [];
  let inside = 0;
  const leave = () => {
    const next = waiting.shift();
    if (next) next();
    else inside -= 1;
  };
  return {
    async enter(): Promise<() => void> {
      if (inside < most) inside += 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      return leave;
    },
  };
}

/** Neither the client's error nor its cause is kept: they hold the request, and the request holds the key. */
function unavailable(error: unknown): EngineUnavailable {
  if (error instanceof EngineUnavailable) return error;
  if (error instanceof MeilisearchApiError) {
    const refused = new EngineUnavailable(NAME, `refused: ${error.message}`);
    return Object.assign(refused, { reason: error.cause?.code ?? String(error.response.status) });
  }
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause instanceof MeilisearchRequestTimeOutError) return new EngineUnavailable(NAME, 'took too long to answer.');
  return new EngineUnavailable(NAME, `cannot be reached${networkCode(cause)}.`);
}

/** `ECONNREFUSED`, however deep `fetch` has put it. */
function networkCode(error: unknown): string {
  for (let at = error, depth = 0; at instanceof Error && depth < 4; at = at.cause, depth += 1) {
    if ('code' in at && typeof at.code === 'string') return ` (${at.code})`;
  }
  return '';
}

/** Meilisearch's code of a refusal, such as `index_not_found`; null for any other error. */
export function refusalCode(error: unknown): string | null {
  return error instanceof EngineUnavailable && 'reason' in error && typeof error.reason === 'string'
    ? error.reason
    : null;
}
