import { describe, expect, test } from 'vitest';
import type { Order, Shipment, Whereabouts } from '../../src/orders/index.ts';
import { locales, translator } from '../../src/platform/i18n/index.ts';
import { orderAlong, orderSubject, withAlong } from '../../src/ui/orders/asking.ts';
import { invoiceState } from '../../src/ui/orders/invoice.ts';
import { orderNumberIn } from '../../src/ui/orders/orderNumber.ts';
import { orderTitle, rowNote } from '../../src/ui/orders/row.ts';
import { orderTrail } from '../../src/ui/orders/trail.ts';
import { waysOf, waysOut } from '../../src/ui/orders/ways.ts';
import { whereLine, whereView } from '../../src/ui/orders/where.ts';

const now = '2026-11-06T08:00:00.000Z';
const en = translator('en', { timeZone: 'Europe/Berlin' });
const zh = translator('zh-cn', { timeZone: 'Europe/Berlin' });

const still: Whereabouts = {
  ...{ state: 'in_transit', parcel: 1, parcels: 1, carrier: 'DHL', place: null, since: '2026-11-05T08:00:00.000Z' },
  ...{ expectedAt: null, promisedAt: null, daysLate: null, note: null },
};

function shipment(more: Partial<Shipment> = {}): Shipment {
  return {
    ...{ tracking: 'JD01', carrier: 'DHL', trackingUrl: null, state: 'in_transit', stateAt: still.since },
    ...{ expectedAt: null, promisedAt: null, late: false, contents: [] },
    events: [{ at: still.since, state: 'in_transit', place: 'Leipzig', note: 'Sorted' }],
    ...more,
  };
}

function order(more: Partial<Order> = {}): Order {
  return {
    ...{ number: 'KW-10023', state: 'shipped', placedAt: '2026-11-02T09:00:00.000Z' },
    ...{ updatedAt: '2026-11-05T10:00:00.000Z', currency: 'EUR', total: '258.00', customerName: 'Mei Lin' },
    ...{ accountName: null, moving: true, products: ['Alder chair'], lineCount: 1, whereabouts: still },
    ...{ reference: null, deliverTo: null, shipments: [shipment()], invoices: [] },
    lines: [{ sku: 'CH-12', name: 'Alder chair', quantity: '2', unitPrice: '129.00', sum: '258.00' }],
    ...more,
  };
}

describe('where an order is, in one sentence', () => {
  const lines: [string, Partial<Whereabouts>, string, string][] = [
    ['today, with its hour', { expectedAt: '2026-11-06T15:00:00.000Z' }, 'Arrives today by 16:00', '今天16:00前送达'],
    ['a day without an hour', { expectedAt: '2026-11-06T23:00:00.000Z' }, 'Arrives tomorrow', '明天送达'],
    ['later', { expectedAt: '2026-11-10T10:00:00.000Z' }, 'Arrives Tuesday 10 November', '11月10日（周二）送达'],
    ['nobody says when', { place: 'Leipzig' }, 'On its way, last seen in Leipzig', '在路上，最近到过Leipzig'],
    ['expected before', { expectedAt: '2026-11-05T10:00:00.000Z' }, 'Was due yesterday', '原定昨天送达'],
    ['on the van', { state: 'out_for_delivery', since: now }, 'On the van since today, 09:00', '今天9:00起派送中'],
    ['nobody was there', { state: 'attempt_failed' }, 'The carrier met nobody', '承运方上门时无人签收'],
    [
      'comes again',
      { state: 'attempt_failed', expectedAt: '2026-11-07T10:00:00.000Z' },
      'Comes again tomorrow',
      '明天再次派送',
    ],
    [
      'in a locker',
      { state: 'available_for_pickup', place: 'P 145' },
      'Ready for you to collect at P 145',
      '可以到P 145领取',
    ],
    ['held up', { state: 'exception' }, 'Held up since yesterday', '昨天起受阻'],
    ['come', { state: 'delivered' }, 'Delivered yesterday, 09:00', '昨天9:00送达'],
    ['cancelled', { state: 'cancelled' }, 'Cancelled yesterday', '昨天取消'],
    [
      'late with a date',
      { state: 'late', promisedAt: '2026-11-04T17:00:00.000Z', expectedAt: '2026-11-09T17:00:00.000Z', daysLate: 2 },
      'Expected Monday 9 November, 5 days later than promised',
      '预计11月9日（周一）送达，比承诺的晚5天',
    ],
    [
      'late by hours',
      { state: 'late', promisedAt: '2026-11-06T07:00:00.000Z', expectedAt: '2026-11-06T15:00:00.000Z', daysLate: 1 },
      'Expected today by 16:00, later than promised',
      '预计今天16:00前送达，晚于承诺时间',
    ],
    [
      'late without one',
      { state: 'late', promisedAt: '2026-11-05T17:00:00.000Z', daysLate: 1 },
      'Promised for yesterday and not here yet',
      '原定昨天送达，现在还没有到',
    ],
  ];
  test.each(lines)('%s', (_, more, english, chinese) => {
    expect(whereLine(en, { ...still, ...more }, now)).toBe(english);
    expect(whereLine(zh, { ...still, ...more }, now)).toBe(chinese);
  });

  test('every state has a sentence, a row and a way in both languages', () => {
    const states: Whereabouts['state'][] = [
      ...(['received', 'confirmed', 'in_preparation', 'part_shipped', 'shipped', 'delivered'] as const),
      ...(['cancelled', 'returned', 'pending', 'info_received', 'in_transit', 'out_for_delivery'] as const),
      ...(['attempt_failed', 'available_for_pickup', 'exception', 'expired', 'late'] as const),
    ];
    for (const state of states) {
      for (const locale of locales) {
        const tr = translator(locale, { timeZone: 'UTC' });
        const one = order({ whereabouts: { ...still, state } });
        const view = whereView(tr, one, now);
        for (const text of [view.word, view.line, rowNote(tr, one, now), orderTitle(tr, one)])
          expect(text, state).not.toBe('');
        expect(orderTrail(tr, one, now).filter((step) => step.here)).toHaveLength(1);
      }
    }
  });

  test('says why it is late in the carrier’s words, and since when its source is silent', () => {
    const late = order({ whereabouts: { ...still, state: 'late', note: 'Vessel full', promisedAt: still.since } });
    expect(whereView(en, late, now)).toMatchObject({
      tone: 'is-late',
      text: ['We are sorry.', 'With DHL.', 'The carrier says: Vessel full.'],
    });
    expect(whereView(en, order(), now, '2026-11-01T08:00:00.000Z')).toMatchObject({
      tone: 'is-stale',
      text: ['With DHL.', 'As of Sun 1 Nov, 09:00; nothing newer has reached us since.'],
    });
    const there = order({ moving: false, whereabouts: { ...still, state: 'delivered' } });
    expect(whereView(en, there, now, '2026-11-01T08:00:00.000Z').tone).toBe('is-ok');
  });

  test('names the other parcels in the same breath', () => {
    const two = order({
      whereabouts: { ...still, parcels: 2, state: 'out_for_delivery' },
      shipments: [shipment({ state: 'out_for_delivery' }), shipment({ expectedAt: '2026-11-10T10:00:00.000Z' })],
    });
    expect(whereView(en, two, now).text).toEqual(['Parcel 1 of 2, with DHL.', 'Parcel 2 follows Tuesday 10 November.']);
  });
});

describe('the way of an order', () => {
  const steps = (one: Order) =>
    orderTrail(en, one, now).map(({ look, here, text }) => `${here ? '>' : look === 'ahead' ? ' ' : 'x'} ${text}`);

  test('goes from ordering over what was passed to what is ahead', () => {
    const events: Shipment['events'] = [
      { at: '2026-11-06T06:12:00.000Z', state: 'out_for_delivery', place: 'Hamburg', note: null },
      ...shipment().events,
    ];
    const van = shipment({ state: 'out_for_delivery', stateAt: '2026-11-06T06:12:00.000Z', events });
    const label = shipment({ state: 'info_received', events: [] });
    const whereabouts = { ...still, state: 'out_for_delivery' as const, parcels: 2 };
    expect(steps(order({ state: 'part_shipped', shipments: [van, label], whereabouts }))).toEqual([
      'x Ordered',
      'x Confirmed',
      'x Parcel 1 left our warehouse',
      '> Parcel 1: Out for delivery',
      '  Parcel 1 delivered',
      '  Parcel 2 delivered',
    ]);
  });

  test('ends where it was delivered, cancelled or returned', () => {
    const there = shipment({ state: 'delivered', stateAt: now });
    const delivered = { ...still, state: 'delivered' as const, since: now };
    expect(steps(order({ state: 'delivered', moving: false, shipments: [there], whereabouts: delivered })).at(-1)).toBe(
      '> Delivered',
    );
    const cancelled = { ...still, state: 'cancelled' as const, parcel: null, parcels: 0 };
    expect(steps(order({ state: 'cancelled', moving: false, shipments: [], whereabouts: cancelled }))).toEqual([
      'x Ordered',
      '> Cancelled',
    ]);
  });

  test('before anything is packed, what comes is ahead', () => {
    const whereabouts = { ...still, state: 'received' as const, parcel: null, parcels: 0 };
    expect(steps(order({ state: 'received', shipments: [], whereabouts }))).toEqual([
      '> Ordered',
      '  Leaves our warehouse',
      '  Delivered',
    ]);
  });
});

test('an invoice is paid, due, overdue or void', () => {
  const invoice = { number: 'F-1', issuedAt: '2026-11-02', dueAt: '2026-12-02', total: '1.00', overdue: false };
  expect(invoiceState(en, { ...invoice, state: 'open' })).toEqual({ look: 'waiting', word: 'Due 2 Dec' });
  expect(invoiceState(en, { ...invoice, state: 'open', overdue: true })).toEqual({
    look: 'late',
    word: 'Overdue since 2 Dec',
  });
  expect(invoiceState(zh, { ...invoice, state: 'paid' })).toEqual({ look: 'ok', word: '已付' });
  expect(invoiceState(en, { ...invoice, state: 'void' })).toEqual({ look: 'plain', word: 'Void' });
});

test('a question takes the order, the parcel and its last scan along, and never words that nobody wrote', () => {
  expect(orderSubject(en, order(), 'date')).toBe('Another delivery day for order KW-10023');
  expect(orderSubject(en, order(), '<script>')).toBe('A problem with order KW-10023');
  const along = orderAlong(en, order(), '1', now);
  expect(along).toEqual(['Order KW-10023', 'Parcel 1 of 1: DHL JD01', 'Last scan: Sorted, Leipzig, Thu 5 Nov, 09:00']);
  expect(orderAlong(en, order(), '7', now)).toEqual(['Order KW-10023']);
  expect(withAlong('It broke. ', along)).toBe(`It broke.\n\n${along.join('\n')}`);
  expect(withAlong(' ', along)).toBe(' ');
});

test('what one can do hangs on what is wrong', () => {
  const ways = waysOf('en', order(), { href: 'tel:1', text: '1' });
  const titles = (state: Whereabouts['state']) =>
    waysOut(en, order({ whereabouts: { ...still, state } }), ways).map(({ title }) => title);
  expect(titles('in_transit')).toEqual([]);
  expect(titles('late')).toEqual(['Arrange another day', 'Cancel what has not arrived', 'Call us']);
  expect(titles('attempt_failed')).toEqual(['Arrange another day', 'Call us']);
  expect(ways.problem).toBe('/en/ask?order=KW-10023&parcel=1&about=problem');
  expect(ways.calendar).toBeUndefined();
});

test.each([
  ['KW-10023', 'KW-10023'],
  ['where is kw 10023?', 'KW 10023'],
  ['我的订单KW-10023到哪了', 'KW-10023'],
  ['订单 KW-10023', 'KW-10023'],
  ['W-2001', null],
  ['CH-12', null],
  ['TB-31 180', null],
  ['1002345', '1002345'],
  ['2026', null],
  ['chair 12345', '12345'],
])('%s looks like an order: %s', (text, number) => {
  expect(orderNumberIn(text)).toBe(number);
});
