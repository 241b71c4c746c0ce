import { diffArrays, diffWords } from 'diff';
import type { ArticleText } from './contract.ts';
import type { DiffLine, DiffPart, TextDifferences } from './revisionContract.ts';

/** Beyond so many differences nobody reads them one by one, and finding the fewest takes long. */
const MOST_LINE_EDITS = 4_000;
const MOST_WORD_EDITS = 600;
/** Equal lines shown around a difference. */
const AROUND = 2;
/** Two lines are one that changed when they share this much. */
const ALIKE = 0.4;

/** The differences of two texts: fields word by word, Markdown line by line and within changed lines word by word. */
export function compareTexts(from: ArticleText, to: ArticleText, locale: string): TextDifferences {
  const words = wordComparer(locale);
  const fields = (['title', 'summary', 'keywords'] as const).flatMap((field) => {
    const [before, after] = [textOf(from[field]), textOf(to[field])];
    return before === after ? [] : [{ field, parts: words(before, after) }];
  });
  const lines = compareLines(linesOf(from.source), linesOf(to.source), words);
  const count = (change: DiffLine['change']) => lines.filter((line) => line.change === change).length;
  return { fields, lines: fold(lines), changed: count('changed'), added: count('added'), gone: count('gone') };
}

type CompareWords = (before: string, after: string) => DiffPart[];

function wordComparer(locale: string): CompareWords {
  const intlSegmenter = new Intl.Segmenter(locale, { granularity: 'word' });
  return (before, after) => {
    const parts = diffWords(before, after, { intlSegmenter, maxEditLength: MOST_WORD_EDITS });
    if (!parts) return wholly(before, after);
    return parts.map(({ added, removed, value }) => ({
      change: added ? 'added' : removed ? 'gone' : 'same',
      text: value,
    }));
  };
}

function wholly(before: string, after: string): DiffPart[] {
  const parts: DiffPart[] = [
    { change: 'gone', text: before },
    { change: 'added', text: after },
  ];
  return parts.filter(({ text }) => text !== '');
}

function compareLines(before: string[], after: string[], words: CompareWords): DiffLine[] {
  const blocks = diffArrays(before, after, { maxEditLength: MOST_LINE_EDITS }) ?? [
    { value: before, removed: true, added: false },
    { value: after, removed: false, added: true },
  ];
  const lines: DiffLine[] = [];
  for (let index = 0; index < blocks.length; index += 1) {
    const block = blocks[index];
    const next = blocks[index + 1];
    if (block?.removed && next?.added) {
      lines.push(...pairUp(block.value, next.value, words));
      index += 1;
    } else if (block) {
      const change = block.added ? 'added' : block.removed ? 'gone' : 'same';
      lines.push(...block.value.map((text) => ({ change, text }) as const));
    }
  }
  return lines;
}

/** Lines that went where others came: each with the next one that says nearly the same. */
function pairUp(gone: string[], added: string[], words: CompareWords): DiffLine[] {
  const lines: DiffLine[] = [];
  let taken = 0;
  for (const text of gone) {
    const parts = taken < added.length ? words(text, added[taken] ?? '') : [];
    if (alike(parts)) {
      lines.push({ change: 'changed', parts });
      taken += 1;
    } else lines.push({ change: 'gone', text });
  }
  return [...lines, ...added.slice(taken).map((text) => ({ change: 'added', text }) as const)];
}

function alike(parts: DiffPart[]): boolean {
  const length = (change?: DiffPart['change']) =>
    parts.reduce((sum, part) => (change && part.change !== change ? sum : sum + part.text.trim().length), 0);
  return length() > 0 && length('same') / length() >= ALIKE;
}

/** Equal lines far from any difference become a count. */
function fold(lines: DiffLine[]): DiffLine[] {
  const near = new Set<number>();
  lines.forEach((line, at) => {
    if (line.change === 'same') return;
    for (let around = at - AROUND; around <= at + AROUND; around += 1) near.add(around);
  });
  const folded: DiffLine[] = [];
  for (const [at, line] of lines.entries()) {
    const last = folded.at(-1);
    if (near.has(at)) folded.push(line);
    else if (last?.change === 'skipped') last.lines += 1;
    else folded.push({ change: 'skipped', lines: 1 });
  }
  return folded;
}

const textOf = (value: string | readonly string[]): string => (typeof value === 'string' ? value : value.join(', '));

const linesOf = (source: string): string[] => source.replaceAll('\r\n', '\n').replace(/\n+$/, '').split('\n');
