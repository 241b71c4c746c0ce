import { EngineUnavailable, type EngineAnswer, type EngineQuestion, type SearchEngine } from '../engine.ts';
import type { KbLog } from '../ports.ts';

/** An engine that takes longer is taken for dead. */
const PATIENCE_MS = 350;
/** After it left, milliseconds to the next try in the background; the last one repeats. */
const TRIES_MS = [150, 300, 600, 1_000];
/** Asked in the background: an ordinary word, so that one odd question cannot keep an engine away. */
const ORDINARY = 'question';

/**
 * Keeps questions away from an engine that does not answer. The first failure opens the circuit; from then on questions
 * pass it by at once, and it is asked in the background until it answers again. So nobody waits for a dead engine but
 * those who were already waiting when it died.
 */
export interface Circuit {
  readonly engine: SearchEngine;
  /** Why questions pass it by, in words for operators; null while it is asked. */
  readonly away: string | null;
  /** @throws EngineUnavailable at once while it is away, else within the patience. */
  search(question: EngineQuestion): Promise<EngineAnswer>;
  stop(): void;
}

interface CircuitParts {
  engine: SearchEngine;
  log: KbLog;
  /** Called when it left, and each time it still does not answer: it may have to be fed again. */
  onAway: () => void;
  onBack: () => void;
}

export function createCircuit({ engine, log, onAway, onBack }: CircuitParts): Circuit {
  let away: string | null = null;
  let timer: NodeJS.Timeout | null = null;
  let isStopped = false;

  function leave(error: unknown, question: EngineQuestion): void {
    if (away !== null || isStopped) return;
    away = error instanceof Error ? error.message : String(error);
    // Said once, not with every question until it is back.
    log.warn({ engine: engine.name, err: error }, 'The search engine does not answer; the next one does.');
    onAway();
    tryLater({ ...question, text: ORDINARY, limit: 1, prefix: false }, 0);
  }

  function tryLater(question: EngineQuestion, tries: number): void {
    timer = setTimeout(() => void tryNow(question, tries), TRIES_MS[Math.min(tries, TRIES_MS.length - 1)]);
    timer.unref();
  }

  async function tryNow(question: EngineQuestion, tries: number): Promise<void> {
    try {
      await within(PATIENCE_MS, engine.search(question));
    } catch (error) {
      if (isStopped) return;
      away = error instanceof Error ? error.message : String(error);
      onAway();
      tryLater(question, tries + 1);
      return;
    }
    if (isStopped) return;
    away = null;
    log.info({ engine: engine.name }, 'The search engine answers again.');
    onBack();
  }

  return {
    engine,
    get away() {
      return away;
    },
    async search(question) {
      if (away !== null) throw new EngineUnavailable(engine.name, 'is away, and is tried in the background.');
      try {
        return await within(PATIENCE_MS, engine.search(question));
      } catch (error) {
        leave(error, question);
        throw error;
      }
    },
    stop() {
      isStopped = true;
      if (timer) clearTimeout(timer);
    },
  };
}

async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  const { promise: tooLate, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`No answer within ${milliseconds} ms.`)), milliseconds);
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
