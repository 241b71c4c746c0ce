import type { Order, Shipment } from '../../orders/index.ts';
import { comesBy, dayNear, momentNear, type Moment, type Translator } from '../../platform/i18n/index.ts';
import { isComing, orderStateWord } from './states.ts';
import { asksWhy } from './where.ts';

/** A step on the way of an order. */
export interface OrderStep {
  look?: 'here' | 'ahead' | 'late';
  /** Where we are, whatever it looks like. */
  here?: boolean;
  text: string;
  when?: string;
  /** The carrier's words with it. */
  note?: string;
  /** The parcel whose scans are shown with the step, counted from 1. */
  scans?: number;
}

interface Told {
  tr: Translator;
  order: Order;
  now: Moment;
}

/** The way of an order: what was passed in the order of time, where it is, what is ahead. */
export function orderTrail(tr: Translator, order: Order, now: Moment): OrderStep[] {
  const told = { tr, order, now };
  const { state, whereabouts } = order;
  const start: OrderStep = { text: tr.t('orders.way.ordered'), when: past(told, order.placedAt) };
  if (state === 'cancelled' || state === 'returned') {
    const end: OrderStep = { look: 'here', here: true, text: tr.t(`orders.way.${state}`) };
    return [start, ...passed(told), { ...end, when: past(told, whereabouts.since) }];
  }
  const behind = [start, ...prepared(told), ...passed(told)];
  return [...behind.slice(0, -1), ...hereOf(told, behind.at(-1) ?? start), ...ahead(told)];
}

/** Where we are: the last thing that happened, or that a parcel is on its way by a word of its own. */
function hereOf(told: Told, last: OrderStep): OrderStep[] {
  const { tr, order } = told;
  const { state, parcel, note } = order.whereabouts;
  const isLate = state === 'late' || state === 'exception' || state === 'expired';
  const shipment = parcel === null ? undefined : order.shipments[parcel - 1];
  const marks = { look: isLate ? ('late' as const) : ('here' as const), here: true };
  if (shipment === undefined || parcel === null) return [{ ...last, ...marks }];
  const scans = shipment.events.length > 0 ? { scans: parcel } : {};
  const said = note === null || asksWhy.has(state) ? {} : { note: tr.t('orders.where.said', { note }) };
  const stands = shipment.state === 'delivered' || ['pending', 'info_received'].includes(shipment.state);
  if (stands || isFirstScan(shipment)) return [{ ...last, ...marks, ...said, ...scans }];
  const text = namedState(told, parcel, shipment);
  return [last, { ...marks, text, when: past(told, shipment.stateAt, placeOf(shipment)), ...said, ...scans }];
}

/** The step that it left us says the same as the state. */
function isFirstScan({ state, stateAt, events }: Shipment): boolean {
  return state === 'in_transit' && leftAt(events)?.at === stateAt;
}

function namedState({ tr, order }: Told, parcel: number, { state }: Shipment): string {
  const word = orderStateWord(tr, state);
  return order.shipments.length > 1 ? tr.t('orders.way.state.of', { parcel, state: word }) : word;
}

/** Our own steps, as far as the order's state says that they were taken. Nobody tells us when. */
function prepared({ tr, order: { state } }: Told): OrderStep[] {
  if (state === 'received') return [];
  const confirmed = { text: tr.t('orders.way.confirmed') };
  return state === 'in_preparation' ? [confirmed, { text: tr.t('orders.way.preparing') }] : [confirmed];
}

/** What happened to the parcels, each thing once, in the order of time. */
function passed(told: Told): OrderStep[] {
  const { tr, order } = told;
  const many = order.shipments.length > 1;
  const found = order.shipments.flatMap((shipment, index) => {
    const parcel = index + 1;
    const left = leftAt(shipment.events);
    const steps: { at: string; step: OrderStep }[] = [];
    if (left) {
      const text = many ? tr.t('orders.way.left.of', { parcel }) : tr.t('orders.way.left');
      steps.push({ at: left.at, step: { text, when: past(told, left.at, left.place) } });
    }
    for (const failed of shipment.events.filter((event) => event.state === 'attempt_failed')) {
      if (failed.at === shipment.stateAt) continue;
      const word = orderStateWord(tr, 'attempt_failed');
      const text = many ? tr.t('orders.way.state.of', { parcel, state: word }) : word;
      steps.push({ at: failed.at, step: { text, when: past(told, failed.at, failed.place) } });
    }
    if (shipment.state === 'delivered') {
      const text = many ? tr.t('orders.way.delivered.of', { parcel }) : tr.t('orders.way.delivered');
      const { stateAt } = shipment;
      steps.push({ at: stateAt, step: { text, when: past(told, stateAt, placeOf(shipment)) } });
    }
    return steps;
  });
  return found.sort((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0)).map(({ step }) => step);
}

function ahead({ tr, order, now }: Told): OrderStep[] {
  if (order.state === 'delivered' || !order.moving) return [];
  const many = order.shipments.length > 1;
  const steps = order.shipments.flatMap((shipment, index): OrderStep[] => {
    if (!isComing(shipment.state)) return [];
    const text = many
      ? tr.t('orders.way.delivered.ahead.of', { parcel: index + 1 })
      : tr.t('orders.way.delivered.ahead');
    return [{ look: 'ahead', text, ...comes(shipment.expectedAt) }];
  });
  if (order.shipments.length > 0) return steps;
  return [
    { look: 'ahead', text: tr.t('orders.way.left.ahead') },
    { look: 'ahead', text: tr.t('orders.way.delivered.ahead'), ...comes(order.whereabouts.expectedAt) },
  ];

  function comes(at: string | null): { when?: string } {
    return at === null || at < tr.iso(now) ? {} : { when: comesBy(tr, at, now) };
  }
}

/** When it was first on the road. */
function leftAt(events: Shipment['events']) {
  return events.findLast(({ state }) => state === 'in_transit' || state === 'out_for_delivery');
}

function placeOf({ events, stateAt }: Shipment): string | null {
  return events.find(({ at }) => at === stateAt)?.place ?? null;
}

function past({ tr, now }: Told, at: string, place: string | null = null): string {
  const near = momentNear(tr, at, now);
  return place === null ? near : tr.t('orders.way.place', { when: near, place });
}

/** One scan in words: the carrier's own, or the state, with its place. */
export function scanText(tr: Translator, { state, place, note }: Shipment['events'][number]): string {
  const what = note ?? orderStateWord(tr, state);
  return place === null || what.includes(place) ? what : tr.t('orders.scan.place', { what, place });
}

/** The last scan as a line that goes along with a question. */
export function lastScan(tr: Translator, shipment: Shipment, now: Moment): string {
  const [latest] = shipment.events;
  if (!latest) return tr.t('orders.ask.none');
  const when =
    dayNear(tr, latest.at, now) === tr.t('common.day.today') ? tr.dateTime(latest.at) : tr.dayAndTime(latest.at);
  return tr.t('orders.scan.place', { what: scanText(tr, latest), place: when });
}
