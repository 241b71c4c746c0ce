import type { Tx } from '../../platform/database/index.ts';
import { instant, newId, newToken } from '../../platform/runtime.ts';
import { questionWords } from '../engine.ts';
import type { KbParts } from '../parts.ts';
import { maskPersonal, MASK } from './mask.ts';

/** A question that found nothing, or nothing sure. */
export interface VainQuestion {
  locale: string;
  text: string;
  verdict: 'none' | 'unsure';
  /** Left out: it counts as an inquiry of its own. */
  inquiry?: string | undefined;
  /** Who is signed in, so that their words can go with them. */
  personId: string | null;
}

export interface GapGatherer {
  /** Takes a question; it is written within a second, or with `flush`. Nobody waits for it. */
  note(question: VainQuestion): void;
  flush(): Promise<void>;
}

/** Questions are written together, so that a search never waits for the database. */
const GATHER_MS = 1_000;
/** More wait only when the database is locked; a count that is a little low is better than memory without end. */
const MOST_WAITING = 5_000;

export function gatherGaps({ database, runtime, log }: Pick<KbParts, 'database' | 'runtime' | 'log'>): GapGatherer {
  let waiting: Asked[] = [];
  let timer: NodeJS.Timeout | null = null;
  let writing: Promise<void> = Promise.resolve();

  async function flushOnce(): Promise<void> {
    if (timer) clearTimeout(timer);
    timer = null;
    // One order for everybody, so that two processes never wait for each other.
    const batch = waiting.toSorted((a, b) => (a.locale + a.words < b.locale + b.words ? -1 : 1));
    if (batch.length === 0) return;
    waiting = [];
    try {
      await database.transaction(async (tx) => {
        for (const asked of batch) await write(tx, asked, newId(runtime));
      });
    } catch (error) {
      waiting = [...batch, ...waiting].slice(0, MOST_WAITING);
      log.warn({ err: error, waiting: waiting.length }, 'Questions asked in vain could not be kept; trying again.');
      schedule();
    }
  }

  function schedule(): void {
    timer ??= setTimeout(() => void flush(), GATHER_MS);
    timer.unref();
  }

  function flush(): Promise<void> {
    writing = writing.then(flushOnce);
    return writing;
  }

  return {
    note({ locale, text, verdict, inquiry, personId }) {
      const question = maskPersonal(text);
      const words = wordsOf(question);
      if (words === '' || waiting.length >= MOST_WAITING) return;
      const at = instant(runtime.now());
      waiting.push({ locale, words, question, verdict, inquiry: inquiry ?? newToken(runtime), personId, at });
      schedule();
    },
    flush,
  };
}

interface Asked {
  locale: string;
  words: string;
  question: string;
  verdict: 'none' | 'unsure';
  inquiry: string;
  personId: string | null;
  at: string;
}

/** What makes two questions one: their words without fillers, in no order. Empty for a question that has none. */
function wordsOf(question: string): string {
  const terms = questionWords(question.replaceAll(MASK, ' ')).map(({ term }) => term);
  return [...new Set(terms)].sort().join(' ');
}

async function write(
  tx: Tx,
  { locale, words, question, verdict, inquiry, personId, at }: Asked,
  id: string,
): Promise<void> {
  const gap = await tx
    .insertInto('gap')
    .values({ id, locale, words, question, inquiries: 0, state: 'open', firstAskedAt: at, lastAskedAt: at })
    .onConflict((on) => on.columns(['locale', 'words']).doUpdateSet({ lastAskedAt: at }))
    .returning(['id', 'state'])
    .executeTakeFirstOrThrow();
  const counted = await tx
    .insertInto('gapAsker')
    .values({ gapId: gap.id, inquiry, personId, question, verdict, askedAt: at })
    .onConflict((on) => on.doNothing())
    .executeTakeFirst();
  if (Number(counted.numInsertedOrUpdatedRows ?? 0n) === 0) return;
  await tx
    .updateTable('gap')
    .set((is) => ({
      inquiries: is('inquiries', '+', 1),
      // Answered once, and in vain again: its article went, or says less than we thought.
      ...(gap.state === 'answered' && { state: 'open' as const, closedAt: null }),
    }))
    .where('id', '=', gap.id)
    .execute();
}
