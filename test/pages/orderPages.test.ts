import { afterAll, beforeAll, expect, it } from 'vitest';
import type { PersonViewer } from '../../src/accounts/index.ts';
import { orderBody, parcelBody } from '../orders/ordersSetup.ts';
import { caller, type Caller } from '../support/caller.ts';
import { startPortal, type TestPerson, type TestPortal } from '../support/portal.ts';

const HOUR = 3_600_000;

let portal: TestPortal;
let people: Record<'mei' | 'tom' | 'ravi' | 'ana', TestPerson>;
let mei: Caller;
let tom: Caller;
let ravi: Caller;
let nobody: Caller;

const erp = { kind: 'key', keyId: 'erp', name: 'ERP', role: 'system', carrier: null } as const;
const ago = (ms: number): string => new Date(Date.now() - ms).toISOString();
const push = (number: string, more: Record<string, unknown> = {}) =>
  portal.app.orders.put(
    erp,
    number,
    orderBody({ account: null, placedAt: ago(72 * HOUR), updatedAt: ago(HOUR), ...more }),
  );

beforeAll(async () => {
  portal = await startPortal();
  people = {
    mei: await portal.person('Mei'),
    tom: await portal.person('Tom'),
    ravi: await portal.person('Ravi', 'agent'),
    ana: await portal.person('Ana', 'author'),
  };
  mei = caller(portal, people.mei);
  tom = caller(portal, people.tom);
  ravi = caller(portal, people.ravi);
  nobody = caller(portal);
  const lines = [{ sku: 'CH-12', name: 'Alder chair', quantity: '2', unitPrice: '129.00', unitCost: '61.40' }];
  const van = { at: ago(2 * HOUR), state: 'out_for_delivery', place: 'Hamburg', note: 'Loaded on the van' };
  const left = { at: ago(26 * HOUR), state: 'in_transit', place: 'Leipzig', note: 'CANARY-SCAN' };
  await push('KW-10023', {
    ...{ lines, deliverTo: 'Harbour Lane Hotels\nBaumwall 7\n20459 Hamburg', reference: 'HLH-BAR-04' },
    shipments: [
      parcelBody({
        ...{ state: 'out_for_delivery', events: [van, left], trackingUrl: 'https://carrier.example/JD0146000034' },
        ...{ expectedAt: ago(-3 * HOUR), contents: [{ sku: 'CH-12', quantity: '2' }] },
      }),
      parcelBody({
        tracking: 'DX88',
        carrier: 'Dachser',
        state: 'info_received',
        events: [],
        expectedAt: ago(-96 * HOUR),
      }),
    ],
  });
  await push('KW-10019', {
    placedAt: ago(80 * HOUR),
    shipments: [
      parcelBody({
        tracking: 'L1',
        state: 'exception',
        events: [{ at: ago(48 * HOUR), state: 'exception', note: 'Vessel full' }],
        promisedAt: ago(24 * HOUR),
        expectedAt: ago(-96 * HOUR),
      }),
    ],
  });
  await push('KW-9981', {
    state: 'delivered',
    placedAt: ago(2000 * HOUR),
    shipments: [
      parcelBody({ tracking: 'D1', state: 'delivered', events: [{ at: ago(1900 * HOUR), state: 'delivered' }] }),
    ],
  });
  await push('KW-77001', { customer: { email: people.tom.email, name: 'Tom' }, shipments: [], state: 'received' });
});
afterAll(() => portal.close());

const rows = (page: string): string[] =>
  [...page.matchAll(/href="\/en\/orders\/(KW-\d+)"/g)].map(([, number]) => number ?? '');

it('lists what moves first, and finds by number, piece, parcel and invoice', async () => {
  const { status, text } = await mei.get('/en/orders');
  expect(status).toBe(200);
  expect(rows(text)).toEqual(['KW-10023', 'KW-10019', 'KW-9981']);
  expect(text.indexOf('On the way</h2>')).toBeLessThan(text.indexOf('Earlier</h2>'));
  expect(text).toContain('Late by a day');
  for (const [query, numbers] of [
    ['find=kw%2010019', ['KW-10019']],
    ['find=alder+ch-12', ['KW-10023', 'KW-10019', 'KW-9981']],
    ['find=DX88', ['KW-10023']],
    ['state=delivered', ['KW-9981']],
    ['state=nonsense&after=rubbish', ['KW-10023', 'KW-10019', 'KW-9981']],
    ['find=KW-77001', []],
  ] as const) {
    const found = await mei.get(`/en/orders?${query}`);
    expect(found.status, query).toBe(200);
    expect(rows(found.text), query).toEqual(numbers);
  }
  const none = await mei.get('/en/orders?find=%3Cscript%3Ezzz');
  expect(none.text).toContain('&lt;script&gt;zzz');
  expect(none.text).toContain('/en/orders/find?number=');
});

it('pages by key: each order once, the newest first', async () => {
  const lena = await portal.person('Lena');
  for (let count = 0; count < 43; count++) {
    const placedAt = ago((count + 100) * HOUR);
    await push(`PG-${1000 + count}`, {
      customer: { email: lena.email, name: 'Lena' },
      placedAt,
      shipments: [],
      state: 'delivered',
    });
  }
  const seen: string[] = [];
  let next: string | undefined = '/en/orders?state=delivered';
  while (next !== undefined) {
    const { text } = await caller(portal, lena).get(next);
    seen.push(...[...text.matchAll(/href="\/en\/orders\/(PG-\d+)"/g)].map(([, number]) => number ?? ''));
    next = /href="([^"]*after=[^"]*)"[^>]*rel="next"/.exec(text)?.[1]?.replaceAll(/&(?:amp|#38);/g, '&');
  }
  expect(seen).toEqual(Array.from({ length: 43 }, (_, count) => `PG-${1000 + count}`));
});

it('says why an order may be missing, and leads signed out to the ways in', async () => {
  const empty = await caller(portal, await portal.person('Nia')).get('/zh-cn/orders');
  expect(empty.text).toContain('这个邮箱下还没有订单');
  expect(empty.text).toContain('/zh-cn/orders/find');
  const out = await nobody.get('/en/orders');
  expect(out.status).toBe(200);
  expect(out.text).toContain('href="/en/orders/find"');
  expect(out.text).toContain('/en/sign-in?return_to=%2Fen%2Forders');
  expect(out.text).not.toContain('KW-');
});

it('shows one order whole, in both languages, and costs to nobody outside', async () => {
  const { text } = await mei.get('/en/orders/KW-10023');
  for (const words of ['Out for delivery', 'Parcel 1 of 2, with DHL', 'CANARY-SCAN', 'HLH-BAR-04'])
    expect(text).toContain(words);
  expect(text).toMatch(/Arrives (?:today|tomorrow)/);
  for (const words of ['€258.00', 'Due 2 Dec', 'Baumwall 7', 'https://carrier.example/JD0146000034'])
    expect(text).toContain(words);
  expect(text).toContain('/en/articles/alder-chair');
  expect(text).not.toContain('61.40');
  const chinese = await mei.get('/zh-cn/orders/KW-10023');
  for (const words of ['派送中', '第1件，共2件，DHL承运。', '/zh-cn/articles/alder-chair'])
    expect(chinese.text).toContain(words);
  const late = await mei.get('/en/orders/KW-10019');
  for (const words of ['is-late', 'days later than promised', 'The carrier says: Vessel full.', 'What you can do'])
    expect(late.text).toContain(words);
});

it('is the same 404 for a stranger’s order and for one that is none', async () => {
  const pages = await Promise.all(['KW-10023', 'KW-99999'].map((number) => tom.get(`/en/orders/${number}`)));
  const [theirs, none] = pages.map(({ status, text }) => ({ status, text: text.replaceAll(/KW-\d+|[\w-]{20,}/g, '') }));
  expect(theirs?.status).toBe(404);
  expect(theirs).toEqual(none);
  expect((await tom.get('/en/orders/KW-10023/delivery.ics')).status).toBe(404);
  expect((await nobody.get('/en/orders/KW-10023')).location).toBe('/en/sign-in?return_to=%2Fen%2Forders%2FKW-10023');
});

it('answers a second look with 304 until something changes, and keeps it from others', async () => {
  const first = await mei.get('/en/orders/KW-9981');
  const etag = first.headers.get('etag') ?? '';
  expect(first.headers.get('cache-control')).toBe('private, no-cache');
  const again = await mei.get('/en/orders/KW-9981', { 'if-none-match': etag });
  expect(again).toMatchObject({ status: 304, text: '' });
  expect((await ravi.get('/en/orders/KW-9981', { 'if-none-match': etag })).status).toBe(200);
  expect((await mei.get('/zh-cn/orders/KW-9981', { 'if-none-match': etag })).status).toBe(200);
  await push('KW-9981', { state: 'returned', updatedAt: ago(0), placedAt: ago(2000 * HOUR), shipments: [] });
  expect((await mei.get('/en/orders/KW-9981', { 'if-none-match': etag })).status).toBe(200);
});

it('gives a calendar one entry a parcel, which it can move later', async () => {
  const unfolded = async () => (await mei.get('/en/orders/KW-10023/delivery.ics')).text.replaceAll('\r\n ', '');
  const first = await unfolded();
  expect(first.match(/BEGIN:VEVENT/g)).toHaveLength(2);
  expect(first).toMatch(/UID:order-KW-10023-1@127\.0\.0\.1/);
  const days = [...first.matchAll(/DTSTART;VALUE=DATE:(\d+)/g)].map(([, day]) => day);
  const berlin = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/Berlin', dateStyle: 'short' });
  expect(days[0]).toBe(berlin.format(Date.now() + 3 * HOUR).replaceAll('-', ''));
  const sequence = (text: string): number => Number(/SEQUENCE:(\d+)/.exec(text)?.[1]);
  const dhl = { kind: 'key', keyId: 'dhl', name: 'DHL', role: 'partner', carrier: 'DHL' } as const;
  await portal.app.orders.report(dhl, 'JD0146000034', { id: 'e1', at: ago(0), state: 'attempt_failed' });
  const second = await unfolded();
  expect(sequence(second)).toBeGreaterThan(sequence(first));
  expect(second).toMatch(/UID:order-KW-10023-1@127\.0\.0\.1/);
  expect((await mei.get('/en/orders/KW-9981/delivery.ics')).status).toBe(404);
});

it('a number alone leads to its order; whoever may not see it cannot tell whether there is one', async () => {
  expect(await mei.get('/en/search?q=+kw10023+')).toMatchObject({ status: 303, location: '/en/orders/KW-10023' });
  expect((await mei.get('/en/search?q=where+is+KW-10023')).text).toContain('href="/en/orders/KW-10023"');
  for (const stranger of [tom, nobody]) {
    const [real, none] = await Promise.all(
      ['KW-10023', 'KW-10999'].map(async (number) => {
        const { status, text } = await stranger.get(`/zh-cn/search?q=${number}`);
        expect(text).toContain(`/zh-cn/orders/find?number=${number}`);
        expect(text).not.toContain(`/zh-cn/orders/${number}`);
        return { status, hints: text.match(/class="direct"/g)?.length };
      }),
    );
    expect(real).toEqual(none);
    expect(real).toEqual({ status: 200, hints: 1 });
  }
});

it('a question about an order takes parcel and last scan along, through a fault, too', async () => {
  const form = await mei.get('/en/ask?order=KW-10023&parcel=1&about=problem');
  for (const words of ['A problem with order KW-10023', 'value="KW-10023"', 'Parcel 1 of 2: DHL JD0146000034'])
    expect(form.text).toContain(words);
  const sent = { subject: 'Broken', body: '', order: ' kw 10023 ', parcel: '2', key: 'k'.repeat(24) };
  const faulty = await mei.post('/en/ask', sent);
  expect(faulty.status).toBe(422);
  expect(faulty.text).toContain('Parcel 2 of 2: Dachser DX88');
  const { location } = await mei.post('/en/ask', { ...sent, body: 'The leg is off.' });
  const ticket = await mei.get(location ?? '');
  for (const words of ['The leg is off.', 'Parcel 2 of 2: Dachser DX88', 'href="/en/orders/KW-10023"'])
    expect(ticket.text).toContain(words);
  expect((await mei.get('/en/orders/KW-10023')).text).toContain('Broken');
  const number = /W-\d+/.exec(location ?? '')?.[0] ?? '';
  const desk = await ravi.get(`/staff/tickets/${number}`);
  expect(desk.text).toContain('href="/staff/orders/KW-10023"');
  expect(desk.text).not.toContain('is not one of');
});

it('nothing of an order goes along with the question of somebody who may not see it, and the desk is told', async () => {
  const form = await tom.get('/en/ask?order=KW-10023&parcel=1');
  expect(form.text).not.toContain('JD0146000034');
  const { location } = await tom.post('/en/ask', {
    subject: 'Mine?',
    body: 'Where is it?',
    order: 'KW-10023',
    parcel: '1',
  });
  const ticket = await tom.get(location ?? '');
  expect(ticket.text).not.toContain('JD0146000034');
  expect(ticket.text).not.toContain('href="/en/orders/KW-10023"');
  const desk = await ravi.get(`/staff/tickets/${/W-\d+/.exec(location ?? '')?.[0]}`);
  expect(desk.text).toContain('This order is not one of Tom’s.');
});

it('the desk sees late orders, and one order with its costs and all that was said', async () => {
  const late = await ravi.get('/staff/tickets?view=late');
  expect(late.text).toContain('href="/staff/orders/KW-10019"');
  expect(late.text).toContain(`/staff/customers/${people.mei.id}`);
  expect((await ravi.get('/staff/tickets?view=late&find=zzz&after=rubbish')).text).toContain('No late order matches');
  const { text } = await ravi.get('/staff/orders/KW-10023');
  for (const words of ['€61.40', 'CANARY-SCAN', 'Loaded on the van', people.mei.email, 'push:ERP'])
    expect(text).toContain(words);
  expect((await caller(portal, people.ana).get('/staff/orders/KW-10023')).status).toBe(403);
  expect((await ravi.get('/staff/orders/KW-99999')).status).toBe(404);
});

it('looking at one’s order is a touch; a prefetch and a colleague are none', async () => {
  const lee = await portal.person('Lee');
  await push('KW-5005', { customer: { email: lee.email, name: 'Lee' }, shipments: [] });
  const browser = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36' };
  await caller(portal, lee).get('/en/orders/KW-5005', { ...browser, 'sec-purpose': 'prefetch' });
  await caller(portal, lee).get('/en/orders/KW-5005', browser);
  await ravi.get('/en/orders/KW-5005', browser);
  await portal.app.bridge.touches.flush();
  const viewer = (await portal.app.accounts.viewerOf({
    headers: new Headers({ cookie: people.ravi.cookie }),
  })) as PersonViewer;
  const { touches } = await portal.app.bridge.timeline(viewer, lee.id);
  expect(touches.filter(({ type }) => type === 'order.viewed')).toHaveLength(1);
});
