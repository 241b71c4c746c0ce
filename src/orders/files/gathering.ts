import { numberKey } from '../names.ts';
import { rowsOf, type Row } from './reading.ts';
import type { Form } from './survey.ts';

/** The rows of one order, in the order of the file. */
export interface Gathered {
  /** As the first of them writes it. */
  number: string;
  rows: Row[];
}

/**
 * The rows of each order together, wherever in the file they stand: an order comes when the last of its rows was read. A
 * first look notes which row that is, so no more is in memory than the orders that are open at one place.
 * @param at the column of the order's number.
 * @throws UnreadableFile
 */
export async function* gathered(path: string, form: Form, at: number): AsyncGenerator<Gathered> {
  const last = await lastRows(path, form, at);
  const open = new Map<string, Row[]>();
  let isHead = true;
  for await (const row of rowsOf(path, form)) {
    if (isHead) {
      isHead = false;
      continue;
    }
    const number = numberIn(row, at);
    const key = numberKey(number);
    // A row without a number belongs to nobody, and is told so by itself.
    const rows = key === '' ? [] : (open.get(key) ?? []);
    rows.push(row);
    if (key !== '' && last.get(key) !== row.row) open.set(key, rows);
    else {
      open.delete(key);
      yield { number: rows[0] ? numberIn(rows[0], at) : number, rows };
    }
  }
}

async function lastRows(path: string, form: Form, at: number): Promise<ReadonlyMap<string, number>> {
  const last = new Map<string, number>();
  for await (const row of rowsOf(path, form)) last.set(numberKey(numberIn(row, at)), row.row);
  return last;
}

function numberIn({ cells }: Row, at: number): string {
  return (cells[at] ?? '').trim();
}
