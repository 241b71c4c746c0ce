import type { SearchDocument, Word } from '../../engine.ts';

/** The fields of a document and how much a word counts by where it stands; their order is part of the file's form. */
export const fieldBoosts = [
  ['title', 8],
  ['keywords', 5],
  ['summary', 4],
  ['headings', 3],
  ['text', 1],
] as const;

export const FIELDS = fieldBoosts.length;

/** A field takes this many bits of a posting; what is left counts how often the word stands there. */
export const FIELD_BITS = 3;
export const FIELD_MASK = (1 << FIELD_BITS) - 1;
export const MOST_COUNTED = (1 << (16 - FIELD_BITS)) - 1;

/** By their place in a file; a new one goes to the end. */
export const audiences: readonly SearchDocument['audience'][] = ['public', 'customers', 'staff', 'part'];

/** What a document says in each field, in the order of `fieldBoosts`. */
export function fieldTexts({ title, keywords, summary, headings, text }: SearchDocument): string[] {
  return [title, keywords.join('\n'), summary, headings.join('\n'), text];
}

/** The stem, and the word itself for beginnings and slips: “wobblin” is no beginning of a stem. */
export function termsOf(word: Word, stems: Map<string, string>): readonly string[] {
  if (word.han) return [word.term];
  let term = stems.get(word.whole);
  if (term === undefined) stems.set(word.whole, (term = word.term));
  return term === word.whole ? [term] : [term, word.whole];
}
