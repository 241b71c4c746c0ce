import { questionWords, SLIP_LENGTH, type EngineHit, type EngineQuestion } from '../../engine.ts';
import { audiences, FIELD_BITS, FIELD_MASK, fieldBoosts, FIELDS } from './fields.ts';
import type { LivePart } from './livePart.ts';
import { findTerm, termsFrom, termsOneSlipAway } from './part.ts';

/** How much a match counts by how sure it is. */
const boosts = { exact: 10, beginning: 3, slip: 2 } as const;

/** A question is no essay: what it holds beyond this costs time and finds nothing more. */
const MOST_WORDS = 64;
/** The time to look for slips grows with a word's length; longer ones are looked for as they are. */
const LONGEST_WORD = 32;

/** lunr's own settings of BM25: how soon a word said again counts no more, and how much long fields count less. */
const K1 = 1.2;
const B = 0.75;

/**
 * Finds the documents of one locale, best first, over all its parts as if they were one: how rare a word is and how long
 * a field are reckoned from what counts in all of them. The scores are those that one lunr index of the same documents
 * would give; `test/kb/lunr/scores.test.ts` holds it to that.
 */
export function ask(parts: readonly LivePart[], question: EngineQuestion): EngineHit[] {
  const asked = wordsAsked(parts, question);
  const documents = parts.reduce((sum, { live }) => sum + live, 0);
  if (asked.size === 0 || documents === 0) return [];
  const averages = averageLengths(parts, documents);
  const scores = parts.map(({ part }) => new Float64Array(part.ids.length));
  let squares = 0;
  for (const [term, weight] of asked) {
    const places = parts.map(({ part }) => findTerm(part, term));
    const holding = countHolding(parts, places);
    if (holding === 0) continue; // only documents that no longer count held it
    squares += weight * weight;
    const idf = Math.log(1 + Math.abs((documents - holding + 0.5) / (holding + 0.5)));
    for (const [n, live] of parts.entries()) {
      addScores(scores[n] as Float64Array, live, places[n] as number, { idf, weight, averages });
    }
  }
  const magnitude = Math.sqrt(squares);
  return best(parts, scores, question).map(({ id, score }) => ({ id, score: score / magnitude }));
}

/** Each term to look for and how much it counts; what two ways lead to counts for both. */
function wordsAsked(parts: readonly LivePart[], { text, prefix }: EngineQuestion): Map<string, number> {
  const asked = questionWords(text);
  const words = [...new Map(asked.map((word) => [word.term, word])).values()].slice(0, MOST_WORDS);
  const weights = new Map<string, number>();
  const add = (term: string, boost: number) => weights.set(term, (weights.get(term) ?? 0) + boost);
  const addAll = (found: (part: LivePart['part']) => Iterable<number>, boost: number) => {
    const terms = new Set<string>();
    for (const { part } of parts) for (const at of found(part)) terms.add(part.terms[at] as string);
    for (const term of terms) add(term, boost);
  };
  const last = asked.at(-1);
  for (const word of words) {
    add(word.term, boosts.exact);
    if (word.han || word.whole.length > LONGEST_WORD) continue;
    if (prefix && word.term === last?.term) addAll((part) => termsFrom(part, word.whole), boosts.beginning);
    if (word.whole.length < SLIP_LENGTH || !/^\p{L}+$/u.test(word.whole)) continue;
    for (const slip of new Set([word.term, word.whole])) addAll((part) => termsOneSlipAway(part, slip), boosts.slip);
  }
  return weights;
}

function averageLengths(parts: readonly LivePart[], documents: number): number[] {
  return fieldBoosts.map((_, field) => parts.reduce((sum, { words }) => sum + (words[field] ?? 0), 0) / documents);
}

/** How many fields of documents hold the term: lunr counts a document once for each of its fields. */
function countHolding(parts: readonly LivePart[], places: readonly number[]): number {
  let count = 0;
  for (const [n, { part, gone, live }] of parts.entries()) {
    const at = places[n] as number;
    if (at < 0) continue;
    const [from, to] = [part.starts[at] as number, part.starts[at + 1] as number];
    if (live === gone.length) count += to - from;
    else
      for (let posting = from; posting < to; posting++) count += 1 - (gone[part.holders[posting] as number] as number);
  }
  return count;
}

interface Weights {
  idf: number;
  weight: number;
  averages: readonly number[];
}

function addScores(
  scores: Float64Array,
  { part, gone }: LivePart,
  at: number,
  { idf, weight, averages }: Weights,
): void {
  if (at < 0) return;
  const last = part.starts[at + 1] as number;
  for (let posting = part.starts[at] as number; posting < last; posting++) {
    const document = part.holders[posting] as number;
    if (gone[document] !== 0) continue;
    const field = (part.counts[posting] as number) & FIELD_MASK;
    const count = (part.counts[posting] as number) >> FIELD_BITS;
    const length = part.lengths[document * FIELDS + field] as number;
    const long = K1 * (1 - B + B * (length / (averages[field] as number)));
    const score = ((idf * (K1 + 1) * count) / (long + count)) * (fieldBoosts[field]?.[1] ?? 0);
    scores[document] = (scores[document] as number) + weight * (Math.round(score * 1000) / 1000);
  }
}

/** The best of the given audiences. Equal scores go by id, so that an answer does not depend on how parts are cut. */
function best(parts: readonly LivePart[], scores: readonly Float64Array[], question: EngineQuestion): EngineHit[] {
  const mayRead = audiences.map((audience) => question.audiences.includes(audience));
  const hits: EngineHit[] = [];
  for (const [n, { part }] of parts.entries()) {
    const own = scores[n] as Float64Array;
    for (let document = 0; document < own.length; document++) {
      const score = own[document] as number;
      if (score > 0 && mayRead[part.audiences[document] as number])
        hits.push({ id: part.ids[document] as string, score });
    }
  }
  hits.sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1));
  return hits.slice(0, question.limit);
}
