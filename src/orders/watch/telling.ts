import type { Database, Db } from '../../platform/database/index.ts';
import { instant, type Runtime } from '../../platform/runtime.ts';
import type { OrderState, ShipmentState } from '../source.ts';
import { lastMail, MAIL_EVERY_MS } from './noteNews.ts';
import type { NoticeKind, OrderNoticeTable, UnsaidWhy } from './tables.ts';

/** News that a mail is to tell now. */
export interface News {
  kind: NoticeKind;
  /** The parcel it is about, counted from 1; null: the order, or what is late of it. */
  parcel: number | null;
}

/** What one mail is about. */
export interface Telling {
  orderId: string;
  number: string;
  customerEmail: string | null;
  accountId: string | null;
  /** The most urgent first; empty when nothing is left to tell. */
  news: News[];
  /** When the order may mail again, in milliseconds since 1970; null: now. */
  notBefore: number | null;
}

const inTransit: ReadonlySet<ShipmentState> = new Set(['in_transit', 'out_for_delivery']);
const mostUrgentFirst: readonly NoticeKind[] = ['late', 'arrived', 'delivered', 'shipped'];

/**
 * What a mail job finds to tell. A job takes on all news that nobody else has taken, so that two jobs of one order never
 * tell the same; what is no longer true is settled without a word.
 */
export function createTelling({ database, runtime }: { database: Database; runtime: Runtime }) {
  async function settle(db: Db, orderId: string, mailKey: string, unsaid: UnsaidWhy | null): Promise<void> {
    await db
      .updateTable('orderNotice')
      .set({ settledAt: instant(runtime.now()), unsaid })
      .where('orderId', '=', orderId)
      .where('mailKey', '=', mailKey)
      .where('settledAt', 'is', null)
      .execute();
  }

  return {
    /** Takes on what is to be told of an order. @returns null when the order is gone. */
    take: (orderId: string, mailKey: string): Promise<Telling | null> =>
      database.transaction(async (tx) => {
        // Two jobs of one order take turns, so that the second finds taken what the first took.
        const found = tx
          .selectFrom('order')
          .select(['id', 'number', 'customerEmail', 'accountId', 'state', 'promisedAt'])
          .where('id', '=', orderId);
        const order = await (database.dialect === 'postgres' ? found.forUpdate() : found).executeTakeFirst();
        if (!order) return null;
        const noted = await tx.selectFrom('orderNotice').selectAll().where('orderId', '=', orderId).execute();
        const open = noted.filter((one) => one.settledAt === null && (one.mailKey === null || one.mailKey === mailKey));
        const parcels = await tx
          .selectFrom('shipment')
          .select(['id', 'state'])
          .where('orderId', '=', orderId)
          .orderBy('position')
          .execute();
        const about = { order, parcels, now: instant(runtime.now()) };
        const [still, over] = [open.filter((one) => isTrue(one, about)), open.filter((one) => !isTrue(one, about))];
        const may = lastMail(noted) + MAIL_EVERY_MS;
        // Bad news does not wait for its day.
        const waits = may > runtime.now() && !still.some(({ kind }) => kind === 'late');
        await mark(tx, over, { mailKey, settledAt: about.now, unsaid: 'over' });
        if (!waits) await mark(tx, still, { mailKey });
        return {
          ...{ orderId, number: order.number, customerEmail: order.customerEmail, accountId: order.accountId },
          news: still
            .map(({ kind, key }) => ({ kind, parcel: placeOf(parcels, key) }))
            .sort((one, other) => mostUrgentFirst.indexOf(one.kind) - mostUrgentFirst.indexOf(other.kind)),
          notBefore: waits && still.length > 0 ? may : null,
        };
      }),

    /** Told, in the transaction that marks the job done. */
    told: (tx: Db, orderId: string, mailKey: string): Promise<void> => settle(tx, orderId, mailKey, null),

    /** Decided that nobody is told. */
    unsaid: (orderId: string, mailKey: string, why: UnsaidWhy): Promise<void> =>
      database.transaction((tx) => settle(tx, orderId, mailKey, why)),
  };
}

type Notice = Pick<OrderNoticeTable, 'orderId' | 'kind' | 'key'>;

interface About {
  order: { state: OrderState; promisedAt: string | null };
  parcels: readonly { id: string; state: ShipmentState }[];
  now: string;
}

/** Whether what was noted is still so. */
function isTrue({ kind, key }: Notice, { order, parcels, now }: About): boolean {
  if (order.state === 'cancelled' || order.state === 'returned') return false;
  if (kind === 'late') return order.promisedAt === key && key < now;
  const parcel = parcels.find(({ id }) => id === key);
  if (key !== '' && !parcel) return false;
  if (kind === 'arrived') return order.state !== 'delivered' && parcel?.state === 'available_for_pickup';
  if (kind === 'delivered') return parcel ? parcel.state === 'delivered' : order.state === 'delivered';
  if (order.state === 'delivered') return false;
  return parcel ? inTransit.has(parcel.state) : order.state === 'shipped';
}

function placeOf(parcels: About['parcels'], key: string): number | null {
  const place = parcels.findIndex(({ id }) => id === key);
  return place < 0 ? null : place + 1;
}

async function mark(db: Db, notices: readonly Notice[], set: Partial<OrderNoticeTable>): Promise<void> {
  for (const { orderId, kind, key } of notices) {
    await db
      .updateTable('orderNotice')
      .set(set)
      .where('orderId', '=', orderId)
      .where('kind', '=', kind)
      .where('key', '=', key)
      .where('settledAt', 'is', null)
      .execute();
  }
}
