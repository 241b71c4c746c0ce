import type { Order } from '../../orders/index.ts';
import type { Translator } from '../../platform/i18n/index.ts';
import { withQuery } from '../inquiry.ts';
import type { Way } from '../views.ts';

/** What a question about an order may be about; the form fills its subject with it. */
export const orderTopics = ['problem', 'date', 'cancel'] as const;
export type OrderTopic = (typeof orderTopics)[number];

/** Where the ways of an order's page lead. */
export interface OrderWays {
  problem: string;
  date: string;
  cancel: string;
  /** Left out when nobody has said when anything comes. */
  calendar?: string;
  /** Left out when nobody answers the telephone. */
  phone?: { href: string; text: string };
}

/** The ways of an order's page for somebody who may ask about it. */
export function waysOf(locale: string, order: Order, phone?: OrderWays['phone']): OrderWays {
  const { number, whereabouts, shipments } = order;
  const parcel = whereabouts.parcel === null ? undefined : String(whereabouts.parcel);
  const ask = (about: OrderTopic): string => withQuery(`/${locale}/ask`, { order: number, parcel, about });
  const hasDate =
    whereabouts.expectedAt !== null ||
    shipments.some(({ expectedAt, promisedAt, state }) => state === 'delivered' || (expectedAt ?? promisedAt) !== null);
  return {
    problem: ask('problem'),
    date: ask('date'),
    cancel: ask('cancel'),
    ...(hasDate && order.moving && { calendar: `/${locale}/orders/${encodeURIComponent(number)}/delivery.ics` }),
    ...(phone && { phone }),
  };
}

/** What somebody can do when it does not come as it should, or waits for them. */
export function waysOut(tr: Translator, { whereabouts, shipments }: Order, ways: OrderWays): Way[] {
  const { state, parcel } = whereabouts;
  const shipment = parcel === null ? undefined : shipments[parcel - 1];
  const date = { href: ways.date, title: tr.t('orders.can.date'), note: tr.t('orders.can.date.note') };
  const call = ways.phone ? [{ href: ways.phone.href, title: tr.t('orders.can.call'), note: ways.phone.text }] : [];
  const theirs =
    shipment && shipment.trackingUrl !== null
      ? [
          {
            href: shipment.trackingUrl,
            title: tr.t('orders.can.collect'),
            note: tr.t('orders.can.collect.note', { carrier: shipment.carrier }),
          },
        ]
      : [];
  if (state === 'available_for_pickup') return [...theirs, date];
  if (state === 'attempt_failed') return [date, ...theirs, ...call];
  if (state !== 'late' && state !== 'exception' && state !== 'expired') return [];
  const cancel = { href: ways.cancel, title: tr.t('orders.can.cancel'), note: tr.t('orders.can.cancel.note') };
  return [date, cancel, ...call];
}
