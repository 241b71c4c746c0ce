import type { Db } from '../../platform/database/index.ts';
import type { SearchEngine } from '../engine.ts';
import type { KbLog } from '../ports.ts';
import { feed } from './feed.ts';

/** How often the database is asked for changes that other processes made, in milliseconds. */
const GLANCE_MS = 400;
/** After failures, milliseconds to the next try; the last one repeats. */
const RETRY_MS = [200, 1_000, 5_000, 30_000];

/** Keeps an engine fed with what `article_change` says it is owed. */
export interface EngineFollower {
  /** Feeds what is owed now and resolves when the engine has it; several calls at once are one. Does not throw. */
  catchUp(): Promise<void>;
  /** Feeds what is owed in the background. */
  nudge(): void;
  /** Looks for changes regularly, until `stop`. */
  start(): void;
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

  async function feedAll(): Promise<void> {
    do {
      again = false;
      await feed(db, engine);
    } while (again);
  }

  function catchUp(): Promise<void> {
    again = true;
    running ??= feedAll()
      .then(() => {
        if (trouble) log.info({ engine: engine.name }, 'The search engine is fed again.');
        [trouble, failures] = [null, 0];
      })
      .catch((error: unknown) => {
        if (!trouble) log.warn({ engine: engine.name, err: error }, 'The search engine could not be fed.');
        [trouble, failures] = [error instanceof Error ? error.message : String(error), failures + 1];
      })
      .finally(() => {
        running = null;
      });
    return running;
  }

  function glanceLater(): void {
    const wait = failures === 0 ? GLANCE_MS : (RETRY_MS[Math.min(failures, RETRY_MS.length) - 1] ?? GLANCE_MS);
    timer = setTimeout(() => void catchUp().finally(() => timer && glanceLater()), wait);
    timer.unref();
  }

  return {
    catchUp,
    nudge: () => {
      if (failures === 0) void catchUp();
    },
    start: () => {
      if (!timer) glanceLater();
    },
    stop: async () => {
      if (timer) clearTimeout(timer);
      timer = null;
      await running;
    },
    get trouble() {
      return trouble;
    },
  };
}
