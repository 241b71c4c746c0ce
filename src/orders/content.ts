import type { Selectable } from 'kysely';
import type { Db } from '../platform/database/index.ts';
import type { InvoiceTable, OrderLineTable, OrderTable, ShipmentEventTable, ShipmentTable } from './tables.ts';

/** One order as it is stored, with all that belongs to it. */
export interface Content {
  order: Selectable<OrderTable>;
  account: { externalId: string | null; name: string } | null;
  lines: Selectable<OrderLineTable>[];
  parcels: StoredParcel[];
  invoices: Selectable<InvoiceTable>[];
}

export type StoredParcel = Selectable<ShipmentTable> & { events: Selectable<ShipmentEventTable>[] };

/** Reads what belongs to an order that the caller has found, and may see, in four queries. */
export async function contentOf(db: Db, order: Selectable<OrderTable>, account: Content['account']): Promise<Content> {
  const [lines, shipments, events, invoices] = await Promise.all([
    db.selectFrom('orderLine').selectAll().where('orderId', '=', order.id).orderBy('position').execute(),
    db.selectFrom('shipment').selectAll().where('orderId', '=', order.id).orderBy('position').execute(),
    db
      .selectFrom('shipmentEvent')
      .innerJoin('shipment', 'shipment.id', 'shipmentEvent.shipmentId')
      .selectAll('shipmentEvent')
      .where('shipment.orderId', '=', order.id)
      .orderBy('shipmentEvent.id')
      .execute(),
    db
      .selectFrom('invoice')
      .selectAll()
      .where('orderId', '=', order.id)
      .orderBy('issuedAt')
      .orderBy('number')
      .execute(),
  ]);
  const parcels = shipments.map((shipment) => ({
    ...shipment,
    events: events.filter(({ shipmentId }) => shipmentId === shipment.id),
  }));
  return { order, account, lines, parcels, invoices };
}

/** The account that an order belongs to. */
export async function accountOf(db: Db, accountId: string | null): Promise<Content['account']> {
  if (accountId === null) return null;
  const row = await db
    .selectFrom('account')
    .select(['externalId', 'name'])
    .where('id', '=', accountId)
    .executeTakeFirst();
  return row ?? null;
}
