import createCalendar, { ICalEventStatus, ICalEventTransparency } from 'ical-generator';
import type { Viewer } from '../accounts/index.ts';
import type { Order, OrderReading } from '../orders/index.ts';
import type { Translator } from '../platform/i18n/index.ts';
import { Refusal } from '../platform/refusal.ts';
import type { Site } from './site.ts';

const DAY_MS = 86_400_000;

/** What is to come of an order, or came. */
interface Coming {
  /** Counted from 1; 0 for an order without parcels. */
  parcel: number;
  at: string;
  by: boolean;
  carrier: string | null;
  tracking: string | null;
  late: boolean;
}

/**
 * An order's deliveries for a calendar: a whole day for each parcel, since nobody is promised an hour. A parcel keeps its
 * entry: what changes comes with the same UID and a higher sequence, so that a calendar moves the entry it has.
 */
export function createDeliveryCalendar({
  orders,
  site,
  publicUrl,
}: {
  orders: OrderReading;
  site: Site;
  publicUrl: string;
}) {
  const { name: brand, timeZone } = site.brand;
  const dayOf = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' });

  /** @throws Refusal `not_found`, also when nobody has said when anything comes; `unauthenticated`, `forbidden` */
  return async function deliveryCalendar(viewer: Viewer, number: string, t: Translator): Promise<string> {
    const order = await orders.read(viewer, number);
    const entries = comingOf(order);
    if (entries.length === 0) throw new Refusal('not_found');
    const url = `${publicUrl}/${t.locale}/orders/${encodeURIComponent(order.number)}`;
    const changedAt = lastChange(order);
    const calendar = createCalendar({
      prodId: { company: brand, product: 'Waypost', language: t.lang.toUpperCase() },
      name: t.t('orders.page', { number: order.number }),
    });
    for (const entry of entries) {
      const start = new Date(`${dayOf.format(new Date(entry.at))}T00:00:00Z`);
      calendar.createEvent({
        id: `order-${encodeURIComponent(order.number)}-${entry.parcel}@${new URL(publicUrl).hostname}`,
        sequence: Math.max(0, Math.floor((changedAt - Date.parse(order.placedAt)) / 1_000)),
        stamp: new Date(changedAt),
        lastModified: new Date(changedAt),
        start,
        end: new Date(start.getTime() + DAY_MS),
        allDay: true,
        summary: summaryOf(t, order, entry),
        description: describe(t, order, entry).join('\n'),
        location: order.deliverTo?.split('\n').join(', ') ?? null,
        url,
        status: order.state === 'cancelled' ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
        // A delivery is no appointment: the day stays free.
        transparency: ICalEventTransparency.TRANSPARENT,
      });
    }
    return calendar.toString();
  };

  function summaryOf(t: Translator, { number, shipments }: Order, { parcel }: Coming): string {
    return shipments.length > 1
      ? t.t('orders.calendar.title.of', { brand, number, parcel, parcels: shipments.length })
      : t.t('orders.calendar.title', { brand, number });
  }
}

function describe(t: Translator, order: Order, { at, by, carrier, tracking, late }: Coming): string[] {
  return [
    ...(late ? [t.t('orders.calendar.late')] : []),
    ...(by ? [t.t('orders.calendar.by', { time: t.time(at) })] : []),
    ...(carrier !== null && tracking !== null ? [t.t('orders.calendar.with', { carrier, tracking })] : []),
    ...order.lines.map(({ name, sku, quantity }) =>
      t.t('orders.mail.line', { name: name || sku, quantity: t.quantity(quantity) }),
    ),
  ];
}

function comingOf({ shipments, whereabouts }: Order): Coming[] {
  if (shipments.length === 0) {
    const { expectedAt } = whereabouts;
    return expectedAt === null
      ? []
      : [{ parcel: 0, at: expectedAt, by: true, carrier: null, tracking: null, late: whereabouts.state === 'late' }];
  }
  return shipments.flatMap(({ state, stateAt, expectedAt, promisedAt, carrier, tracking, late }, index) => {
    const isThere = state === 'delivered';
    const at = isThere ? stateAt : (expectedAt ?? promisedAt);
    return at === null ? [] : [{ parcel: index + 1, at, by: !isThere, carrier, tracking, late }];
  });
}

/** When anything of it last changed, in milliseconds since 1970. */
function lastChange({ updatedAt, shipments, whereabouts }: Order): number {
  const said = shipments.flatMap(({ stateAt, events }) => [stateAt, ...events.map(({ at }) => at)]);
  return Math.max(...[updatedAt, whereabouts.since, ...said].map((at) => Date.parse(at)));
}
