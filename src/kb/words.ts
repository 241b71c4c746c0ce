import lunr from 'lunr';
import { chineseFillers, englishFillers } from './fillerWords.ts';

/** One word of a text as searches compare it, and where it stands. */
export interface Word {
  /**
   * Folded: NFKC, lower case, no accents; Latin words by their stem. Two texts share a word when the terms are equal.
   */
  readonly term: string;
  /** The same before stemming, for prefixes and slips of the keyboard. */
  whole: string;
  /** Offsets into the text as it was given, in UTF-16 units; `end` is behind the last one. */
  start: number;
  end: number;
  /** One or two Han characters rather than a word between spaces. */
  han: boolean;
}

/** Runs of Han; codes such as CH-12, whose parts and whole are looked for; other words. */
const run =
  /[\p{Script=Han}々〇]+|[[\p{L}\p{N}\p{M}]--[\p{Script=Han}々〇]]+(?:['’\-][[\p{L}\p{N}\p{M}]--[\p{Script=Han}々〇]]+)*/gv;
const isHan = /^[\p{Script=Han}々〇]/u;

/**
 * Every word of a text that is to be found: Han as overlapping pairs and as single characters, since Chinese has no
 * spaces and a dictionary would cut the same characters differently from one sentence to the next; Latin as words.
 */
export function indexWords(text: string): Word[] {
  const words: Word[] = [];
  for (const match of text.matchAll(run)) {
    if (isHan.test(match[0])) words.push(...hanPairs(match[0], match.index), ...hanSingles(match[0], match.index));
    else words.push(...latinWords(match[0], match.index));
  }
  return words.filter((word) => word.han || !englishFillers.has(word.whole));
}

/**
 * The words of a question that carry its meaning: without "how can I" and 怎么办, unless nothing else is there. Han as
 * pairs; a character that stands alone only where no pair does.
 */
export function questionWords(text: string): Word[] {
  const meant = wordsAsked(text, withoutChineseFillers);
  const content = meant.filter((word) => word.han || !englishFillers.has(word.whole));
  if (content.length > 0) return content;
  return meant.length > 0 ? meant : wordsAsked(text, (han) => [{ text: han, at: 0 }]);
}

type Cut = (han: string) => { text: string; at: number }[];

function wordsAsked(text: string, cut: Cut): Word[] {
  const words: Word[] = [];
  const singles: Word[] = [];
  for (const match of text.matchAll(run)) {
    if (!isHan.test(match[0])) words.push(...latinWords(match[0], match.index));
    else {
      for (const part of cut(match[0])) {
        const pairs = hanPairs(part.text, match.index + part.at);
        if (pairs.length > 0) words.push(...pairs);
        else singles.push(...hanSingles(part.text, match.index + part.at));
      }
    }
  }
  return words.some((word) => word.han) ? words : [...words, ...singles];
}

function withoutChineseFillers(han: string): { text: string; at: number }[] {
  const parts: { text: string; at: number }[] = [];
  let at = 0;
  for (const part of han.split(chineseFillers)) {
    if (part !== '' && !chineseFillers.test(part)) parts.push({ text: part, at });
    at += part.length;
  }
  return parts;
}

function hanSingles(text: string, offset: number): Word[] {
  let start = offset;
  return Array.from(text, (character) => {
    const word = hanWord(character, start);
    start = word.end;
    return word;
  });
}

function hanPairs(text: string, offset: number): Word[] {
  const singles = hanSingles(text, offset);
  return singles.slice(1).map((second, index) => {
    const first = singles[index] as Word;
    return { ...hanWord(first.whole + second.whole, first.start), end: second.end };
  });
}

function hanWord(characters: string, start: number): Word {
  const folded = characters.normalize('NFKC');
  return { term: folded, whole: folded, start, end: start + characters.length, han: true };
}

/** A word, or a code's parts and the code in one: CH-12 is `ch`, `12` and `ch12`. */
function latinWords(text: string, start: number): Word[] {
  const whole = latinWord(text, start);
  if (!text.includes('-')) return [whole];
  const parts = [...text.matchAll(/[^-]+/g)].map((part) => latinWord(part[0], start + part.index));
  return [...parts, whole];
}

function latinWord(text: string, start: number): Word {
  return new LatinWord(fold(text), start, start + text.length);
}

/** Most words of a long text are never compared, and stemming is what costs: it waits until it is asked for. */
class LatinWord implements Word {
  readonly whole: string;
  readonly start: number;
  readonly end: number;
  readonly han = false;

  constructor(whole: string, start: number, end: number) {
    this.whole = whole;
    this.start = start;
    this.end = end;
  }

  get term(): string {
    return stem(this.whole);
  }
}

/** Full-width to half, capitals to small; accents, hyphens and a possessive s off. */
function fold(text: string): string {
  if (/^[a-z0-9]*$/i.test(text)) return text.toLowerCase();
  return text
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .normalize('NFKC')
    .toLowerCase()
    .replace(/['’]s$/, '')
    .replace(/['’-]/g, '');
}

function stem(word: string): string {
  if (!/^[a-z]{3,}$/.test(word)) return word;
  return lunr.stemmer(new lunr.Token(word, {})).toString();
}

/** Whether two words differ by one letter left out, added, changed or swapped with its neighbour. */
export function isOneSlipAway(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  let same = 0;
  while (same < a.length && same < b.length && a[same] === b[same]) same += 1;
  const [restA, restB] = [a.slice(same), b.slice(same)];
  if (restA.slice(1) === restB.slice(1) || restA === restB.slice(1) || restA.slice(1) === restB) return true;
  return restA[0] === restB[1] && restA[1] === restB[0] && restA.slice(2) === restB.slice(2);
}

/** Latin words from this length on may hold one slip; shorter ones would turn into too many others. */
export const SLIP_LENGTH = 5;
