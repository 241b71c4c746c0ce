import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { parse, type Parser } from 'csv-parse';
import type { Encoding, Separator } from './fields.ts';

/** One row with its place in the file: the headings are row 1. */
export interface Row {
  row: number;
  cells: string[];
}

/** A file that cannot be read to its end. `row` is the last one that could be. */
export class UnreadableFile extends Error {
  readonly code = 'unreadable_file';
  readonly reason: 'encoding' | 'quote' | 'row_too_large' | 'no_rows' | 'too_many_columns';
  readonly row: number;

  constructor(reason: UnreadableFile['reason'], row: number) {
    super(`The file cannot be read: ${sentences[reason](row)}`);
    this.name = 'UnreadableFile';
    this.reason = reason;
    this.row = row;
  }
}

const sentences: Record<UnreadableFile['reason'], (row: number) => string> = {
  encoding: () => 'its characters are not what they were said to be. Save it as UTF-8.',
  quote: (row) => `after row ${row} a quotation mark opens and does not close.`,
  row_too_large: (row) => `after row ${row} a quotation mark opens and does not close, or a row is endless.`,
  no_rows: () => 'there are no rows below its headings.',
  too_many_columns: () => 'it has more than 200 columns.',
};

/** By shape: the class may be another bundle's. */
export function asUnreadable(error: unknown): UnreadableFile | null {
  return error instanceof Error && error.name === 'UnreadableFile' ? (error as UnreadableFile) : null;
}

/** Beyond that a quotation mark was opened that nobody closed, or the file is no table. */
const LARGEST_ROW_BYTES = 4 * 1024 * 1024;

/**
 * Every row of a file as a stream, the headings first and blank rows left out; no more than a row is in memory.
 * @throws UnreadableFile when bytes are no text in this encoding, or quotation marks do not close.
 */
export async function* rowsOf(
  path: string,
  { encoding, separator }: { encoding: Encoding; separator: Separator },
): AsyncGenerator<Row> {
  const parser: Parser = parse({
    ...{
      delimiter: separator,
      bom: true,
      relax_column_count: true,
      relax_quotes: true,
      max_record_size: LARGEST_ROW_BYTES,
    },
    record_delimiter: ['\r\n', '\n', '\r'],
  });
  const text = Readable.from(textOf(path, encoding));
  // What goes wrong while reading is for whoever takes the rows.
  text.on('error', (error) => parser.destroy(error));
  text.pipe(parser);
  let row = 0;
  try {
    for await (const cells of parser as AsyncIterable<string[]>) {
      row += 1;
      if (cells.some((cell) => cell.trim() !== '')) yield { row, cells };
    }
  } catch (error) {
    throw unreadable(error, row);
  } finally {
    text.destroy();
    parser.destroy();
  }
}

/** A file's text, piece by piece. @throws UnreadableFile */
export async function* textOf(path: string, encoding: Encoding): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  try {
    for await (const bytes of createReadStream(path)) {
      const text = decoder.decode(bytes as Buffer, { stream: true });
      if (text !== '') yield text;
    }
    const rest = decoder.decode();
    if (rest !== '') yield rest;
  } catch (error) {
    if (error instanceof TypeError) throw new UnreadableFile('encoding', 0);
    throw error;
  }
}

function unreadable(error: unknown, row: number): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'unreadable_file') return new UnreadableFile('encoding', row);
  if (code === 'CSV_QUOTE_NOT_CLOSED') return new UnreadableFile('quote', row);
  if (code === 'CSV_MAX_RECORD_SIZE') return new UnreadableFile('row_too_large', row);
  return error;
}
