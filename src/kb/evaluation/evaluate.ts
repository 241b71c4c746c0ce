import { setTimeout as pause } from 'node:timers/promises';
import { anonymous } from '../../accounts/index.ts';
import { EngineUnavailable } from '../engine.ts';
import { createKb, type Kb } from '../kb.ts';
import type { KbParts } from '../parts.ts';
import type { SearchResult } from '../search/search.ts';
import { auc, foundWithin, mean, percentile, rankingOf, type Ranked, type Ranking } from './measures.ts';
import { publishPlain } from './publishPlain.ts';
import type { RelevanceQuery, RelevanceSet } from './set.ts';

/** How well the search finds the articles of a set. Shares are 0 to 1, null where nothing was asked. */
export interface Evaluation {
  /** Who answered. */
  engine: string;
  /** The questions as they were asked; those with a slip; those in keywords. */
  asked: Ranking;
  typo: Ranking;
  short: Ranking;
  /** The chance that we are surer of a question that has an answer than of one that has none; as asked. */
  auc: number | null;
  /** Of all questions as asked the share that we called answered, and of those the share whose first hit answers. */
  answered: { share: number | null; precision: number | null };
  /** One question from end to end, in milliseconds. */
  latencyMs: { p50: number | null; p99: number | null };
}

/** What readers may type at most; a longer question is cut, as the field on the page does. */
const LONGEST = 200;
/** Asked before the clock runs. */
const WARM_UP = 20;
/** An engine that is passed by for a moment, as on a busy machine, is asked again. */
const [ATTEMPTS, WAIT_MS] = [40, 250];

interface Asked extends Ranked {
  id: string;
  confidence: number;
  verdict: SearchResult['verdict'];
  took: number;
}

/**
 * Publishes the set's articles in an empty database, has the engine index them, and asks each question through the very
 * search that readers use. Closes the engine.
 *
 * @param onProgress told after each question.
 * @throws EngineUnavailable when the engine cannot be fed or leaves a question to the database.
 */
export async function evaluate(
  parts: Omit<KbParts, 'touches' | 'net'>,
  { articles, queries }: RelevanceSet,
  onProgress: (done: number, of: number) => void = () => undefined,
): Promise<Evaluation> {
  const touches = { record: () => undefined, recordIn: async () => undefined };
  const kb = createKb({ ...parts, touches });
  try {
    const ids = await publishPlain(parts, articles);
    const ownId = new Map(articles.map(({ id }, at) => [ids[at], id]));
    await kb.start();
    const { trouble } = await kb.searchState();
    if (trouble !== null) throw new EngineUnavailable(parts.engine.name, `could not be fed: ${trouble}`);
    for (const query of queries.slice(0, WARM_UP)) await ask(kb, query);
    const asked: Asked[] = [];
    for (const [at, query] of queries.entries()) {
      const { result, took } = await ask(kb, query);
      const hits = result.hits.map(({ articleId }) => ownId.get(articleId) ?? '');
      asked.push({ ...query, hits, confidence: result.confidence, verdict: result.verdict, took });
      onProgress(at + 1, queries.length);
    }
    return { engine: parts.engine.name, ...figuresOf(asked) };
  } finally {
    await kb.close();
  }
}

async function ask(kb: Kb, { id, locale, text }: RelevanceQuery): Promise<{ result: SearchResult; took: number }> {
  const question = { text: Array.from(text).slice(0, LONGEST).join(''), locale, touch: false };
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const began = performance.now();
    const result = await kb.search(anonymous, question);
    const took = performance.now() - began;
    if (!result.degraded) return { result, took };
    await pause(WAIT_MS);
  }
  throw new EngineUnavailable((await kb.searchState()).engine, `does not answer the question ${id}.`);
}

function figuresOf(asked: readonly Asked[]): Omit<Evaluation, 'engine'> {
  const plain = asked.filter(({ id }) => !/:(?:typo|short)$/.test(id));
  const ending = (end: string) => asked.filter(({ id }) => id.endsWith(end));
  const confidences = (some: readonly Asked[]) => some.map(({ confidence }) => confidence);
  const [answerable, others] = [plain.filter(isAnswerable), plain.filter((question) => !isAnswerable(question))];
  const answered = plain.filter(({ verdict }) => verdict === 'answered');
  const took = asked.map((question) => question.took);
  return {
    asked: rankingOf(plain),
    typo: rankingOf(ending(':typo')),
    short: rankingOf(ending(':short')),
    auc: auc(confidences(answerable), confidences(others)),
    answered: {
      share: plain.length === 0 ? null : answered.length / plain.length,
      precision: mean(answered.map((question) => foundWithin(question, 1))),
    },
    latencyMs: { p50: percentile(took, 0.5), p99: percentile(took, 0.99) },
  };
}

const isAnswerable = ({ relevant }: Ranked): boolean => relevant.length > 0;
