import { indexWords, type SearchDocument } from '../../engine.ts';
import { audiences, FIELD_BITS, FIELDS, fieldTexts, MOST_COUNTED, termsOf } from './fields.ts';
import { compareEndings, SHORTEST_BY_ENDING, type Part } from './part.ts';
import type { Slices } from './slices.ts';

/** Putting a part's words in order is one piece of work: so many postings take some milliseconds. */
const MOST_POSTINGS = 60_000;
/** A text longer than this is read with pauses, cut at the end of a line. */
const STRETCH = 20_000;

/** Makes parts of documents of one locale, of a size that is put in order without holding up questions. */
export async function buildParts(documents: Iterable<SearchDocument>, slices: Slices): Promise<Part[]> {
  const parts: Part[] = [];
  const stems = new Map<string, string>();
  let sheaf = newSheaf();
  for (const document of documents) {
    await gather(sheaf, document, stems, slices);
    if (sheaf.size > MOST_POSTINGS) {
      parts.push(bind(sheaf));
      sheaf = newSheaf();
    }
  }
  if (sheaf.ids.length > 0) parts.push(bind(sheaf));
  return parts;
}

/** What has been gathered of a part: for each term its postings, document and count in turn. */
interface Sheaf {
  ids: string[];
  audiences: number[];
  lengths: number[];
  postings: Map<string, number[]>;
  size: number;
}

function newSheaf(): Sheaf {
  return { ids: [], audiences: [], lengths: [], postings: new Map(), size: 0 };
}

async function gather(
  sheaf: Sheaf,
  document: SearchDocument,
  stems: Map<string, string>,
  slices: Slices,
): Promise<void> {
  const number = sheaf.ids.push(document.id) - 1;
  sheaf.audiences.push(audiences.indexOf(document.audience));
  for (const [field, text] of fieldTexts(document).entries()) {
    const counted = new Map<string, number>();
    let length = 0;
    for (const stretch of stretches(text)) {
      if (slices.over) await slices.pause();
      for (const word of indexWords(stretch)) {
        for (const term of termsOf(word, stems)) {
          length += 1;
          counted.set(term, (counted.get(term) ?? 0) + 1);
        }
      }
    }
    sheaf.lengths.push(length);
    sheaf.size += counted.size;
    for (const [term, count] of counted) {
      const posting = (Math.min(count, MOST_COUNTED) << FIELD_BITS) | field;
      const postings = sheaf.postings.get(term);
      if (postings) postings.push(number, posting);
      else sheaf.postings.set(term, [number, posting]);
    }
  }
}

function* stretches(text: string): Iterable<string> {
  let from = 0;
  while (text.length - from > STRETCH) {
    const lineEnd = text.indexOf('\n', from + STRETCH);
    if (lineEnd < 0) break;
    yield text.slice(from, lineEnd);
    from = lineEnd;
  }
  yield text.slice(from);
}

function bind({ ids, audiences: seenBy, lengths, postings, size }: Sheaf): Part {
  const terms = [...postings.keys()].sort();
  const starts = new Uint32Array(terms.length + 1);
  const holders = new Uint32Array(size);
  const counts = new Uint16Array(size);
  let end = 0;
  for (const [at, term] of terms.entries()) {
    const own = postings.get(term) ?? [];
    for (let n = 0; n < own.length; n += 2) {
      holders[end] = own[n] as number;
      counts[end] = own[n + 1] as number;
      end += 1;
    }
    starts[at + 1] = end;
  }
  if (lengths.length !== ids.length * FIELDS) throw new Error('A document of the index lacks a field.');
  const byEnding = Uint32Array.from(
    [...terms.keys()].filter((at) => (terms[at] as string).length >= SHORTEST_BY_ENDING),
  );
  byEnding.sort((a, b) => compareEndings(terms[a] as string, terms[b] as string));
  return {
    ...{ ids, terms, starts, holders, counts, byEnding },
    audiences: Uint8Array.from(seenBy),
    lengths: Uint32Array.from(lengths),
  };
}
