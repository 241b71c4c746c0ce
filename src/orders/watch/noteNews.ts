import type { Db } from '../../platform/database/index.ts';
import { instant, type Runtime } from '../../platform/runtime.ts';
import type { ShipmentState } from '../source.ts';
import type { NoticeKind, OrderNoticeTable } from './tables.ts';

const HOUR_MS = 3_600_000;
/** What happened longer ago is no news: old orders come in by files and first reads, too. */
const NEWS_MS = 48 * HOUR_MS;
/** One order mails at most once in this time; lateness alone does not wait. */
export const MAIL_EVERY_MS = 24 * HOUR_MS;

/** Owes a mail about an order, in the transaction of its cause. `runAt` in milliseconds since 1970. */
export type OweMail = (tx: Db, mail: { orderId: string; key: string; runAt: number }) => Promise<void>;

const newsOf: Readonly<Partial<Record<ShipmentState, NoticeKind>>> = {
  in_transit: 'shipped',
  out_for_delivery: 'shipped',
  available_for_pickup: 'arrived',
  delivered: 'delivered',
};

/**
 * Notes what is new about an order for its customer, after each change of it and in that change's transaction. What is
 * shown counts, never a single event: so what arrives late or out of order tells nobody anything that is over.
 */
export function createNoteNews({ runtime, owe }: { runtime: Runtime; owe: OweMail }) {
  return async function noteNews(tx: Db, orderId: string): Promise<void> {
    const news = await newsIn(tx, orderId);
    if (news.length === 0) return;
    const noted = await tx.selectFrom('orderNotice').selectAll().where('orderId', '=', orderId).execute();
    const fresh = news.filter(
      ({ kind, key }) => !noted.some((one) => one.kind === kind && (one.key === key || one.key === '')),
    );
    if (fresh.length === 0) return;
    const now = runtime.now();
    const rows = fresh.map(({ kind, key, since }): OrderNoticeTable => {
      const isOld = Date.parse(since) < now - NEWS_MS;
      const settled = { settledAt: instant(now), unsaid: 'old' as const };
      const open = { settledAt: null, unsaid: null };
      return { orderId, kind, key, at: instant(now), mailKey: null, ...(isOld ? settled : open) };
    });
    const { length } = await tx
      .insertInto('orderNotice')
      .values(rows)
      .onConflict((conflict) => conflict.columns(['orderId', 'kind', 'key']).doNothing())
      .returning('kind')
      .execute();
    const said = rows.find(({ settledAt }) => settledAt === null);
    if (length === 0 || !said) return;
    const key = `mail.order:${orderId}:${said.kind}:${said.key}`;
    await owe(tx, { orderId, key, runAt: Math.max(now, lastMail(noted) + MAIL_EVERY_MS) });
  };
}

/** What the order and its parcels show now that a customer wants to hear of. */
async function newsIn(tx: Db, orderId: string): Promise<{ kind: NoticeKind; key: string; since: string }[]> {
  const order = await tx
    .selectFrom('order')
    .select(['order.state', 'order.stateAt'])
    .where('order.id', '=', orderId)
    .executeTakeFirst();
  if (!order || order.state === 'cancelled' || order.state === 'returned') return [];
  const parcels = await tx
    .selectFrom('shipment')
    .select(['id', 'state', 'stateAt'])
    .where('orderId', '=', orderId)
    .execute();
  const ofOrder = (kind: NoticeKind) => [{ kind, key: '', since: order.stateAt }];
  if (order.state === 'delivered' && !parcels.some(({ state }) => state === 'delivered')) return ofOrder('delivered');
  if (order.state === 'shipped' && parcels.length === 0) return ofOrder('shipped');
  return parcels.flatMap(({ id, state, stateAt }) => {
    const kind = newsOf[state];
    const isOver = order.state === 'delivered' && kind !== 'delivered';
    return kind === undefined || isOver ? [] : [{ kind, key: id, since: stateAt }];
  });
}

/** When this order last mailed, in milliseconds since 1970; far in the past if never. */
export function lastMail(noted: readonly Pick<OrderNoticeTable, 'settledAt' | 'unsaid'>[]): number {
  const mailed = noted.flatMap(({ settledAt, unsaid }) => (settledAt !== null && unsaid === null ? [settledAt] : []));
  return Math.max(-MAIL_EVERY_MS, ...mailed.map((at) => Date.parse(at)));
}
