import { describe, expect, it } from 'vitest';
import type { OrderState, ShipmentState } from '../../src/orders/index.ts';
import {
  calendarOf,
  isMoving,
  promiseOf,
  whereaboutsOf,
  type Journey,
  type Parcel,
  type Today,
} from '../../src/orders/whereabouts.ts';

const today: Today = { now: Date.parse('2026-11-24T12:00:00Z'), dateOf: calendarOf('Europe/Berlin') };

function parcel(state: ShipmentState, more: Partial<Parcel> = {}): Parcel {
  return {
    ...{ carrier: 'DHL', state, stateAt: '2026-11-23T08:00:00.000Z', place: 'Leipzig', note: null },
    ...{ expectedAt: '2026-11-26T18:00:00.000Z', promisedAt: '2026-11-26T18:00:00.000Z' },
    ...more,
  };
}

function journey(state: OrderState, ...parcels: Parcel[]): Journey {
  return { state, stateAt: '2026-11-20T09:00:00.000Z', parcels };
}

const at = (state: OrderState, ...parcels: Parcel[]) => whereaboutsOf(journey(state, ...parcels), today);

describe('where an order is', () => {
  it('is its own state while nothing is sent, and when it comes is what the label says', () => {
    expect(at('received')).toEqual({
      ...{ state: 'received', parcel: null, parcels: 0, carrier: null, place: null },
      ...{ since: '2026-11-20T09:00:00.000Z', expectedAt: null, promisedAt: null, daysLate: null, note: null },
    });
    expect(at('in_preparation', parcel('info_received'))).toMatchObject({
      ...{ state: 'in_preparation', parcel: null, expectedAt: '2026-11-26T18:00:00.000Z' },
    });
    expect(at('shipped', parcel('info_received'))).toMatchObject({ state: 'info_received', parcel: 1 });
    expect(at('shipped')).toMatchObject({ state: 'shipped', parcel: null });
  });

  it('is where its parcel is, since when, and the carrier’s own words', () => {
    expect(at('shipped', parcel('out_for_delivery', { note: 'Before noon' }))).toEqual({
      ...{ state: 'out_for_delivery', parcel: 1, parcels: 1, carrier: 'DHL', place: 'Leipzig', daysLate: null },
      ...{ since: '2026-11-23T08:00:00.000Z', note: 'Before noon' },
      ...{ expectedAt: '2026-11-26T18:00:00.000Z', promisedAt: '2026-11-26T18:00:00.000Z' },
    });
  });

  it.each<[string, ShipmentState[], number]>([
    ['what went wrong before what goes well', ['in_transit', 'exception', 'out_for_delivery'], 2],
    ['a failed attempt before what waits', ['available_for_pickup', 'attempt_failed'], 2],
    ['what waits in a locker before what is near', ['out_for_delivery', 'available_for_pickup'], 2],
    ['what is nearer before what is farther', ['pending', 'in_transit', 'out_for_delivery'], 3],
    ['what still comes before what has come', ['delivered', 'info_received'], 2],
    ['what nobody knows of before what has come', ['delivered', 'expired'], 2],
  ])('speaks of the foremost of several parcels: %s', (_, states, foremost) => {
    const parcels = states.map((state) => parcel(state));
    expect(at('part_shipped', ...parcels)).toMatchObject({
      ...{ state: states[foremost - 1], parcel: foremost, parcels: states.length },
    });
  });

  it('of two alike speaks of the one that comes first, then of the first one', () => {
    const later = parcel('in_transit', { expectedAt: '2026-11-28T18:00:00.000Z' });
    expect(at('shipped', later, parcel('in_transit'))).toMatchObject({ parcel: 2 });
    expect(at('shipped', parcel('in_transit'), parcel('in_transit'))).toMatchObject({ parcel: 1 });
    expect(at('shipped', parcel('in_transit', { expectedAt: null, promisedAt: null }), later)).toMatchObject({
      parcel: 2,
    });
  });

  it('of an order sent in part that has come so far is that the rest is still to come', () => {
    expect(at('part_shipped', parcel('delivered'))).toMatchObject({ state: 'part_shipped', parcel: null, parcels: 1 });
  });

  it('is that it has come once every parcel has, also when its source has not said so yet', () => {
    const first = parcel('delivered', { stateAt: '2026-11-21T08:00:00.000Z' });
    const last = parcel('delivered', { stateAt: '2026-11-22T08:00:00.000Z', place: 'Hamburg' });
    expect(at('shipped', last, first)).toMatchObject({
      ...{ state: 'delivered', parcel: null, parcels: 2, since: '2026-11-22T08:00:00.000Z', expectedAt: null },
    });
    expect(at('delivered', last)).toMatchObject({ state: 'delivered', parcel: 1, place: 'Hamburg' });
    expect(at('delivered')).toMatchObject({ state: 'delivered', since: '2026-11-20T09:00:00.000Z' });
    expect(at('delivered', parcel('in_transit'))).toMatchObject({ state: 'delivered', parcel: null });
    expect(at('delivered', first, parcel('in_transit'))).toMatchObject({ since: '2026-11-20T09:00:00.000Z' });
  });

  it.each<OrderState>(['cancelled', 'returned'])('is that it is %s, whatever a parcel says', (state) => {
    const late = parcel('in_transit', { promisedAt: '2026-11-01T18:00:00.000Z' });
    expect(at(state, late, parcel('exception'))).toMatchObject({ state, parcel: null, daysLate: null, place: null });
  });
});

describe('lateness', () => {
  const promised = (promisedAt: string, more: Partial<Parcel> = {}) => ({ promisedAt, ...more });

  it('begins when the promise passes, and not before, however far the day of arrival moves', () => {
    const moved = promised('2026-11-24T13:00:00.000Z', { expectedAt: '2026-11-30T18:00:00.000Z' });
    expect(at('shipped', parcel('in_transit', moved))).toMatchObject({ state: 'in_transit', daysLate: null });
    const passed = promised('2026-11-24T11:59:59.000Z', { expectedAt: '2026-11-30T18:00:00.000Z' });
    expect(at('shipped', parcel('in_transit', passed))).toMatchObject({
      ...{ state: 'late', daysLate: 1, expectedAt: '2026-11-30T18:00:00.000Z', place: 'Leipzig' },
    });
  });

  it.each([
    ['2026-11-24T09:00:00.000Z', 1],
    ['2026-11-23T18:00:00.000Z', 1],
    ['2026-11-22T23:30:00.000Z', 1], // half past midnight in Berlin
    ['2026-11-22T22:30:00.000Z', 2],
    ['2026-11-10T18:00:00.000Z', 14],
  ])('is counted in days of the calendar: %s', (promisedAt, daysLate) => {
    expect(at('shipped', parcel('in_transit', promised(promisedAt)))).toMatchObject({ daysLate });
  });

  it('wins over everything that is still to come, and over what waits elsewhere', () => {
    const late = parcel('in_transit', promised('2026-11-20T18:00:00.000Z'));
    expect(at('part_shipped', parcel('exception'), parcel('available_for_pickup'), late)).toMatchObject({
      ...{ state: 'late', parcel: 3 },
    });
    expect(at('in_preparation', parcel('pending', promised('2026-11-20T18:00:00.000Z')))).toMatchObject({
      ...{ state: 'late', parcel: 1 },
    });
  });

  it.each<ShipmentState>(['delivered', 'available_for_pickup', 'expired'])(
    'is none of what is %s meanwhile',
    (state) => {
      const journeyed = journey('shipped', parcel(state, promised('2026-11-20T18:00:00.000Z')));
      expect(whereaboutsOf(journeyed, today)).toMatchObject({ state, daysLate: null });
      expect(promiseOf(journeyed)).toBeNull();
    },
  );

  it('is watched by the earliest promise that is owed', () => {
    const early = parcel('delivered', promised('2026-11-20T18:00:00.000Z'));
    const middle = parcel('attempt_failed', promised('2026-11-21T18:00:00.000Z'));
    expect(promiseOf(journey('part_shipped', parcel('in_transit'), middle, early))).toBe('2026-11-21T18:00:00.000Z');
    expect(promiseOf(journey('delivered', middle))).toBeNull();
    expect(promiseOf(journey('received'))).toBeNull();
  });
});

it('something is still to come until all that was sent has come, or nothing does any more', () => {
  const moving = (state: OrderState, ...states: ShipmentState[]) =>
    isMoving(journey(state, ...states.map((one) => parcel(one))));
  expect(moving('received')).toBe(true);
  expect(moving('shipped')).toBe(true);
  expect(moving('shipped', 'delivered', 'available_for_pickup')).toBe(true);
  expect(moving('shipped', 'delivered', 'expired')).toBe(false);
  expect(moving('part_shipped', 'delivered')).toBe(true);
  for (const state of ['delivered', 'cancelled', 'returned'] as const) expect(moving(state, 'in_transit')).toBe(false);
});
