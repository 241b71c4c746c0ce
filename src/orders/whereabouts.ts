import type { Whereabouts } from './contract.ts';
import type { OrderState, ShipmentState } from './source.ts';

/** A parcel, as far as saying where it is needs to know it. */
export interface Parcel {
  carrier: string;
  state: ShipmentState;
  stateAt: string;
  place: string | null;
  note: string | null;
  expectedAt: string | null;
  promisedAt: string | null;
}

/** An order, as far as saying where it is needs to know it. Its parcels stand in the source's order. */
export interface Journey {
  state: OrderState;
  stateAt: string;
  parcels: readonly Parcel[];
}

/** When it is, and whose calendar days are counted. */
export interface Today {
  /** Milliseconds since 1970. */
  now: number;
  /** The calendar date of an instant: `2026-11-24`. */
  dateOf(at: number): string;
}

/** Dates as they are in a time zone (IANA). Made once: making one takes far longer than asking it. */
export function calendarOf(timeZone: string): Today['dateOf'] {
  const format = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
  return (at) => format.format(at);
}

const DAY_MS = 86_400_000;

/** What a customer has to know first; the parcels that need nobody's attention come last. */
const foremostFirst: readonly ShipmentState[] = [
  'exception',
  'attempt_failed',
  'available_for_pickup',
  'out_for_delivery',
  'in_transit',
  'info_received',
  'pending',
  'expired',
  'delivered',
];

/** Nothing of these orders comes any more, whatever a parcel says. */
const over: ReadonlySet<OrderState> = new Set(['delivered', 'cancelled', 'returned']);
/** The order's own state says more than that a label was printed. */
const atOurs: ReadonlySet<OrderState> = new Set(['received', 'confirmed', 'in_preparation']);
const labelled: ReadonlySet<ShipmentState> = new Set(['pending', 'info_received']);
/** Nothing more is on its way to the customer: it is there, or nobody knows of it any more. */
const settled: ReadonlySet<ShipmentState> = new Set(['delivered', 'expired']);
/** The promise was kept, or cannot be any more. What waits at a counter has come. */
const owedNoMore: ReadonlySet<ShipmentState> = new Set([...settled, 'available_for_pickup']);

/** Whether something is still to come. */
export function isMoving({ state, parcels }: Pick<Journey, 'state' | 'parcels'>): boolean {
  if (over.has(state)) return false;
  return state !== 'shipped' || parcels.length === 0 || parcels.some((parcel) => !settled.has(parcel.state));
}

/** When the next thing still to come was promised; null when nothing is owed. */
export function promiseOf({ state, parcels }: Pick<Journey, 'state' | 'parcels'>): string | null {
  if (over.has(state)) return null;
  const owed = parcels.filter((parcel) => !owedNoMore.has(parcel.state)).flatMap(({ promisedAt }) => promisedAt ?? []);
  return owed.reduce<string | null>((first, at) => (first === null || at < first ? at : first), null);
}

/** Whether a parcel of an order is owed beyond its promise. */
export function isLate(order: OrderState, parcel: Pick<Parcel, 'state' | 'promisedAt'>, now: number): boolean {
  if (over.has(order) || owedNoMore.has(parcel.state) || parcel.promisedAt === null) return false;
  return Date.parse(parcel.promisedAt) < now;
}

/** The one line: where an order is, and when it comes. */
export function whereaboutsOf(journey: Journey, today: Today): Whereabouts {
  const { state, parcels } = journey;
  if (state === 'cancelled' || state === 'returned') return ofOrder(journey, {});
  if (state === 'delivered') return arrived(journey, journey.stateAt);
  const late = foremost(parcels.filter((parcel) => isLate(state, parcel, today.now)));
  if (late) return { ...ofParcel(journey, late), state: 'late', daysLate: daysLate(late, today) };
  const parcel = foremost(parcels);
  if (!parcel) return ofOrder(journey, {});
  if (parcel.state === 'delivered') {
    // All parcels that we know of have come: of an order sent in part, the rest is still to come.
    return state === 'shipped' ? arrived(journey, null) : ofOrder(journey, {});
  }
  if (labelled.has(parcel.state) && atOurs.has(state)) {
    return ofOrder(journey, { expectedAt: parcel.expectedAt, promisedAt: parcel.promisedAt });
  }
  return ofParcel(journey, parcel);
}

/** Who needs attention most; of those, what comes first. */
function foremost(parcels: readonly Parcel[]): Parcel | undefined {
  const rank = ({ state }: Parcel): number => foremostFirst.indexOf(state);
  const due = ({ expectedAt, promisedAt }: Parcel): string => expectedAt ?? promisedAt ?? '~';
  return parcels.toSorted((a, b) => rank(a) - rank(b) || (due(a) < due(b) ? -1 : due(a) > due(b) ? 1 : 0))[0];
}

/** @param saidAt when the order's source said so; null when only the parcels do. */
function arrived(journey: Journey, saidAt: string | null): Whereabouts {
  const come = journey.parcels.filter(({ state }) => state === 'delivered');
  const last = come.toSorted((a, b) => (a.stateAt < b.stateAt ? 1 : -1))[0];
  if (!last) return ofOrder(journey, {});
  const since = come.length === journey.parcels.length ? last.stateAt : (saidAt ?? last.stateAt);
  const one = journey.parcels.length === 1 ? ofParcel(journey, last) : ofOrder(journey, {});
  return { ...one, state: 'delivered', since, expectedAt: null, promisedAt: null };
}

function ofOrder(
  { state, stateAt, parcels }: Journey,
  due: { expectedAt?: string | null; promisedAt?: string | null },
): Whereabouts {
  return {
    ...{ state, parcel: null, parcels: parcels.length, carrier: null, place: null, since: stateAt },
    ...{ expectedAt: due.expectedAt ?? null, promisedAt: due.promisedAt ?? null, daysLate: null, note: null },
  };
}

function ofParcel({ parcels }: Journey, parcel: Parcel): Whereabouts {
  const { state, stateAt, carrier, place, note, expectedAt, promisedAt } = parcel;
  return {
    ...{ state, parcel: parcels.indexOf(parcel) + 1, parcels: parcels.length, carrier, place, since: stateAt },
    ...{ expectedAt, promisedAt, daysLate: null, note },
  };
}

/** As people count: by the days of the calendar, at least one. */
function daysLate({ promisedAt }: Parcel, { now, dateOf }: Today): number {
  const dayNumber = (at: number): number => Date.parse(dateOf(at)) / DAY_MS;
  return Math.max(1, dayNumber(now) - dayNumber(Date.parse(promisedAt ?? '')));
}
