import type { News, Order, Shipment } from '../../orders/index.ts';
import { comesBy, daysBetween, momentNear, type Translator } from '../../platform/i18n/index.ts';
import type { MailPart } from '../../platform/mail/index.ts';
import type { Letter, Letterhead } from './letter.ts';

const MOST_LINES = 8;

/** Who is told, and how. */
export interface OrderReader {
  to: string;
  /** Nobody has proven the address: the mail leads to the page that asks for number and address. */
  unproven: boolean;
  /** Milliseconds since 1970. */
  now: number;
}

interface Told {
  t: Translator;
  order: Order;
  news: News;
  /** The parcel that it is about; undefined when the order is. */
  shipment: Shipment | undefined;
  now: number;
}

/**
 * News of an order: what happened as the heading, then the one thing to know, what lies in the parcel, and the way. When
 * there are several news, the most urgent one speaks and the way shows the others.
 */
export function orderMail(head: Letterhead, order: Order, news: News, reader: OrderReader): Letter {
  const { t, site, link } = head;
  const { to, unproven, now } = reader;
  const told: Told = { t, order, news, now, shipment: shipmentOf(order, news) };
  const { number } = order;
  const part = order.shipments.length > 1 ? ('.part' as const) : ('' as const);
  const title = titleOf(told);
  const look = ({ shipped: 'move', arrived: 'waiting', delivered: 'ok', late: 'late' } as const)[news.kind];
  const page = unproven ? link(`/orders/find?number=${encodeURIComponent(number)}`) : link(`/orders/${number}`);
  const button = t.t(
    unproven ? 'orders.mail.find' : news.kind === 'delivered' ? 'orders.mail.button.delivered' : 'orders.mail.button',
  );
  const note = whichParcel(told);
  return {
    head,
    template: `order.${news.kind}`,
    to,
    subject: t.t('orders.mail.subject', { number, line: title }),
    heading: t.t(`orders.mail.${news.kind}${part}`),
    body: [
      { kind: 'board', look, state: t.t(`orders.state.${stateOf(told)}`), title, ...(note !== null && { note }) },
      ...contents(told),
      ...explained(told),
      { kind: 'button', label: button, href: page },
      { kind: 'subheading', text: t.t(order.shipments.length > 1 ? 'orders.mail.rest' : 'orders.mail.way') },
      { kind: 'trail', steps: stepsOf(told) },
    ],
    why: unproven
      ? t.t('orders.mail.why.unproven', { brand: site.brand.name })
      : [
          `${t.t('orders.mail.why')}${t.locale === 'en' ? ' ' : ''}`,
          { link: t.t('orders.mail.choose'), href: link('/account') },
        ],
  };
}

function shipmentOf({ shipments, whereabouts }: Order, { kind, parcel }: News): Shipment | undefined {
  const place = kind === 'late' ? whereabouts.parcel : parcel;
  return place === null ? undefined : shipments[place - 1];
}

function stateOf({ order, news, shipment }: Told): Order['whereabouts']['state'] {
  if (news.kind === 'late') return 'late';
  return shipment?.state ?? (news.kind === 'delivered' ? 'delivered' : order.state);
}

/** The sentence that matters. */
function titleOf({ t, order, news, shipment, now }: Told): string {
  const { whereabouts: where } = order;
  if (news.kind === 'delivered') {
    return t.t('orders.where.delivered', { when: momentNear(t, shipment?.stateAt ?? where.since, now) });
  }
  if (news.kind === 'arrived') {
    const place = shipment?.events.find(({ state }) => state === 'available_for_pickup')?.place ?? null;
    return place === null ? t.t('orders.where.pickup') : t.t('orders.where.pickup.at', { place });
  }
  const expectedAt = shipment?.expectedAt ?? where.expectedAt;
  const promisedAt = shipment?.promisedAt ?? where.promisedAt;
  const isComing = expectedAt !== null && Date.parse(expectedAt) > now;
  if (news.kind === 'late') {
    if (isComing && promisedAt !== null) {
      const when = comesBy(t, expectedAt, now, { long: true });
      if (t.date(promisedAt) === t.date(expectedAt)) return t.t('orders.where.late.hours', { when });
      return t.t('orders.where.late', { when, days: daysBetween(t, promisedAt, expectedAt) });
    }
    return t.t('orders.where.late.unknown', { when: comesBy(t, promisedAt ?? where.since, now, { long: true }) });
  }
  if (isComing) return t.t('orders.where.arrives', { when: comesBy(t, expectedAt, now, { long: true }) });
  return t.t('orders.where.since', { when: momentNear(t, shipment?.stateAt ?? where.since, now) });
}

/** Which parcel, by whom, where to; null when there is none. */
function whichParcel({ t, order, news, shipment }: Told): string | null {
  if (!shipment) return null;
  const { carrier, tracking } = shipment;
  const parcels = order.shipments.length;
  const parcel = order.shipments.indexOf(shipment) + 1;
  const what =
    parcels > 1
      ? t.t('orders.mail.parcel', { parcel, parcels, carrier, tracking })
      : t.t('orders.mail.parcel.one', { carrier, tracking });
  // What waits at a counter did not go where it was sent to.
  const lines = news.kind === 'arrived' ? [] : (order.deliverTo?.split('\n') ?? []);
  const place = lines.slice(-2)[0]?.trim() ?? '';
  return place === '' ? what : t.t('orders.mail.to', { what, place });
}

function contents({ t, order, shipment }: Told): MailPart[] {
  const pieces = shipment && shipment.contents.length > 0 ? shipment.contents : order.lines;
  if (shipment && shipment.contents.length === 0 && order.shipments.length > 1) return [];
  const lines = pieces
    .slice(0, MOST_LINES)
    .map(({ name, sku, quantity }) => t.t('orders.mail.line', { name: name || sku, quantity: t.quantity(quantity) }));
  const more = pieces.length - lines.length;
  if (more > 0) lines.push(t.t('orders.mail.more', { count: more }));
  return lines.length === 0 ? [] : [{ kind: 'lines', lines }];
}

function explained({ t, order, news, shipment, now }: Told): MailPart[] {
  const said = shipment?.events[0]?.note ?? null;
  const note: MailPart[] =
    said === null || news.kind === 'shipped' ? [] : [{ kind: 'note', words: t.t('orders.where.said', { note: said }) }];
  if (news.kind === 'late') {
    const promisedAt = shipment?.promisedAt ?? order.whereabouts.promisedAt ?? order.whereabouts.since;
    const words = t.t('orders.mail.late.text', { when: comesBy(t, promisedAt, now, { long: true }) });
    return [...note, { kind: 'paragraph', words }];
  }
  if (news.kind === 'shipped') return note;
  return [...note, { kind: 'paragraph', words: t.t(`orders.mail.${news.kind}.text`) }];
}

/** Ordered, then each parcel as it stands, then what is still to come. */
function stepsOf({ t, order, shipment, now }: Told): Extract<MailPart, { kind: 'trail' }>['steps'] {
  const many = order.shipments.length > 1;
  const step = (what: string, when: string | null) => (when === null ? what : t.t('orders.mail.step', { what, when }));
  const ordered = { words: step(t.t('orders.way.ordered'), momentNear(t, order.placedAt, now)) };
  const parcels = order.shipments.map((each, index) => {
    const state = t.t(`orders.state.${each.state}`);
    const what = many ? t.t('orders.way.state.of', { parcel: index + 1, state }) : state;
    const isAhead = each.state === 'pending' || each.state === 'info_received';
    const expected = each.expectedAt !== null && Date.parse(each.expectedAt) > now ? each.expectedAt : null;
    const when = isAhead ? expected && comesBy(t, expected, now) : momentNear(t, each.stateAt, now);
    const look = each === shipment ? ('here' as const) : isAhead ? ('ahead' as const) : undefined;
    return { words: step(what, when), ...(look !== undefined && { look }) };
  });
  const toCome =
    shipment && shipment.state !== 'delivered' && shipment.expectedAt !== null ? shipment.expectedAt : null;
  const ahead =
    toCome !== null && Date.parse(toCome) > now
      ? [{ look: 'ahead' as const, words: step(t.t('orders.way.delivered.ahead'), comesBy(t, toCome, now)) }]
      : [];
  return many ? [ordered, ...parcels] : [ordered, ...parcels, ...ahead];
}
