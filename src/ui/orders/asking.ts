import type { Order } from '../../orders/index.ts';
import type { Moment, Translator } from '../../platform/i18n/index.ts';
import { lastScan } from './trail.ts';
import { orderTopics } from './ways.ts';

/** The subject of a question about an order. */
export function orderSubject(tr: Translator, { number }: Order, about: string | null): string {
  const topic = orderTopics.find((each) => each === about) ?? 'problem';
  return tr.t(`orders.ask.subject.${topic}`, { number });
}

/**
 * What goes along with a question about an order, in lines: the order, the parcel, its last scan.
 * @param parcel counted from 1, as the form names it; for anything else, the parcel that the order's headline speaks of.
 */
export function orderAlong(tr: Translator, order: Order, parcel: string, now: Moment): string[] {
  const { shipments, whereabouts } = order;
  const asked = /^\d{1,4}$/.test(parcel) ? Number(parcel) : whereabouts.parcel;
  const shipment = asked === null ? undefined : shipments[asked - 1];
  const lines = [tr.t('orders.ask.order', { number: order.number })];
  if (!shipment || asked === null) return lines;
  const { carrier, tracking } = shipment;
  return [
    ...lines,
    tr.t('orders.ask.parcel', { parcel: asked, parcels: shipments.length, carrier, tracking }),
    tr.t('orders.ask.scan', { scan: lastScan(tr, shipment, now) }),
  ];
}

/** The customer's words, then what goes along; nothing goes along with no words. */
export function withAlong(body: string, along: readonly string[]): string {
  return body.trim() === '' || along.length < 2 ? body : `${body.trimEnd()}\n\n${along.join('\n')}`;
}
