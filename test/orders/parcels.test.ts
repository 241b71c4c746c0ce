import { describe, expect, it } from 'vitest';
import type { StoredParcel } from '../../src/orders/content.ts';
import { standingOf } from '../../src/orders/derive.ts';
import { createOrderReader } from '../../src/orders/orderBody.ts';
import { parcelsAfter } from '../../src/orders/parcels.ts';
import { heldRuntime } from '../support/heldRuntime.ts';
import { orderBody, parcelBody } from './ordersSetup.ts';

const runtime = heldRuntime();
const read = createOrderReader(() => runtime.now());

/** What a parcel is after its source has told of it once more. */
function told(before: StoredParcel[], updatedAt: string, more: Record<string, unknown>): StoredParcel[] {
  const { shipments } = read({ number: 'KW-1', ...orderBody({ shipments: [parcelBody(more)] }) });
  return parcelsAfter(shipments, before, { orderId: 'o', source: 'push:ERP', updatedAt, runtime });
}

const event = (at: string, state: string, place: string | null = null) => ({ at, state, place });
const way = (parcels: StoredParcel[]) =>
  parcels[0]?.events.toSorted((a, b) => (a.at < b.at ? -1 : 1)).map(({ at, state }) => `${at.slice(5, 13)} ${state}`);

/** What its carrier has reported meanwhile. */
function reported(parcels: StoredParcel[], at: string, state: StoredParcel['state']): StoredParcel[] {
  const [parcel] = parcels;
  if (!parcel) return [];
  const id = `r${parcel.events.length}`;
  const row = { id, shipmentId: parcel.id, source: 'partner:DHL', eventId: id, recordedAt: at };
  const events = [...parcel.events, { ...row, at, state, place: null, note: null }];
  return [{ ...parcel, events, ...standingOf(events) }];
}

describe('a parcel that its source tells of', () => {
  it('stands where its latest event says, however they are ordered', () => {
    const events = [
      event('2026-11-05T08:00:00Z', 'in_transit', 'Leipzig'),
      event('2026-11-06T07:00:00Z', 'out_for_delivery', 'Hamburg'),
      event('2026-11-04T20:00:00Z', 'info_received'),
    ];
    for (const [a, b, c] of [
      [0, 1, 2],
      [1, 0, 2],
      [2, 1, 0],
      [1, 2, 0],
    ] as const) {
      const shuffled = [events[a], events[b], events[c], events[a]];
      const [parcel] = told([], '2026-11-06T09:00:00.000Z', { state: 'out_for_delivery', events: shuffled });
      expect(parcel).toMatchObject({
        state: 'out_for_delivery',
        stateAt: '2026-11-06T07:00:00.000Z',
        place: 'Hamburg',
      });
      expect(parcel?.events).toHaveLength(3);
    }
  });

  it('has a state without an event as of when that was said first', () => {
    const first = told([], '2026-11-05T10:00:00.000Z', { state: 'exception' });
    expect(first[0]).toMatchObject({ state: 'exception', stateAt: '2026-11-05T10:00:00.000Z' });
    const again = told(first, '2026-11-06T10:00:00.000Z', { state: 'exception' });
    expect(again[0]).toMatchObject({ state: 'exception', stateAt: '2026-11-05T10:00:00.000Z' });
    expect(again[0]?.events.map(({ id }) => id)).toEqual(first[0]?.events.map(({ id }) => id));
    // Told as an event at last, it is one, and not two.
    const events = [event('2026-11-05T08:00:00Z', 'in_transit'), event('2026-11-05T09:30:00Z', 'exception')];
    const named = told(again, '2026-11-07T10:00:00.000Z', { state: 'exception', events });
    expect(way(named)).toEqual(['11-05T08 in_transit', '11-05T09 exception']);
  });

  it('is not taken back by a source that is behind its carrier', () => {
    const plain = { state: 'in_transit', events: undefined };
    const first = told([], '2026-11-05T10:00:00.000Z', plain);
    const further = reported(first, '2026-11-06T07:00:00.000Z', 'out_for_delivery');
    const behind = told(further, '2026-11-06T12:00:00.000Z', plain);
    expect(behind[0]).toMatchObject({ state: 'out_for_delivery', stateAt: '2026-11-06T07:00:00.000Z' });
    const news = told(behind, '2026-11-06T13:00:00.000Z', { state: 'delivered', events: undefined });
    expect(news[0]).toMatchObject({ state: 'delivered', stateAt: '2026-11-06T13:00:00.000Z' });
    expect(way(news)).toEqual(['11-05T10 in_transit', '11-06T07 out_for_delivery', '11-06T13 delivered']);
  });

  it('has the events that its source tells now, and what others reported', () => {
    const first = told([], '2026-11-05T10:00:00.000Z', {});
    const mixed = reported(first, '2026-11-05T20:00:00.000Z', 'in_transit');
    const silent = told(mixed, '2026-11-06T10:00:00.000Z', { events: undefined });
    expect(way(silent)).toEqual(['11-05T08 in_transit', '11-05T20 in_transit']);
    const corrected = told(silent, '2026-11-06T11:00:00.000Z', {
      events: [event('2026-11-05T09:00:00Z', 'in_transit')],
    });
    expect(way(corrected)).toEqual(['11-05T09 in_transit', '11-05T20 in_transit']);
    expect(corrected[0]?.id).toBe(first[0]?.id);
  });

  it('keeps its first promise until its source makes another', () => {
    const first = told([], '2026-11-05T10:00:00.000Z', {});
    const later = told(first, '2026-11-06T10:00:00.000Z', { expectedAt: '2026-11-09T18:00:00Z' });
    expect(later[0]).toMatchObject({
      ...{ expectedAt: '2026-11-09T18:00:00.000Z', promisedAt: '2026-11-07T18:00:00.000Z' },
    });
    const anew = told(later, '2026-11-07T10:00:00.000Z', { promisedAt: '2026-11-10T18:00:00Z' });
    expect(anew[0]).toMatchObject({ promisedAt: '2026-11-10T18:00:00.000Z' });
  });

  it('is another one under another carrier', () => {
    const first = told([], '2026-11-05T10:00:00.000Z', {});
    expect(told(first, '2026-11-06T10:00:00.000Z', { carrier: 'UPS' })[0]?.id).not.toBe(first[0]?.id);
  });
});

it('of two events of one instant the further one counts, whichever came first', () => {
  const at = '2026-11-05T08:00:00.000Z';
  const none = { place: null, note: null };
  const events = [
    { at, state: 'in_transit' as const, ...none },
    { at, state: 'delivered' as const, ...none },
    { at, state: 'delivered' as const, place: 'Hamburg', note: null },
  ];
  for (const order of [events, events.toReversed()]) {
    expect(standingOf(order)).toEqual({ state: 'delivered', stateAt: at, place: 'Hamburg', note: null });
  }
  expect(standingOf([])).toBeNull();
});
