import { authorize, may, type Accounts, type Viewer } from '../accounts/index.ts';
import type { Bridge, TicketSummary } from '../crm-bridge/index.ts';
import { numberKey, type NoticeLine, type Order, type OrderReading, type OrderWatch } from '../orders/index.ts';
import type { Database } from '../platform/database/index.ts';

/** An order as colleagues see it: with what it costs, whose it is, and what was told about it. */
export interface StaffOrder {
  order: Order;
  silentSince: string | null;
  customer: { name: string; email: string | null; personId: string | null };
  /** Who told of it: `push:` and a key's name, `file:` and a file's, or a plugin's name. */
  source: string;
  notices: NoticeLine[];
  tickets: TicketSummary[];
}

/** What spans rooms to show colleagues one order. */
export function createStaffOrder({
  database,
  orders,
  watch,
  bridge,
}: {
  database: Database;
  orders: OrderReading;
  watch: OrderWatch;
  bridge: Bridge;
}) {
  /** @throws Refusal `not_found`, `unauthenticated`, `forbidden` */
  return async function staffOrder(viewer: Viewer, number: string): Promise<StaffOrder> {
    authorize(viewer, 'customer.read');
    const order = await orders.read(viewer, number);
    const [row, silentSince, notices, tickets] = await Promise.all([
      database.db
        .selectFrom('order')
        .leftJoin('person', (join) =>
          join.onRef('person.email', '=', 'order.customerEmail').on('person.verifiedAt', 'is not', null),
        )
        .select(['order.source', 'order.customerEmail', 'person.id as personId'])
        .where('order.numberKey', '=', numberKey(order.number))
        .executeTakeFirst(),
      watch.silentSince(order),
      watch.notices(viewer, order.number),
      bridge.desk.about(viewer, order.number),
    ]);
    return {
      order,
      silentSince,
      customer: { name: order.customerName, email: row?.customerEmail ?? null, personId: row?.personId ?? null },
      source: row?.source ?? '',
      notices,
      tickets,
    };
  };
}

/** The order that a ticket names, as the desk shows it. */
export interface TicketOrder {
  order: Order;
  /** Whether the ticket's customer may see it. A number can be typed by anybody. */
  theirs: boolean;
}

/** Finds the order that a ticket is about. */
export function createTicketOrder({ accounts, orders }: { accounts: Accounts; orders: OrderReading }) {
  /** @returns null when no order has that number, or the viewer may not see orders. */
  return async function ticketOrder(
    viewer: Viewer,
    ticket: { order: string | null; customer: { email: string } },
  ): Promise<TicketOrder | null> {
    if (ticket.order === null || !may(viewer, 'customer.read')) return null;
    const number = await orders.numberIn(viewer, ticket.order);
    if (number === null) return null;
    const [order, customer] = await Promise.all([
      orders.read(viewer, number),
      accounts.customerOf(ticket.customer.email),
    ]);
    return { order, theirs: customer !== null && (await orders.numberIn(customer, number)) !== null };
  };
}

/** Finds the order that a question names, for whoever asks it. */
export function createAskedOrder({ orders }: { orders: OrderReading }) {
  /** @returns null when there is none, or none for this viewer. */
  return async function askedOrder(viewer: Viewer, text: string): Promise<Order | null> {
    const number = viewer.kind === 'person' && text !== '' ? await orders.numberIn(viewer, text) : null;
    return number === null ? null : orders.read(viewer, number);
  };
}
