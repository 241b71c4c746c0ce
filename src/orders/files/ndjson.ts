import { textOf, UnreadableFile } from './reading.ts';

const LONGEST_LINE = 4 * 1024 * 1024;

/** Every line of an NDJSON file that is not blank, with its place. @throws UnreadableFile when it is not UTF-8, or no lines */
export async function* linesOf(path: string): AsyncGenerator<{ row: number; text: string }> {
  let rest = '';
  let row = 0;
  for await (const piece of textOf(path, 'utf-8')) {
    const lines = (rest + piece).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > LONGEST_LINE) throw new UnreadableFile('row_too_large', row);
    for (const line of lines) {
      row += 1;
      if (line.trim() !== '') yield { row, text: line.trim() };
    }
  }
  if (rest.trim() !== '') yield { row: row + 1, text: rest.trim() };
}

/** How many orders a file of lines holds. @throws UnreadableFile for one without any. */
export async function countLines(path: string): Promise<number> {
  let count = 0;
  for await (const _ of linesOf(path)) count += 1;
  if (count === 0) throw new UnreadableFile('no_rows', 0);
  return count;
}
