import type { Viewer } from '../accounts/index.ts';
import type { Bridge, TicketSummary } from '../crm-bridge/index.ts';
import type { ArticleAbout, Kb } from '../kb/index.ts';
import type { Order, OrderReading, OrderWatch } from '../orders/index.ts';
import type { Locale } from '../platform/i18n/index.ts';

/** Articles that stand beside an order. */
export const MOST_ARTICLES = 3;

/** One order with what belongs beside it. */
export interface OrderPageView {
  order: Order;
  /** When the last word on it came, if its source or carrier has fallen silent since. */
  silentSince: string | null;
  /** About what was bought, as far as the viewer may read it. */
  articles: ArticleAbout[];
  /** What the viewer asked about it. */
  tickets: TicketSummary[];
}

export interface OrderPageDeps {
  orders: OrderReading;
  watch: OrderWatch;
  kb: Kb;
  bridge: Bridge;
}

/** Reads an order as its customer sees it, with articles about what was bought and tickets about it. */
export function createOrderPage({ orders, watch, kb, bridge }: OrderPageDeps) {
  /**
   * @param touch whether it is a person's act that belongs into the log.
   * @throws Refusal `not_found`, `unauthenticated`, `forbidden`
   */
  return async function orderPage(
    viewer: Viewer,
    { number, locale, touch }: { number: string; locale: Locale; touch: boolean },
  ): Promise<OrderPageView> {
    const order = await orders.read(viewer, number);
    const [silentSince, articles, tickets] = await Promise.all([
      watch.silentSince(order),
      kb.articlesAbout(viewer, { locale, pieces: order.lines, limit: MOST_ARTICLES }),
      bridge.tickets.about(viewer, order.number),
    ]);
    if (touch && viewer.kind === 'person') {
      bridge.touches.record({
        type: 'order.viewed',
        channel: 'web',
        direction: 'inbound',
        actor: 'customer',
        personId: viewer.personId,
        body: { order: order.number, state: order.whereabouts.state },
      });
    }
    return { order, silentSince, articles, tickets };
  };
}
