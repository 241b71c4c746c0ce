import type { OrderSummary } from '../../orders/index.ts';
import type { Moment, Translator } from '../../platform/i18n/index.ts';
import type { Way } from '../views.ts';
import { orderTitle, rowNote } from './row.ts';
import { orderStateLook, rowStateWord } from './states.ts';

/** An order as a row of a colleague's list: what it is, where it stands, and the way to it. */
export function orderWay(tr: Translator, order: OrderSummary, now: Moment): Way {
  return {
    href: `/staff/orders/${encodeURIComponent(order.number)}`,
    title: tr.t('staff.beside', { first: order.number, second: orderTitle(tr, order) }),
    state: { look: orderStateLook(order.whereabouts.state), word: rowStateWord(tr, order.whereabouts, now) },
    note: rowNote(tr, order, now),
  };
}
