import { stripVTControlCharacters } from 'node:util';
import type { Terminal } from './terminal.ts';

/** Options of every verb that answers with data. */
export interface AnswerOptions {
  json?: boolean;
}

/** The option itself, with the same words everywhere: `.option(...jsonOption)`. */
export const jsonOption = ['--json', 'answer with one JSON document'] as const;

/** One JSON document, or lines for people. */
export function answer(
  terminal: Terminal,
  { json }: AnswerOptions,
  data: unknown,
  lines: () => readonly string[],
): void {
  if (json) terminal.say(JSON.stringify(data, null, 2));
  else for (const line of lines()) terminal.say(line);
}

/** Rows as aligned lines below their headings; no line ends in blanks. */
export function aligned(headings: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const lines = [headings, ...rows].map((row) => row.map(plain));
  const widths = headings.map((_, column) => Math.max(...lines.map((row) => width(row[column] ?? ''))));
  return lines.map((row) =>
    row
      .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - width(cell)))
      .join('  ')
      .trimEnd(),
  );
}

/** Names and values, aligned. */
export function pairs(entries: readonly (readonly [name: string, value: string])[]): string[] {
  const wide = Math.max(...entries.map(([name]) => name.length));
  return entries.map(([name, value]) => `${name.padEnd(wide)}  ${plain(value)}`.trimEnd());
}

/** What others wrote must not move the cursor or colour the screen. */
function plain(text: string): string {
  return stripVTControlCharacters(text).replaceAll(/\p{Cc}+/gu, ' ');
}

/** Columns a terminal gives a text: Chinese signs take two. */
function width(text: string): number {
  let columns = 0;
  for (const sign of text) columns += /[\p{Script=Han}\p{Script=Hangul}\u3000-\u30ff\uff01-\uff60]/u.test(sign) ? 2 : 1;
  return columns;
}
