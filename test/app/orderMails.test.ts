import { describe, expect, it } from 'vitest';
import { locales, translator, type Locale } from '../../src/platform/i18n/index.ts';
import { siteSchema } from '../../src/app/index.ts';
import { letterFor } from '../../src/app/mails/letter.ts';
import { orderMail } from '../../src/app/mails/orderMails.ts';
import type { News, Order, Shipment } from '../../src/orders/index.ts';

const now = Date.parse('2026-11-06T07:30:00.000Z');
const site = siteSchema.parse({
  brand: {
    name: 'Kitewood',
    helpName: { en: 'Help', 'zh-cn': '帮助' },
    locales: ['en', 'zh-cn'],
    timeZone: 'Europe/Berlin',
  },
});

const first: Shipment = {
  ...{ tracking: 'JD01 4600 0034', carrier: 'DHL', trackingUrl: null, state: 'out_for_delivery' },
  ...{
    stateAt: '2026-11-06T06:12:00.000Z',
    expectedAt: '2026-11-06T15:00:00.000Z',
    promisedAt: '2026-11-06T15:00:00.000Z',
  },
  late: false,
  contents: [
    { sku: 'CH-12', name: 'Alder chair CH-12', quantity: '2' },
    { sku: 'FP-20', name: 'Felt pads, pack of 20', quantity: '1' },
  ],
  events: [{ at: '2026-11-06T06:12:00.000Z', state: 'out_for_delivery', place: 'Hamburg', note: 'Loaded on the van' }],
};
const second: Shipment = {
  ...first,
  ...{ tracking: 'DX 88', carrier: 'Dachser', state: 'info_received', expectedAt: '2026-11-10T10:00:00.000Z' },
  ...{ contents: [{ sku: 'TB-31', name: 'Quay extending table', quantity: '1' }], events: [] },
};
const order: Order = {
  ...{
    number: 'KW-10023',
    state: 'part_shipped',
    placedAt: '2026-11-02T09:00:00.000Z',
    currency: 'EUR',
    total: '1.00',
  },
  ...{ updatedAt: '2026-11-05T10:00:00.000Z', customerName: 'Mei Lin', accountName: null, moving: true },
  ...{
    products: [],
    lineCount: 0,
    reference: null,
    deliverTo: 'Harbour Lane Hotels\nBaumwall 7, back entrance\n20459 Hamburg',
  },
  ...{ lines: [], invoices: [], shipments: [first, second] },
  whereabouts: {
    ...{ state: 'out_for_delivery', parcel: 1, parcels: 2, carrier: 'DHL', place: 'Hamburg', since: first.stateAt },
    ...{ expectedAt: first.expectedAt, promisedAt: first.promisedAt, daysLate: null, note: 'Loaded on the van' },
  },
};

function mail(locale: Locale, news: News, about: Order = order, unproven = false) {
  const t = translator(locale, { timeZone: 'Europe/Berlin' });
  const head = { t, site, link: (path: string) => `https://help.kitewood.example/${locale}${path}` };
  return letterFor(orderMail(head, about, news, { to: 'mei@kitewood.example', unproven, now }));
}

describe('a mail about an order', () => {
  it('says what happened, the one thing to know, what lies in it, and the rest', () => {
    const { subject, text, html, to } = mail('en', { kind: 'shipped', parcel: 1 });
    expect(to).toBe('mei@kitewood.example');
    expect(subject).toBe('KW-10023: Arrives today by 16:00');
    expect(text).toBe(`Part of your order is on its way

OUT FOR DELIVERY
Arrives today by 16:00
Parcel 1 of 2, DHL JD01 4600 0034, to Baumwall 7, back entrance

  2 × Alder chair CH-12
  1 × Felt pads, pack of 20

Follow it:
https://help.kitewood.example/en/orders/KW-10023

The rest

  [x] Ordered, Mon 2 Nov, 10:00
  [>] Parcel 1: Out for delivery, today, 07:12
  [ ] Parcel 2: Label made, Tue 10 Nov

--
At most one mail a day for each order, and one at once when it is late. Choose what we mail
https://help.kitewood.example/en/account
Kitewood
`);
    expect(html.match(/class="button"/g)).toHaveLength(1);
  });

  it('is written in Chinese, not translated', () => {
    const { subject, text } = mail('zh-cn', { kind: 'shipped', parcel: 1 });
    expect(subject).toBe('KW-10023：今天16:00前送达');
    for (const words of ['您的订单有一部分在路上了', '【派送中】', 'Alder chair CH-12 × 2', '查看位置：'])
      expect(text).toContain(words);
  });

  it('late: the new date, against the promise, why, and what one can do', () => {
    const late: Shipment = {
      ...{ ...first, state: 'exception', late: true, promisedAt: '2026-11-04T17:00:00.000Z' },
      expectedAt: '2026-11-09T17:00:00.000Z',
      events: [{ at: first.stateAt, state: 'exception', place: null, note: 'Vessel full' }],
    };
    const about: Order = {
      ...{ ...order, shipments: [late] },
      whereabouts: {
        ...order.whereabouts,
        state: 'late',
        parcels: 1,
        promisedAt: late.promisedAt,
        expectedAt: late.expectedAt,
      },
    };
    const { subject, text } = mail('en', { kind: 'late', parcel: null }, about);
    expect(subject).toBe('KW-10023: Expected Monday 9 November, 5 days later than promised');
    for (const words of [
      'Your order is late',
      'The carrier says: Vessel full',
      'promised for Wednesday 4 November',
      'LATE',
    ])
      expect(text).toContain(words);
    expect(mail('zh-cn', { kind: 'late', parcel: null }, about).text).toContain('原定11月4日（周三）送达，很抱歉。');
  });

  it('to an address that nobody has proven leads to where number and address are asked for', () => {
    const { text } = mail('en', { kind: 'delivered', parcel: 1 }, order, true);
    expect(text).toContain('https://help.kitewood.example/en/orders/find?number=KW-10023');
    expect(text).not.toContain('/account');
  });

  it('is whole for every kind of news, in both languages; what a source says is never markup', () => {
    const hostile = '<img src=x onerror=alert(1)>';
    const shipments = [{ ...first, carrier: hostile, contents: [{ sku: 'X', name: hostile, quantity: '1' }] }];
    for (const locale of locales) {
      for (const kind of ['shipped', 'arrived', 'delivered', 'late'] as const) {
        for (const about of [order, { ...order, shipments }, { ...order, shipments: [] }]) {
          const parcel = about.shipments.length > 0 && kind !== 'late' ? 1 : null;
          const { html, text, subject } = mail(locale, { kind, parcel }, about);
          expect(html).not.toContain('<img');
          expect(subject.length).toBeGreaterThan(10);
          expect(text).not.toMatch(/undefined|null|NaN|\{|\}/);
        }
      }
    }
  });
});
