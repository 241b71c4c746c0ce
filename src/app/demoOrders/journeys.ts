import type { ShipmentState } from '../../orders/index.ts';
import type { Customer } from './customers.ts';
import type { Days } from './days.ts';

/** What becomes of a parcel. Days are working days from today, as in `Days`. */
export interface Parcel {
  tracking: string;
  carrier: string;
  way: keyof typeof ways;
  /** When it left, or its label was made. */
  left: number;
  /** When the last thing happened to it; 0 is today. */
  came?: number;
  /** When it comes by the latest word. */
  due?: number;
  /** When it was to come by the first word, if that was another day. */
  promised?: number;
  /** What lies in it, where the order is sent in parts. */
  contents?: string;
  /** From where, if not from the warehouse. */
  from?: string;
  /** The carrier's own words with the last thing, and where that was. */
  note?: string;
  place?: string;
  /** The carrier itself reports the last thing, with its own key. */
  told?: 'by the carrier';
}

export interface ParcelEvent {
  at: string;
  state: ShipmentState;
  place: string | null;
  note: string | null;
}

type Step = [
  when: 'left' | 'before' | 'came',
  time: string,
  state: ShipmentState,
  where: 'warehouse' | 'hub' | 'town',
  words: keyof typeof words,
];

const label: Step = ['left', '13:10', 'info_received', 'warehouse', 'label'];
const collected: Step = ['left', '16:40', 'in_transit', 'warehouse', 'collected'];
const sorted: Step = ['before', '20:15', 'in_transit', 'hub', 'sorted'];
const loaded: Step = ['came', '06:12', 'out_for_delivery', 'town', 'loaded'];
const underway = [label, collected, sorted];

const ways = {
  announced: [],
  labelled: [label],
  moving: [label, collected, ['came', '20:15', 'in_transit', 'hub', 'sorted']],
  out: [...underway, loaded],
  delivered: [...underway, loaded, ['came', '12:25', 'delivered', 'town', 'delivered']],
  attempted: [...underway, loaded, ['came', '11:40', 'attempt_failed', 'town', 'attempted']],
  locker: [...underway, loaded, ['came', '10:50', 'available_for_pickup', 'town', 'locker']],
  held: [label, collected, ['came', '08:30', 'exception', 'hub', 'held']],
  expired: [label, collected, ['came', '22:00', 'expired', 'hub', 'expired']],
} as const satisfies Record<string, readonly Step[]>;

const words = {
  label: { en: 'Label made', 'zh-cn': '已制面单' },
  collected: { en: 'Left our warehouse', 'zh-cn': '已揽收' },
  sorted: { en: 'Sorted at the delivery base', 'zh-cn': '已到达分拨中心' },
  loaded: { en: 'Loaded on the van', 'zh-cn': '已装车，正在派送' },
  delivered: { en: 'Handed over', 'zh-cn': '已签收' },
  attempted: { en: 'Nobody at home; the driver left a card', 'zh-cn': '无人在家，已留通知单' },
  locker: { en: 'In the locker, kept for 7 days', 'zh-cn': '已放入自提柜，保留7天' },
  held: { en: 'The carton is damaged and is packed anew', 'zh-cn': '外箱破损，正在重新包装' },
  expired: { en: 'No scan for 90 days; the carrier has closed the number', 'zh-cn': '90天没有新记录，单号已失效' },
} as const;

/** Everything that happened to a parcel, the earliest first. */
export function eventsOf(
  { way, left, came = left, from, place, note }: Parcel,
  customer: Customer,
  days: Days,
): ParcelEvent[] {
  const { locale, hub, town, currency } = customer;
  const places = { warehouse: from ?? (currency === 'CNY' ? '上海' : 'Leipzig'), hub, town };
  const on = { left, before: Math.max(left, came - 1), came };
  const steps: readonly Step[] = ways[way];
  return steps.map(([when, time, state, where, said], index) => {
    const isLast = index === steps.length - 1;
    return {
      // What happens today has happened, whatever the hour of the demo's first start is.
      at: when === 'came' && came === 0 ? days.minutesAgo(100 - index * 10) : days.at(on[when], time),
      state,
      place: (isLast && place) || places[where],
      note: (isLast && note) || words[said][locale],
    };
  });
}

/** When it comes by the latest word, and by the first. Null where nobody has said. */
export function expectedOf(
  { way, came, due, promised }: Parcel,
  days: Days,
): { expectedAt: string | null; promisedAt: string | null } {
  const instantOf = (day: number): string => (day === 0 ? days.laterToday(3) : days.at(day, '15:00'));
  const latest = due ?? (way === 'delivered' ? came : undefined);
  const expectedAt = latest === undefined ? null : instantOf(latest);
  return { expectedAt, promisedAt: promised === undefined ? expectedAt : instantOf(promised) };
}
