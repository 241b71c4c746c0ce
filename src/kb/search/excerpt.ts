import { indexWords, isOneSlipAway, SLIP_LENGTH, type Word } from '../engine.ts';

/** A stretch to mark, in UTF-16 offsets; `end` is behind the last unit. */
export type MarkRange = readonly [start: number, end: number];

/** A piece of an article and which of its words the reader asked for. */
export interface MarkedText {
  text: string;
  marks: MarkRange[];
}

/** About two lines on a page: Chinese signs are twice as wide. */
const WIDTH = 190;

/** How a word of a text meets a question: the asked word that it is, or is one slip away from. */
export type Match = (word: Word) => Word | null;

/** Prepares to recognise a question's words in texts. */
export function matcher(question: readonly Word[]): Match {
  const exact = new Map(question.map((word) => [word.term, word]));
  const mayHoldSlips = question.filter((word) => !word.han && word.whole.length >= SLIP_LENGTH);
  // Neither endings nor the slips we forgive touch a word's first letter, so most words are told apart by it.
  const firstLetters = new Set(question.map((word) => word.whole[0]));
  return (word) => {
    if (!firstLetters.has(word.whole[0])) return null;
    const found = exact.get(word.term);
    if (found || word.han) return found ?? null;
    return mayHoldSlips.find((asked) => isSlipOf(asked, word)) ?? null;
  };
}

function isSlipOf(asked: Word, word: Word): boolean {
  if (asked.whole[0] !== word.whole[0] || word.whole.length < SLIP_LENGTH - 1) return false;
  return isOneSlipAway(asked.whole, word.whole) || isOneSlipAway(asked.term, word.term);
}

/** Marks the asked words of a short text, whole words only. */
export function markWords(text: string, match: Match, locale: string): MarkedText {
  const matched = joined(indexWords(text).filter((word) => match(word) !== null));
  return { text, marks: wholeWords(text, matched, locale) };
}

/**
 * The two lines that show best why an article was found: its summary when that holds as many of the asked words as any
 * place of the text, else that place, cut at sentences and words.
 */
export function excerptOf(summary: string, text: string, match: Match, locale: string): MarkedText {
  const best = bestPlace(text, match);
  if (!best || askedIn(summary, match) >= best.asked) return markWords(shortened(summary, locale), match, locale);
  return markWords(shortened(text.slice(best.start), locale), match, locale);
}

function askedIn(text: string, match: Match): number {
  return new Set(indexWords(text).flatMap((word) => match(word)?.term ?? [])).size;
}

/** The sentence from which on two lines hold the most of the asked words; the earliest of equals. */
function bestPlace(text: string, match: Match): { start: number; asked: number } | null {
  const width = widths(text);
  const matched = indexWords(text).flatMap((word) => {
    const asked = match(word);
    return asked ? [{ at: word.start, width: width[word.start] ?? 0, term: asked.term }] : [];
  });
  const starts = [...text.matchAll(/(?<=^|[.!?] |[。！？\n])(?=\S)/g)].map((sentence) => sentence.index);
  let best: { start: number; asked: number } | null = null;
  let first = 0;
  for (const [place, start] of starts.entries()) {
    while ((matched[first]?.at ?? start) < start) first += 1;
    if ((matched[first]?.at ?? Infinity) >= (starts[place + 1] ?? text.length)) continue; // nothing asked is in it
    const terms = new Set<string>();
    const limit = (width[start] ?? 0) + WIDTH;
    for (let next = first; (matched[next]?.width ?? limit) < limit; next += 1) terms.add(matched[next]?.term ?? '');
    if (terms.size > (best?.asked ?? 0)) best = { start, asked: terms.size };
  }
  return best;
}

/** For each offset how wide the text before it is; a Chinese sign is as wide as two others. */
function widths(text: string): Uint32Array {
  const widths = new Uint32Array(text.length + 1);
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    widths[at + 1] = (widths[at] ?? 0) + (code >= 0x2e80 && code <= 0xffef ? 2 : 1);
  }
  return widths;
}

function shortened(text: string, locale: string): string {
  // A heading or a table's row is no sentence's end to run on from, once there is enough to read.
  const enough = text.slice(0, WIDTH * 2).search(/(?<=[^]{70})\n/);
  const line = text.slice(0, enough < 0 ? WIDTH * 2 : enough).replaceAll('\n', ' ');
  const width = widths(line);
  let kept = 0;
  for (const { segment, index } of new Intl.Segmenter(locale, { granularity: 'word' }).segment(line)) {
    const end = index + segment.length;
    if ((width[end] ?? 0) > WIDTH) return `${line.slice(0, kept).trimEnd()}…`;
    kept = end;
  }
  return line;
}

function joined(words: readonly Word[]): [number, number][] {
  const ranges: [number, number][] = [];
  for (const { start, end } of words.toSorted((a, b) => a.start - b.start)) {
    const last = ranges.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else ranges.push([start, end]);
  }
  return ranges;
}

/** Pairs of Han may reach over a border of words; what they cover only half stays unmarked. */
function wholeWords(text: string, ranges: [number, number][], locale: string): MarkRange[] {
  if (ranges.length === 0) return [];
  const marks: [number, number][] = [];
  for (const { segment, index, isWordLike } of new Intl.Segmenter(locale, { granularity: 'word' }).segment(text)) {
    const end = index + segment.length;
    if (!isWordLike || !ranges.some(([from, to]) => from <= index && end <= to)) continue;
    const last = marks.at(-1);
    const joins = last && ranges.some(([from, to]) => from <= last[0] && end <= to);
    if (last && joins) last[1] = end;
    else marks.push([index, end]);
  }
  return marks;
}
