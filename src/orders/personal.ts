import type { ExpressionBuilder } from 'kysely';
import { accountsLeft, type Forgotten, type Identity, type PersonalSection } from '../accounts/index.ts';
import type { Db, Tables } from '../platform/database/index.ts';
import type { CheckedOrder } from './orderBody.ts';
import type { ToldOrder } from './store.ts';
import type {} from './files/tables.ts';
import type {} from './tables.ts';
import type {} from './views/tables.ts';

/**
 * What this room keeps about somebody: the orders that name their address, with parcels and invoices. Of a company they have
 * left it is that its orders name them; what was bought and where it goes is the company's.
 */
export async function keptByOrders(db: Db, who: Identity): Promise<PersonalSection[]> {
  const { emails } = who;
  if (emails.length === 0) return [];
  const left = await accountsLeft(db, who);
  const theirs = (eb: ExpressionBuilder<Tables, 'order'>) => {
    const named = eb('order.customerEmail', 'in', emails);
    if (left.length === 0) return named;
    return eb.and([named, eb.or([eb('order.accountId', 'is', null), eb('order.accountId', 'not in', left)])]);
  };
  const orders = await db
    .selectFrom('order')
    .leftJoin('account', 'account.id', 'order.accountId')
    .select(['order.number', 'order.customerName', 'order.customerEmail', 'account.name as company', 'order.reference'])
    .select([
      'order.accountId',
      'order.deliverTo',
      'order.state',
      'order.currency',
      'order.total',
      'order.placedAt',
      'order.updatedAt',
    ])
    .where('order.customerEmail', 'in', emails)
    .orderBy('order.placedAt')
    .execute();
  const lines = await db
    .selectFrom('orderLine')
    .innerJoin('order', 'order.id', 'orderLine.orderId')
    .select(['order.number as order', 'orderLine.sku', 'orderLine.name', 'orderLine.quantity', 'orderLine.unitPrice'])
    .where(theirs)
    .orderBy('order.placedAt')
    .orderBy('orderLine.position')
    .execute();
  const parcels = await db
    .selectFrom('shipment')
    .innerJoin('order', 'order.id', 'shipment.orderId')
    .select(['order.number as order', 'shipment.tracking', 'shipment.carrier', 'shipment.state', 'shipment.expectedAt'])
    .where(theirs)
    .orderBy('shipment.id')
    .execute();
  const events = await db
    .selectFrom('shipmentEvent')
    .innerJoin('shipment', 'shipment.id', 'shipmentEvent.shipmentId')
    .innerJoin('order', 'order.id', 'shipment.orderId')
    .select([
      'shipment.tracking',
      'shipmentEvent.at',
      'shipmentEvent.state',
      'shipmentEvent.place',
      'shipmentEvent.note',
    ])
    .where(theirs)
    .orderBy('shipmentEvent.at')
    .execute();
  const invoices = await db
    .selectFrom('invoice')
    .innerJoin('order', 'order.id', 'invoice.orderId')
    .select([
      'order.number as order',
      'invoice.number',
      'invoice.issuedAt',
      'invoice.dueAt',
      'invoice.total',
      'invoice.state',
    ])
    .where(theirs)
    .orderBy('invoice.issuedAt')
    .execute();
  return [
    { name: 'orders', rows: orders.map((order) => withoutCompanys(order, left)) },
    { name: 'orderLines', rows: lines },
    { name: 'parcels', rows: parcels },
    { name: 'parcelEvents', rows: events },
    { name: 'invoices', rows: invoices },
  ];
}

/** An order as it is told to whoever it names, without what is a company's alone. */
function withoutCompanys<
  Row extends { accountId: string | null; reference: string | null; deliverTo: string | null; total: string },
>({ accountId, ...row }: Row, left: readonly string[]) {
  if (accountId === null || !left.includes(accountId)) return row;
  return { ...row, reference: null, deliverTo: null, state: null, total: null, updatedAt: null };
}

/**
 * Takes the person out of their orders. What was bought and the invoices stay, as the law asks, without a name; parcels and
 * where they went do not. Of a company's order the company keeps the parcels, without a word of who ordered.
 */
export async function forgetInOrders(tx: Db, { emails, personIds, before }: Identity): Promise<Forgotten> {
  await forgetViews(tx, 'personId', personIds);
  if (emails.length === 0) return { ids: [], files: [] };
  const orders = await tx
    .selectFrom('order')
    .select(['id', 'accountId', 'findText', 'customerName'])
    .where('customerEmail', 'in', emails)
    .where('placedAt', '<=', before)
    .execute();
  for (const { id, accountId, findText } of orders) {
    const company = accountId !== null;
    if (company) {
      await tx.updateTable('shipment').set({ note: null }).where('orderId', '=', id).execute();
      await tx
        .updateTable('shipmentEvent')
        .set({ note: null })
        .where('shipmentId', 'in', (eb) => eb.selectFrom('shipment').select('id').where('orderId', '=', id))
        .execute();
    } else {
      await tx
        .deleteFrom('shipmentEvent')
        .where('shipmentId', 'in', (eb) => eb.selectFrom('shipment').select('id').where('orderId', '=', id))
        .execute();
      await tx.deleteFrom('shipment').where('orderId', '=', id).execute();
    }
    await tx
      .updateTable('order')
      .set({
        customerEmail: null,
        customerName: '',
        deliverTo: null,
        ...(company ? {} : { reference: null, findText: findText.split('\n')[0] ?? '', moving: 0, promisedAt: null }),
      })
      .where('id', '=', id)
      .execute();
  }
  await forgetViews(
    tx,
    'orderId',
    orders.map(({ id }) => id),
  );
  const names = orders.map(({ customerName }) => customerName).filter((name) => name.length > 2);
  return { ids: [], files: [], orderFiles: await forgetFiles(tx, [...new Set([...emails, ...names])]) };
}

/** Links that show an order, and what was asked for to get them, go: nobody holds the address any more. */
async function forgetViews(tx: Db, by: 'personId' | 'orderId', ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await tx.deleteFrom('orderView').where(by, 'in', ids).execute();
  await tx.deleteFrom('orderViewRequest').where(by, 'in', ids).execute();
}

/** Files of orders that are still kept because of their faults, and show somebody in what they show. @returns their ids. */
async function forgetFiles(tx: Db, words: readonly string[]): Promise<string[]> {
  const gone = new Set<string>();
  for (const word of words) {
    const like = `%${word.toLowerCase().replaceAll(/[%_\\"]/g, '_')}%`;
    const rows = await tx
      .selectFrom('orderFile')
      .select('id')
      .where((eb) =>
        eb.or([
          eb(eb.fn<string>('lower', ['preview']), 'like', like),
          eb(eb.fn<string>('lower', ['survey']), 'like', like),
          eb(
            'id',
            'in',
            eb
              .selectFrom('orderFileFault')
              .select('fileId')
              .where((is) => is(is.fn<string>('lower', ['cells']), 'like', like)),
          ),
        ]),
      )
      .execute();
    for (const { id } of rows) gone.add(id);
  }
  if (gone.size > 0)
    await tx
      .deleteFrom('orderFile')
      .where('id', 'in', [...gone])
      .execute();
  return [...gone];
}

/** An order that names somebody who was erased, as far as it may be stored: what {@link forgetInOrders} leaves of one. */
export function withoutPerson(told: CheckedOrder): ToldOrder {
  const company = told.account !== null;
  const silent = told.shipments.map((shipment) => ({
    ...shipment,
    ...(shipment.events && { events: shipment.events.map((event) => ({ ...event, note: null })) }),
  }));
  return {
    ...told,
    customer: { email: null, name: '' },
    deliverTo: null,
    ...(company ? { shipments: silent } : { reference: null, shipments: [] }),
  };
}
