import { isOneSlipAway } from '../../engine.ts';

/**
 * Some documents of one locale: which words they hold, how often and in which field. Nothing in it is weighed, since how
 * rare a word is and how long a field are questions to all parts together. A part never changes, so it can lie on disk
 * as it lies in memory.
 */
export interface Part {
  readonly ids: readonly string[];
  /** Place in `audiences`, for each document. */
  readonly audiences: Uint8Array;
  /** Words in each field of each document: `lengths[document * FIELDS + field]`. */
  readonly lengths: Uint32Array;
  /** Sorted by code units. */
  readonly terms: readonly string[];
  /** The longer terms, sorted by how they end. */
  readonly byEnding: Uint32Array;
  /** Where a term's postings begin; the next term's beginning is their end. */
  readonly starts: Uint32Array;
  /** Of each posting the document. */
  readonly holders: Uint32Array;
  /** Of each posting how often, and in the lowest bits in which field. */
  readonly counts: Uint16Array;
}

/** Slips are looked for in words of five letters and more, which may lack one in a document. */
export const SHORTEST_BY_ENDING = 4;

/** The place of a term, or -1. */
export function findTerm({ terms }: Part, term: string): number {
  const at = firstFrom(terms.length, (index) => (terms[index] as string) >= term);
  return terms[at] === term ? at : -1;
}

/** The places of all terms that begin so. */
export function termsFrom({ terms }: Part, beginning: string): number[] {
  const found: number[] = [];
  for (let at = firstFrom(terms.length, (index) => (terms[index] as string) >= beginning); at < terms.length; at++) {
    if (!(terms[at] as string).startsWith(beginning)) break;
    found.push(at);
  }
  return found;
}

/**
 * The places of the term and of all that differ by one letter left out, added, changed or swapped with its neighbour.
 *
 * One slip lies in the first half of a word or in the second, so the other half is as it was: only terms that begin or
 * end alike are compared. A swap across the middle leads to one word, which is looked for by itself.
 */
export function termsOneSlipAway(part: Part, word: string): Set<number> {
  const { terms, byEnding } = part;
  const half = word.length >> 1;
  const found = new Set(termsFrom(part, word.slice(0, half)).filter((at) => isOneSlipAway(terms[at] as string, word)));
  const ending = word.slice(half);
  const termAt = (index: number) => terms[byEnding[index] as number] as string;
  for (let index = firstFrom(byEnding.length, (n) => compareEndings(termAt(n), ending) >= 0); ; index++) {
    if (index >= byEnding.length || !termAt(index).endsWith(ending)) break;
    if (isOneSlipAway(termAt(index), word)) found.add(byEnding[index] as number);
  }
  const swapped = findTerm(
    part,
    word.slice(0, half - 1) + word.charAt(half) + word.charAt(half - 1) + word.slice(half + 1),
  );
  if (swapped >= 0) found.add(swapped);
  return found;
}

/** Orders words by their last letters, then by those before. */
export function compareEndings(a: string, b: string): number {
  const both = Math.min(a.length, b.length);
  for (let back = 1; back <= both; back++) {
    const difference = a.charCodeAt(a.length - back) - b.charCodeAt(b.length - back);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** The first of `count` places from which on it holds. */
function firstFrom(count: number, holds: (index: number) => boolean): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
