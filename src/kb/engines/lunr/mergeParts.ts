import { FIELDS } from './fields.ts';
import { compareEndings, type Part } from './part.ts';
import type { Slices } from './slices.ts';

/** A part, and which of its documents are no longer what they say. */
export interface MergeSource {
  readonly part: Part;
  readonly gone: Uint8Array;
}

export interface Merged {
  part: Part;
  /** For each source the new number of each document, -1 for those that were gone. */
  numbers: Int32Array[];
}

const NONE = -1;

/**
 * One part of several, without what is gone from them when the merge begins. Only sorted lists are joined, in slices;
 * the documents themselves are not needed.
 */
export async function mergeParts(sources: readonly MergeSource[], slices: Slices): Promise<Merged> {
  const { numbers, ...documents } = joinDocuments(sources);
  const { places, ...words } = await joinWords(sources, numbers, slices);
  const byEnding = await joinEndings(sources, places, slices);
  return { part: { ...documents, ...words, byEnding }, numbers };
}

function joinDocuments(sources: readonly MergeSource[]) {
  const ids: string[] = [];
  const numbers: Int32Array[] = [];
  const seenBy: number[] = [];
  const lengths: number[] = [];
  for (const { part, gone } of sources) {
    const own = new Int32Array(part.ids.length).fill(NONE);
    for (const [document, id] of part.ids.entries()) {
      if (gone[document]) continue;
      own[document] = ids.push(id) - 1;
      seenBy.push(part.audiences[document] as number);
      lengths.push(...part.lengths.subarray(document * FIELDS, (document + 1) * FIELDS));
    }
    numbers.push(own);
  }
  return { ids, numbers, audiences: Uint8Array.from(seenBy), lengths: Uint32Array.from(lengths) };
}

async function joinWords(sources: readonly MergeSource[], numbers: readonly Int32Array[], slices: Slices) {
  const most = sources.reduce((sum, { part }) => sum + part.holders.length, 0);
  const holders = new Uint32Array(most);
  const counts = new Uint16Array(most);
  const terms: string[] = [];
  const starts: number[] = [0];
  /** For each source the new place of each term; a term that only gone documents held has none. */
  const places = sources.map(({ part }) => new Int32Array(part.terms.length).fill(NONE));
  const next = sources.map(() => 0);
  let end = 0;
  for (;;) {
    const term = leastOf(sources, next);
    if (term === undefined) break;
    const begin = end;
    for (const [n, { part }] of sources.entries()) {
      const at = next[n] as number;
      if (part.terms[at] !== term) continue;
      next[n] = at + 1;
      const last = part.starts[at + 1] as number;
      for (let posting = part.starts[at] as number; posting < last; posting++) {
        const number = (numbers[n] as Int32Array)[part.holders[posting] as number] as number;
        if (number === NONE) continue;
        holders[end] = number;
        counts[end] = part.counts[posting] as number;
        end += 1;
        (places[n] as Int32Array)[at] = terms.length;
      }
    }
    // A word that only gone documents held is gone, too.
    if (end > begin) {
      terms.push(term);
      starts.push(end);
    }
    if (slices.over) await slices.pause();
  }
  return {
    ...{ terms, places, starts: Uint32Array.from(starts) },
    ...{ holders: holders.slice(0, end), counts: counts.slice(0, end) },
  };
}

function leastOf(sources: readonly MergeSource[], next: readonly number[]): string | undefined {
  let least: string | undefined;
  for (const [n, { part }] of sources.entries()) {
    const term = part.terms[next[n] as number];
    if (term !== undefined && (least === undefined || term < least)) least = term;
  }
  return least;
}

async function joinEndings(
  sources: readonly MergeSource[],
  places: readonly Int32Array[],
  slices: Slices,
): Promise<Uint32Array> {
  const joined: number[] = [];
  const next = sources.map(() => 0);
  for (;;) {
    let least: string | undefined;
    for (const [n, { part }] of sources.entries()) {
      const term = part.terms[part.byEnding[next[n] as number] ?? NONE];
      if (term !== undefined && (least === undefined || compareEndings(term, least) < 0)) least = term;
    }
    if (least === undefined) return Uint32Array.from(joined);
    let place = NONE;
    for (const [n, { part }] of sources.entries()) {
      const at = part.byEnding[next[n] as number] ?? NONE;
      if (part.terms[at] !== least) continue;
      next[n] = (next[n] as number) + 1;
      place = Math.max(place, (places[n] as Int32Array)[at] as number);
    }
    if (place !== NONE) joined.push(place);
    if (slices.over) await slices.pause();
  }
}
