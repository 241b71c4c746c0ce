import type { SearchParams } from 'meilisearch';
import { questionWords, type EngineHit, type EngineQuestion, type Word } from '../../engine.ts';
import { attribute, FORMS, languageOf, localesOf, parts } from './settings.ts';

/** Words looked for one by one. Meilisearch reads ten words of a query; what a question holds beyond is context. */
const MOST_WORDS = 8;
/** Longer "words" are nobody's; Meilisearch fails on those beyond its own limit. */
const LONGEST_WORD = 60;

/** The searches that answer one question together: first the whole of it, then its words one by one. */
export interface Searches {
  whole: SearchParams[];
  words: SearchParams[];
}

/**
 * Meilisearch returns only what holds every word that it still requires, drops words by their frequency, and keeps the
 * ones nobody wrote. So the question goes without its filler words, once as it was typed (which forgives slips) and once
 * as stems (which finds other forms), and each word is asked for alone as well.
 */
export function searchesFor(question: EngineQuestion): Searches {
  const words = questionWords(question.text).filter((word) => word.whole.length <= LONGEST_WORD);
  if (words.length === 0) return { whole: [], words: [] };
  const language = languageOf(question.locale);
  const locales = localesOf(language);
  const common: SearchParams = {
    filter: filterOf(question),
    limit: question.limit,
    attributesToRetrieve: ['id'],
    showRankingScore: true,
    matchingStrategy: 'frequency',
  };
  const typed: SearchParams = {
    ...common,
    attributesToSearchOn: parts.map((part) => attribute(part, language)),
    ...(locales.length > 0 && { locales: [...locales] }),
  };
  const stemmed: SearchParams = { ...common, attributesToSearchOn: [FORMS], locales: [...localesOf('en')] };
  const stems = [...new Set(words.flatMap((word) => (word.han ? [] : [word.term])))];
  const pairs = [...new Set(words.flatMap((word) => (word.han ? [word.term] : [])))];
  const alone = [
    ...stems.map((stem) => ({ ...stemmed, q: finished(stem) })),
    ...pairs.map((pair) => ({ ...typed, q: `"${pair}"` })),
  ].slice(0, MOST_WORDS);
  const text = asTyped(question.text, words);
  // Meilisearch takes the last word for unfinished unless a space follows; in Chinese words have no ends to type.
  const isLatinAtEnd = words.at(-1)?.han === false;
  return {
    whole: [
      { ...typed, q: question.prefix === true || !isLatinAtEnd ? text : finished(text) },
      ...(stems.length > 0 ? [{ ...stemmed, q: finished(stems.join(' ')) }] : []),
    ],
    words: stems.length + pairs.length > 1 ? alone : [],
  };
}

function finished(text: string): string {
  return `${text} `;
}

/** The question's own characters without what lies between its words: no sign is left that Meilisearch would obey. */
function asTyped(text: string, words: readonly Word[]): string {
  const spans: { start: number; end: number }[] = [];
  for (const { start, end } of words.toSorted((a, b) => a.start - b.start)) {
    const last = spans.at(-1);
    if (last && start < last.end) last.end = Math.max(last.end, end);
    else spans.push({ start, end });
  }
  return spans.map(({ start, end }) => text.slice(start, end).normalize('NFKC')).join(' ');
}

function filterOf({ locale, audiences }: EngineQuestion): string {
  return `locale = ${JSON.stringify(locale)} AND audience IN [${audiences.map((one) => JSON.stringify(one)).join(', ')}]`;
}

export interface FoundIds {
  hits: readonly { id?: unknown; _rankingScore?: unknown }[];
}

/**
 * One list out of what the searches found: half of a document's score is how well it fits the whole question, half is
 * how many of the words it holds and where.
 */
export function merge(whole: readonly FoundIds[], words: readonly FoundIds[], limit: number): EngineHit[] {
  const best = new Map<string, number>();
  for (const [id, score] of whole.flatMap(scores)) best.set(id, Math.max(best.get(id) ?? 0, score));
  const sums = new Map<string, number>();
  for (const [id, score] of words.flatMap(scores)) sums.set(id, (sums.get(id) ?? 0) + score);
  const count = Math.max(1, words.length);
  return [...new Set([...best.keys(), ...sums.keys()])]
    .map((id) => ({ id, score: ((best.get(id) ?? 0) + (sums.get(id) ?? 0) / count) / 2 }))
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1))
    .slice(0, limit);
}

function scores({ hits }: FoundIds): [string, number][] {
  return hits.flatMap(({ id, _rankingScore: score }): [string, number][] =>
    typeof id === 'string' && typeof score === 'number' ? [[id, score]] : [],
  );
}
