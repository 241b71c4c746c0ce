import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { FileReport, FromDisk } from '../orders/index.ts';
import { translator } from '../platform/i18n/index.ts';
import type { Application } from './application.ts';
import { faultLine, faultTable, type FaultLine } from './orderFaults.ts';

export interface OrderImport extends Omit<FileReport, 'faults' | 'headings'> {
  /** Rows that could not be taken, in English; the first ten thousand. */
  faults: Omit<FaultLine, 'cells'>[];
}

/**
 * Brings in a file of orders that lies on this machine.
 * @param given.refused where the rows that cannot be taken are written to, as a table.
 * @throws Refusal, UnreadableFile
 */
export async function importOrders(
  { orderFiles, site }: Application,
  { refused, ...given }: FromDisk & { refused?: string | undefined },
): Promise<OrderImport> {
  const tr = translator('en', { timeZone: site.brand.timeZone });
  const { faults, headings, ...report } = await orderFiles.fromDisk(given);
  if (refused !== undefined && faults.length > 0) {
    await pipeline(faultTable(tr, headings, faults), createWriteStream(refused));
  }
  return {
    ...report,
    faults: faults.map((fault) => faultLine(tr, fault)).map(({ row, column, what }) => ({ row, column, what })),
  };
}
