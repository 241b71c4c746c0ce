import type { Selectable } from 'kysely';
import type { Db } from '../../platform/database/index.ts';
import { Refusal } from '../../platform/refusal.ts';
import type { CheckedOrder } from '../orderBody.ts';
import type { Mapping } from './mapping.ts';
import type { Counts, FileFault } from './processing.ts';
import type { Survey } from './survey.ts';
import type { OrderFileState, OrderFileTable } from './tables.ts';

/** A file as lists show it. */
export interface OrderFileView {
  id: string;
  name: string;
  size: number;
  format: 'csv' | 'ndjson';
  state: OrderFileState;
  source: string | null;
  rows: number;
  rowsDone: number;
  /** Orders, by what would become or has become of them. */
  counts: Counts;
  /** Rows with something wrong. */
  faultCount: number;
  createdAt: string;
}

/** A file as its own page shows it. */
export interface OrderFileDetails extends OrderFileView {
  /** Null for NDJSON. */
  survey: Survey | null;
  /** What is proposed, or was said. Null for NDJSON. */
  mapping: Mapping | null;
  /** The first orders as they are read. */
  preview: CheckedOrder[];
  /** The first rows with something wrong. */
  faults: FileFault[];
}

export type OrderFileRow = Selectable<OrderFileTable>;

export const noCounts: Counts = { created: 0, changed: 0, unchanged: 0, refused: 0 };

/** How many came out how, with what came since. */
export function added(before: Counts, since: Counts): Counts {
  return {
    created: before.created + since.created,
    changed: before.changed + since.changed,
    unchanged: before.unchanged + since.unchanged,
    refused: before.refused + since.refused,
  };
}

/** @throws Refusal `not_found` */
export async function fileRow(db: Db, id: string): Promise<OrderFileRow> {
  const row = await db.selectFrom('orderFile').selectAll().where('id', '=', id).executeTakeFirst();
  if (!row) throw new Refusal('not_found');
  return row;
}

export function viewOf(row: OrderFileRow): OrderFileView {
  const { id, name, size, format, state, source, rowCount: rows, rowsDone, faultCount, createdAt } = row;
  const counts = JSON.parse(row.counts) as Counts;
  return { id, name, size, format, state, source, rows, rowsDone, counts, faultCount, createdAt };
}

export const surveyIn = ({ survey }: OrderFileRow): Survey | null =>
  survey === null ? null : (JSON.parse(survey) as Survey);
export const mappingIn = ({ mapping }: OrderFileRow): Mapping | null =>
  mapping === null ? null : (JSON.parse(mapping) as Mapping);

/**
 * Moves a file on from where the caller has seen it.
 * @throws Refusal `conflict` when somebody has moved it meanwhile.
 */
export async function moveFile(
  tx: Db,
  row: OrderFileRow,
  from: readonly OrderFileState[],
  to: Partial<OrderFileRow> & { updatedAt: string },
): Promise<void> {
  const moved = await tx
    .updateTable('orderFile')
    .set(to)
    .where('id', '=', row.id)
    .where('state', 'in', from)
    .where('run', '=', row.run)
    .executeTakeFirst();
  if (moved.numUpdatedRows === 0n) throw new Refusal('conflict');
}

/** What is wrong in a file, in the order of its rows, behind a place. */
export async function faultsAfter(
  db: Db,
  fileId: string,
  { after, limit }: { after: number; limit: number },
): Promise<{ position: number; fault: FileFault }[]> {
  const rows = await db
    .selectFrom('orderFileFault')
    .selectAll()
    .where('fileId', '=', fileId)
    .where('position', '>', after)
    .orderBy('position')
    .limit(limit)
    .execute();
  return rows.map(({ position, row, heading, fault, cells }) => ({
    position,
    fault: {
      ...{ row, column: heading, cells: JSON.parse(cells) as string[] },
      fault: JSON.parse(fault) as FileFault['fault'],
    },
  }));
}

/** All of it, however much it is. */
export async function* everyFault(db: Db, fileId: string): AsyncGenerator<FileFault> {
  for (let after = -1; ;) {
    const found = await faultsAfter(db, fileId, { after, limit: 500 });
    for (const { fault } of found) yield fault;
    const last = found.at(-1);
    if (!last) return;
    after = last.position;
  }
}
