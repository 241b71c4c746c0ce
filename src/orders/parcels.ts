import { hash } from 'node:crypto';
import type { Selectable } from 'kysely';
import { instant, newId, type Runtime } from '../platform/runtime.ts';
import type { StoredParcel } from './content.ts';
import { latestFirst, standingOf } from './derive.ts';
import { carrierKey, trackingKey } from './names.ts';
import type { CheckedOrder } from './orderBody.ts';
import type { ShipmentEventTable } from './tables.ts';

type ToldParcel = CheckedOrder['shipments'][number];
type StoredEvent = Selectable<ShipmentEventTable>;

/** Begins the id of an event that is the source's word on a state, and not one of its events. */
const TOLD = 'told:';

export interface Telling {
  orderId: string;
  /** Whose word it is. */
  source: string;
  updatedAt: string;
  runtime: Runtime;
}

/**
 * The parcels of an order as they are after its source has told of them. A parcel that was known keeps its id, its first
 * promise, and what others, its carrier say, have told of it.
 */
export function parcelsAfter(
  told: readonly ToldParcel[],
  before: readonly StoredParcel[],
  telling: Telling,
): StoredParcel[] {
  return told.map((parcel, position) => {
    const keys = { trackingKey: trackingKey(parcel.tracking), carrierKey: carrierKey(parcel.carrier) };
    const known = before.find((one) => one.trackingKey === keys.trackingKey && one.carrierKey === keys.carrierKey);
    const id = known?.id ?? newId(telling.runtime);
    const events = eventsAfter(id, parcel, known?.events ?? [], telling);
    const standing = standingOf(events) ?? {
      ...{ state: parcel.state, stateAt: telling.updatedAt, place: null, note: null },
    };
    const { tracking, carrier, trackingUrl, expectedAt } = parcel;
    return {
      ...{ id, orderId: telling.orderId, position, tracking, ...keys, carrier, trackingUrl },
      contents: JSON.stringify(parcel.contents),
      ...standing,
      expectedAt,
      promisedAt: parcel.promisedAt ?? known?.promisedAt ?? expectedAt,
      events,
    };
  });
}

/** Its own events are what its source says now; others' stay. */
function eventsAfter(
  shipmentId: string,
  parcel: ToldParcel,
  known: readonly StoredEvent[],
  { source, updatedAt, runtime }: Telling,
): StoredEvent[] {
  const others = known.filter((event) => event.source !== source);
  const own = known.filter((event) => event.source === source);
  const recordedAt = instant(runtime.now());
  const row = (eventId: string, event: Pick<StoredEvent, 'at' | 'state' | 'place' | 'note'>): StoredEvent =>
    own.find((one) => one.eventId === eventId) ?? {
      ...{ id: newId(runtime), shipmentId, source, eventId, recordedAt },
      ...{ at: event.at, state: event.state, place: event.place, note: event.note },
    };
  const told = parcel.events
    ? [
        ...new Map(
          parcel.events.map((event) => {
            const { at, state, place, note } = event;
            const eventId = hash('sha256', JSON.stringify([at, state, place, note]));
            return [eventId, row(eventId, event)];
          }),
        ).values(),
      ]
    : own.filter(({ eventId }) => !eventId.startsWith(TOLD));
  // What the source once said of the state and now tells as an event is not told twice.
  const words = own.filter(
    ({ eventId, state }) => eventId.startsWith(TOLD) && !told.some((event) => event.state === state),
  );
  const mine = [...told, ...words];
  // A state that its events do not lead to holds from when its source first said so. Saying it again makes it no later,
  // or a source that is behind the carrier would take back what the carrier has told meanwhile.
  if (mine.toSorted(latestFirst)[0]?.state !== parcel.state) {
    mine.push(
      row(`${TOLD}${parcel.state}:${updatedAt}`, { at: updatedAt, state: parcel.state, place: null, note: null }),
    );
  }
  return [...others, ...mine];
}
