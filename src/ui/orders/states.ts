import type { OrderState, ShipmentState, Whereabouts } from '../../orders/index.ts';
import type { Moment, Translator } from '../../platform/i18n/index.ts';
import type { StateLook } from '../views.ts';

type Shown = OrderState | ShipmentState | 'late';

const looks: Readonly<Record<Shown, StateLook>> = {
  received: 'plain',
  confirmed: 'info',
  in_preparation: 'info',
  part_shipped: 'move',
  shipped: 'move',
  delivered: 'ok',
  cancelled: 'plain',
  returned: 'plain',
  pending: 'plain',
  info_received: 'info',
  in_transit: 'move',
  out_for_delivery: 'move',
  attempt_failed: 'waiting',
  available_for_pickup: 'waiting',
  exception: 'late',
  expired: 'late',
  late: 'late',
};

/** How an order's or parcel's state looks. */
export function orderStateLook(state: Shown): StateLook {
  return looks[state];
}

/** The state in the customer's words. */
export function orderStateWord(tr: Translator, state: Shown): string {
  return tr.t(`orders.state.${state}`);
}

/** The state of a list's row: there, how late it is stands in the word, once it is a day. */
export function rowStateWord(tr: Translator, { state, daysLate, promisedAt }: Whereabouts, now: Moment): string {
  const isToday = promisedAt !== null && tr.date(promisedAt) === tr.date(now);
  return state === 'late' && daysLate !== null && !isToday
    ? tr.t('orders.state.late.days', { days: daysLate })
    : orderStateWord(tr, state);
}

/** Whether a parcel in this state is still to come. */
export function isComing(state: ShipmentState): boolean {
  return state !== 'delivered';
}
