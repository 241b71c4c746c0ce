import type { Selectable } from 'kysely';
import type { Database, Tx } from '../../platform/database/index.ts';
import type { Locale } from '../../platform/i18n/index.ts';
import type { Limits } from '../../platform/limits/index.ts';
import { asRefusal } from '../../platform/refusal.ts';
import { instant, type Runtime } from '../../platform/runtime.ts';
import { sameText } from '../../platform/secrets/index.ts';
import { ordersOfAddresses } from './ofAddresses.ts';
import type { ViewKeys } from './keys.ts';
import { CODE_MS } from './requests.ts';
import type { OrderViewRequestTable } from './tables.ts';

const DAY_MS = 24 * 3_600_000;

type Request = Selectable<OrderViewRequestTable>;

interface Found {
  id: string;
  number: string;
  customerEmail: string | null;
  customerName: string;
  addressKey: string;
}

/** Mails about one order, and to one address, within a day: whoever knows both cannot fill a mailbox with them. */
const MAILS = { order: { max: 5, windowSeconds: 86_400 }, address: { max: 10, windowSeconds: 86_400 } };

/** A request that is one of the order's own customer. */
export interface Matched {
  requestId: string;
  orderId: string;
  number: string;
  /** The order's own address, never what was typed. */
  email: string;
  customerName: string;
  /** The language that was asked in. */
  locale: Locale;
  /** Until when digits are of use; null when that is over. */
  codeUntil: string | null;
}

/** What the worker finds out about a request. */
export function createDeciding(deps: { database: Database; runtime: Runtime; keys: ViewKeys; limits: Limits }) {
  const { database, runtime, keys, limits } = deps;

  /**
   * The order that a request speaks of, and the address that it has to have, as a keyed hash. Whoever left the account
   * whose order it is has its address no more than a stranger.
   */
  async function orderOf(tx: Tx, request: Request): Promise<Found | undefined> {
    const query = ordersOfAddresses(tx).select(['order.id', 'order.number', 'customerEmail', 'customerName']);
    if (request.viewHash !== null) {
      return query
        .innerJoin('orderView', 'orderView.orderId', 'order.id')
        .select('orderView.addressKey')
        .where('orderView.hash', '=', request.viewHash)
        .executeTakeFirst();
    }
    const one =
      request.orderId === null
        ? query.where('numberKey', '=', request.numberKey ?? '')
        : query.where('order.id', '=', request.orderId);
    const order = await one.executeTakeFirst();
    return order && { ...order, addressKey: request.addressKey ?? '' };
  }

  /** What was typed is of no use from here on. A request without an order gets digits, too; nobody is told them. */
  async function write(tx: Tx, request: Request, order: Found | null): Promise<void> {
    await tx
      .updateTable('orderViewRequest')
      .set({
        ...{ numberKey: null, viewHash: null, codeHash: keys.nothing() },
        orderId: order?.id ?? null,
        addressKey: order?.addressKey ?? request.addressKey,
        decidedAt: request.decidedAt ?? instant(runtime.now()),
      })
      .where('id', '=', request.id)
      .execute();
  }

  return {
    /**
     * Whether a request may show its order, and what the mail about it has to know. It may be called again for the same
     * request. Null when nothing is to be sent: no such order, another's, too many mails, or too late.
     */
    async decide(requestId: string): Promise<Matched | null> {
      const matched = await database.transaction(async (tx) => {
        const request = await tx
          .selectFrom('orderViewRequest')
          .selectAll()
          .where('id', '=', requestId)
          .where('createdAt', '>', instant(runtime.now() - DAY_MS))
          .executeTakeFirst();
        if (!request) return null;
        const order = await orderOf(tx, request);
        const addressOf = keys.addressKey(order?.customerEmail ?? '');
        const isTheirs = sameText(addressOf, order?.addressKey ?? request.addressKey ?? '');
        await write(tx, request, isTheirs ? (order ?? null) : null);
        if (!isTheirs || !order?.customerEmail) return null;
        const { id: orderId, number, customerEmail: email, customerName } = order;
        const codeUntil = Date.parse(request.createdAt) + CODE_MS;
        return {
          ...{ requestId, orderId, number, email, customerName, locale: request.locale },
          codeUntil: codeUntil > runtime.now() ? instant(codeUntil) : null,
          isCounted: request.mailedAt !== null,
        };
      });
      if (!matched) return null;
      const { isCounted, ...found } = matched;
      return isCounted || (await countMail(found)) ? found : null;
    },
  };

  /** Takes from the mails of the day, once for each request. */
  async function countMail({ requestId, orderId, email }: Matched): Promise<boolean> {
    try {
      await limits.take({ name: 'order-view-mails', who: orderId, ...MAILS.order });
      await limits.take({ name: 'order-view-address', who: email, ...MAILS.address });
    } catch (error) {
      if (asRefusal(error)?.code === 'limited') return false;
      throw error;
    }
    await database.db
      .updateTable('orderViewRequest')
      .set({ mailedAt: instant(runtime.now()) })
      .where('id', '=', requestId)
      .execute();
    return true;
  }
}
