import { isDeepStrictEqual } from 'node:util';
import { statementOfRows, type Db } from '../platform/database/index.ts';
import type { Content } from './content.ts';
import type { InvoiceTable, OrderLineTable, ShipmentEventTable, ShipmentTable } from './tables.ts';

/**
 * Writes the difference between what is stored of an order and what it is now.
 * @param before null for a new order, whose own row is there already.
 */
export async function writeContent(tx: Db, before: Content | null, after: Content): Promise<void> {
  const { id, ...order } = after.order;
  if (before && differs(before.order, after.order)) {
    await tx.updateTable('order').set(order).where('id', '=', id).execute();
  }
  if (differs(before?.lines ?? [], after.lines)) {
    if (before?.lines.length) await tx.deleteFrom('orderLine').where('orderId', '=', id).execute();
    await insertLines(tx, after.lines);
  }
  if (differs(before?.invoices ?? [], after.invoices)) {
    if (before?.invoices.length) await tx.deleteFrom('invoice').where('orderId', '=', id).execute();
    await insertInvoices(tx, after.invoices);
  }
  await writeParcels(tx, before?.parcels ?? [], after.parcels);
}

async function writeParcels(tx: Db, before: Content['parcels'], after: Content['parcels']): Promise<void> {
  const kept = new Set(after.map(({ id }) => id));
  const gone = before.filter(({ id }) => !kept.has(id)).map(({ id }) => id);
  // Their events go along.
  if (gone.length > 0) await tx.deleteFrom('shipment').where('id', 'in', gone).execute();
  const known = new Map(before.map((parcel) => [parcel.id, parcel]));
  await insertShipments(
    tx,
    after.filter(({ id }) => !known.has(id)).map(({ events: _, ...row }) => row),
  );
  for (const { events: _, id, ...row } of after) {
    const { events: __, id: ___, ...was } = known.get(id) ?? { events: [], id, ...row };
    if (differs(was, row)) await tx.updateTable('shipment').set(row).where('id', '=', id).execute();
  }
  const remaining = before.filter(({ id }) => kept.has(id)).flatMap(({ events }) => events);
  const told = after.flatMap(({ events }) => events);
  const there = new Set(remaining.map(({ id }) => id));
  const wanted = new Set(told.map(({ id }) => id));
  const dropped = [...there].filter((id) => !wanted.has(id));
  if (dropped.length > 0) await tx.deleteFrom('shipmentEvent').where('id', 'in', dropped).execute();
  await insertEvents(
    tx,
    told.filter(({ id }) => !there.has(id)),
  );
}

/** Rows of the database and rows of ours, by what they hold. */
function differs(a: unknown, b: unknown): boolean {
  return !isDeepStrictEqual(JSON.parse(JSON.stringify(a)), JSON.parse(JSON.stringify(b)));
}

const insertLines = statementOfRows((tx, rows: readonly OrderLineTable[]) => tx.insertInto('orderLine').values(rows));
const insertInvoices = statementOfRows((tx, rows: readonly InvoiceTable[]) => tx.insertInto('invoice').values(rows));
const insertShipments = statementOfRows((tx, rows: readonly ShipmentTable[]) => tx.insertInto('shipment').values(rows));
const insertEvents = statementOfRows((tx, rows: readonly ShipmentEventTable[]) =>
  tx.insertInto('shipmentEvent').values(rows),
);
