import type { Selectable } from 'kysely';
import type { Content, StoredParcel } from './content.ts';
import type { Invoice, Order, OrderLine, OrderSummary, Shipment, ShipmentEvent, StoredOrder } from './contract.ts';
import { latestFirst } from './derive.ts';
import { timesPrice } from './money.ts';
import type { OrderLineTable, OrderTable } from './tables.ts';
import { isLate, whereaboutsOf, type Parcel, type Today } from './whereabouts.ts';

type OrderRow = Selectable<OrderTable>;

/** Stored orders as they are shown. */

export function summaryOf(
  row: OrderRow,
  accountName: string | null,
  parcels: readonly Parcel[],
  lines: readonly { name: string }[],
  today: Today,
): OrderSummary {
  const { number, state, stateAt, placedAt, updatedAt, currency, total, customerName, moving, lineCount } = row;
  return {
    ...{ number, state, placedAt, updatedAt, currency, total, customerName, accountName },
    moving: moving === 1,
    products: lines.slice(0, 3).map(({ name }) => name),
    lineCount,
    whereabouts: whereaboutsOf({ state, stateAt, parcels }, today),
  };
}

/** @param how.costs whether the viewer is a colleague who may see what things cost us. */
export function shownOrder(content: Content, how: Today & { costs: boolean }): Order {
  const { order, account, lines, parcels, invoices } = content;
  const products = new Map(lines.map(({ sku, name }) => [sku, name]));
  return {
    ...summaryOf(order, account?.name ?? null, parcels, lines, how),
    ...{ reference: order.reference, deliverTo: order.deliverTo },
    lines: lines.map((line) => shownLine(line, how.costs)),
    shipments: parcels.map((parcel) => shownShipment(order, parcel, products, how)),
    invoices: invoices.map((invoice) => shownInvoice(invoice, how)),
  };
}

/** What its source is answered. */
export function storedOrder({ order, account, lines, parcels, invoices }: Content): StoredOrder {
  const { number, customerEmail: email, customerName: name, state, placedAt, updatedAt, currency, total } = order;
  return {
    ...{ number, customer: { email, name }, account: account && { id: account.externalId, name: account.name }, state },
    ...{ placedAt, updatedAt, currency, total, reference: order.reference, deliverTo: order.deliverTo },
    lines: lines.map(({ orderId: _, position: __, ...line }) => line),
    shipments: parcels.map((parcel) => {
      const { tracking, carrier, trackingUrl, state: parcelState, expectedAt, promisedAt } = parcel;
      const contents = JSON.parse(parcel.contents) as { sku: string; quantity: string }[];
      const events = eventsOf(parcel);
      return { tracking, carrier, trackingUrl, state: parcelState, expectedAt, promisedAt, contents, events };
    }),
    invoices: invoices.map(({ orderId: _, ...invoice }) => invoice),
  };
}

function shownLine(
  { sku, name, quantity, unitPrice, unitCost }: Selectable<OrderLineTable>,
  costs: boolean,
): OrderLine {
  const line = { sku, name, quantity, unitPrice, sum: timesPrice(quantity, unitPrice) };
  return costs && unitCost !== null ? { ...line, unitCost } : line;
}

function shownShipment(
  { state: orderState }: OrderRow,
  parcel: StoredParcel,
  products: ReadonlyMap<string, string>,
  { now }: Today,
): Shipment {
  const { tracking, carrier, trackingUrl, state, stateAt, expectedAt, promisedAt } = parcel;
  const contents = JSON.parse(parcel.contents) as { sku: string; quantity: string }[];
  return {
    ...{ tracking, carrier, trackingUrl, state, stateAt, expectedAt, promisedAt },
    late: isLate(orderState, parcel, now),
    contents: contents.map(({ sku, quantity }) => ({ sku, name: products.get(sku) ?? sku, quantity })),
    events: eventsOf(parcel),
  };
}

/** What two have told, the source and the carrier, say, is shown once: as whoever said more of it. */
function eventsOf({ events }: StoredParcel): ShipmentEvent[] {
  const told = new Set<string>();
  return events.toSorted(latestFirst).flatMap(({ at, state, place, note }) => {
    const same = `${at} ${state}`;
    if (told.has(same)) return [];
    told.add(same);
    return [{ at, state, place, note }];
  });
}

function shownInvoice({ number, issuedAt, dueAt, total, state }: Content['invoices'][number], today: Today): Invoice {
  return {
    number,
    issuedAt,
    dueAt,
    total,
    state,
    overdue: state === 'open' && dueAt !== null && dueAt < today.dateOf(today.now),
  };
}
