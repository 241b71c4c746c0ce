import type { Db } from '../../platform/database/index.ts';
import type { SearchEngine } from '../engine.ts';
import type { KbLog } from '../ports.ts';
import { feed, feedEverything, lastChange, numberIn, type FeedProgress } from './feed.ts';

/** How often the database is asked for changes that other processes made, in milliseconds. */
const GLANCE_MS = 400;
/** How often the engine itself is asked how far it is, though nothing changed: it may have been emptied. */
const CHECK_MS = 2_000;
/** After failures, milliseconds to the next try; the last one repeats. */
const RETRY_MS = [200, 500, 1_000, 2_000];

/** Keeps an engine fed with what `article_change` says it is owed. */
export interface EngineFollower {
  /** Feeds what is owed now and resolves when the engine has it; several calls at once are one. Does not throw. */
  catchUp(): Promise<void>;
  /** Feeds what is owed in the background, if the database has something new. */
  nudge(): void;
  /** An answer came from an index at this position: when it is older than what was fed, the index was put back. */
  saw(position: string): void;
  /** The engine may have lost something, or is back: what it holds is looked at, in the background. */
  suspect(): void;
  /**
   * Feeds everything anew, into an index beside the one that answers where the engine can.
   * @throws what the engine throws.
   */
  rebuild(onProgress: FeedProgress): Promise<void>;
  /** Looks for changes regularly, until `stop`. */
  start(): void;
  /** Resolves when nothing is being fed any more. */
  stop(): Promise<void>;
  /** Why the engine could not be fed the last time; null when it could. */
  readonly trouble: string | null;
}

export function followChanges({ db, engine, log }: { db: Db; engine: SearchEngine; log: KbLog }): EngineFollower {
  let running: Promise<void> | null = null;
  let again = false;
  let failures = 0;
  let timer: NodeJS.Timeout | null = null;
  let trouble: string | null = null;
  let isStopped = false;
  /** Up to which change the engine was fed when it was last asked; null: ask it. */
  let fed: number | null = null;
  let checkedAt = -Infinity;

  async function feedAll(): Promise<void> {
    do {
      again = false;
      const isFresh = performance.now() - checkedAt < CHECK_MS;
      if (fed !== null && isFresh && fed === ((await lastChange(db))?.seq ?? 0)) continue;
      fed = null;
      fed = await feed(db, engine);
      checkedAt = performance.now();
    } while (again);
  }

  function catchUp(): Promise<void> {
    again = true;
    running ??= feedAll().then(succeeded, failed).finally(finished);
    return running;
  }

  function succeeded(): void {
    if (trouble !== null) log.info({ engine: engine.name }, 'The search engine is fed again.');
    [trouble, failures] = [null, 0];
  }

  function failed(error: unknown): void {
    if (isStopped) return;
    if (trouble === null) log.warn({ engine: engine.name, err: error }, 'The search engine could not be fed.');
    [trouble, failures] = [error instanceof Error ? error.message : String(error), failures + 1];
  }

  function finished(): void {
    running = null;
  }

  function glanceLater(): void {
    const wait = failures === 0 ? GLANCE_MS : RETRY_MS[Math.min(failures, RETRY_MS.length) - 1];
    timer = setTimeout(() => void catchUp().finally(() => timer && glanceLater()), wait);
    timer.unref();
  }

  function suspect(): void {
    checkedAt = -Infinity;
    if (!isStopped) void catchUp();
  }

  return {
    catchUp,
    suspect,
    saw(position) {
      if (fed !== null && (numberIn(position) ?? -1) < fed) suspect();
    },
    nudge: () => {
      if (failures === 0 && !isStopped) void catchUp();
    },
    async rebuild(onProgress) {
      while (running) await running;
      const work = feedEverything(db, engine, onProgress);
      running = work.then(
        () => undefined,
        () => undefined,
      );
      void running.finally(finished);
      fed = await work;
    },
    start: () => {
      if (!timer) glanceLater();
    },
    stop: async () => {
      isStopped = true;
      if (timer) clearTimeout(timer);
      timer = null;
      await running;
    },
    get trouble() {
      return trouble;
    },
  };
}
