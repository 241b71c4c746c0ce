import { expect, it } from 'vitest';
import { anonymous, type PersonViewer } from '../../src/accounts/index.ts';
import { eachDatabase } from '../support/databases.ts';
import { key, parcelBody, refused, setUpOrders } from './ordersSetup.ts';

const hotels = { id: 'C-204', name: 'Harbour Lane Hotels' };

eachDatabase('who sees which orders', (source) => {
  it('people see what was ordered under their proven address, also what was ordered before it was', async () => {
    const { push, app, person } = await setUpOrders(source);
    await push('KW-1', { account: null });
    await push('KW-2', { account: null, customer: { email: 'tom@kitewood.example', name: 'Tom' } });
    const mei = await person('Mei');
    expect(await numbers(mei)).toEqual(['KW-1']);
    expect(await refused(app.orders.read(mei, 'KW-2'))).toBe('not_found');
    expect(await refused(app.orders.read(mei, 'KW-3'))).toBe('not_found');
    expect(await app.orders.numberIn(mei, 'kw 1')).toBe('KW-1');
    expect(await app.orders.numberIn(mei, 'kw 2')).toBeNull();
    expect(await app.orders.numberIn(mei, '')).toBeNull();
    const unproven = { ...mei, verified: false };
    expect(await refused(app.orders.list(unproven, {}))).toBe('forbidden');
    expect(await refused(app.orders.read(unproven, 'KW-1'))).toBe('forbidden');
    expect(await app.orders.numberIn(unproven, 'KW-1')).toBeNull();
    expect(await refused(app.orders.list(anonymous, {}))).toBe('unauthenticated');
    expect(await refused(app.orders.read(anonymous, 'KW-1'))).toBe('unauthenticated');
    expect(await refused(app.orders.read(key('ERP'), 'KW-1'))).toBe('forbidden');
    expect(await app.orders.numberIn(key('ERP'), 'KW-1')).toBeNull();

    async function numbers(viewer: PersonViewer) {
      return (await app.orders.list(viewer, {})).orders.map(({ number }) => number);
    }
  });

  it('a seat shows the account’s orders as far as its owner lets it, and one who left none of them', async () => {
    const { push, app, person, seated } = await setUpOrders(source);
    await push('H-1', { account: hotels });
    await push('H-2', { account: hotels, customer: { email: 'jonas@kitewood.example', name: 'Jonas' } });
    await push('M-1', { account: null });
    const mei = await person('Mei');
    const seen = async (viewer: PersonViewer) => {
      const listed = (await app.orders.list(viewer, {})).orders.map(({ number }) => number).toSorted();
      const all = ['H-1', 'H-2', 'M-1'];
      const read = await Promise.all(all.map(async (number) => (await app.orders.numberIn(viewer, number)) !== null));
      return { listed, opens: all.filter((_, index) => read[index]) };
    };
    const wide = await seated(mei, 'C-204');
    expect(await seen(wide)).toEqual({ listed: ['H-1', 'H-2'], opens: ['H-1', 'H-2', 'M-1'] });
    expect(await seen({ ...wide, accountId: null })).toEqual({ listed: ['H-1', 'M-1'], opens: ['H-1', 'H-2', 'M-1'] });
    const narrow = await seated(mei, 'C-204', { orders: 'own' });
    expect(await seen(narrow)).toEqual({ listed: ['H-1'], opens: ['H-1', 'M-1'] });
    const left = { ...mei, left: [wide.accountId ?? ''] };
    expect(await seen(left)).toEqual({ listed: ['M-1'], opens: ['M-1'] });
    expect(await seen(mei)).toEqual({ listed: ['H-1', 'M-1'], opens: ['H-1', 'M-1'] });
    // Acting where one has no seat shows nothing of it.
    expect((await seen({ ...mei, accountId: wide.accountId })).listed).toEqual(['H-1', 'M-1']);
  });

  it('colleagues who look after customers see every order with what it costs us; the others their own', async () => {
    const { push, app, person } = await setUpOrders(source);
    const lines = [{ sku: 'CH-12', name: 'Alder chair', quantity: '2', unitPrice: '129.00', unitCost: '61.20' }];
    await push('KW-1', { lines });
    const agent = await person('Ravi', 'agent');
    expect((await app.orders.read(agent, 'KW-1')).lines).toEqual([{ ...lines[0], sum: '258.00' }]);
    expect((await app.orders.list(agent, {})).orders).toEqual([]);
    expect(await refused(app.orders.read(await person('Ana', 'author'), 'KW-1'))).toBe('not_found');
    const mei = await app.orders.read(await person('Mei'), 'KW-1');
    expect(JSON.stringify(mei)).not.toContain('unitCost');
    expect(mei.lines[0]?.sum).toBe('258.00');
  });
});

eachDatabase('the list of orders', (source) => {
  it('has first what moves, then the newest, and pages by key without a gap or a double', async () => {
    const { push, app, person } = await setUpOrders(source);
    const mei = await person('Mei');
    for (let n = 1; n <= 9; n++) {
      // Several of one instant.
      const placedAt = `2026-10-0${Math.ceil(n / 3)}T09:00:00Z`;
      await push(`KW-${n}`, { placedAt, state: n % 2 ? 'delivered' : 'shipped', shipments: [], invoices: [] });
    }
    const seen: string[] = [];
    let next: string | null = null;
    let pages = 0;
    do {
      const page = await app.orders.list(mei, { limit: 2, ...(next !== null && { after: next }) });
      seen.push(...page.orders.map(({ number }) => number));
      next = page.next;
      pages += 1;
    } while (next !== null);
    expect(pages).toBe(5);
    expect(new Set(seen).size).toBe(9);
    expect(seen).toEqual(['KW-8', 'KW-6', 'KW-4', 'KW-2', 'KW-9', 'KW-7', 'KW-5', 'KW-3', 'KW-1']);
    expect(await refused(app.orders.list(mei, { after: "1~'; drop table" }))).toEqual(['cursor']);
  });

  it('is searched by numbers, products, parcels and invoices, all words together, in any script and case', async () => {
    const { push, app, person } = await setUpOrders(source);
    const mei = await person('Mei');
    await push('KW-100', { reference: 'Room 12%', shipments: [parcelBody({ tracking: 'JD 0146' })] });
    await push('KW-200', {
      lines: [{ sku: 'TI-7', name: '橡木餐桌', quantity: '1', unitPrice: '1.00' }],
      ...{ shipments: [], invoices: [{ number: 'F-9', issuedAt: '2026-11-02', total: '1.00', state: 'open' }] },
    });
    const find = async (text: string) =>
      (await app.orders.list(mei, { find: text })).orders.map(({ number }) => number).toSorted();
    expect(await find('kw 100')).toEqual(['KW-100']);
    expect(await find('KW')).toEqual(['KW-100', 'KW-200']);
    expect(await find('chair ALDER')).toEqual(['KW-100']);
    expect(await find('餐桌')).toEqual(['KW-200']);
    expect(await find('jd0146')).toEqual(['KW-100']);
    expect(await find('f9')).toEqual(['KW-200']);
    expect(await find('12%')).toEqual(['KW-100']);
    expect(await find('%')).toEqual(['KW-100']);
    expect(await find('_')).toEqual(['KW-100', 'KW-200']);
    for (const hostile of ["' or 1=1 --", '\0', '\ud800', '\\', 'x'.repeat(10_000)]) {
      expect(Array.isArray(await find(hostile)), hostile).toBe(true);
    }
  });

  it('shows what is still to come, what has come, what was called off', async () => {
    const { push, app, person } = await setUpOrders(source);
    const mei = await person('Mei');
    for (const state of ['received', 'shipped', 'delivered', 'cancelled', 'returned'])
      await push(`KW-${state}`, { state });
    const came = parcelBody({ tracking: 'P', state: 'delivered', events: [] });
    await push('KW-came', { shipments: [came] });
    const shown = async (state: string) =>
      (await app.orders.list(mei, { state })).orders.map(({ number }) => number).toSorted();
    expect(await shown('moving')).toEqual(['KW-received', 'KW-shipped']);
    expect(await shown('delivered')).toEqual(['KW-came', 'KW-delivered']);
    expect(await shown('cancelled')).toEqual(['KW-cancelled']);
    expect(await shown('returned')).toEqual(['KW-returned']);
    expect(await refused(shown('lost'))).toEqual(['state']);
  });
});

eachDatabase('what is promised', (source) => {
  it('and broken is found once, and not when it came meanwhile', async () => {
    const { push, app, later } = await setUpOrders(source);
    const hour = 3_600_000;
    const inAnHour = new Date(app.runtime.now() + hour).toISOString();
    const owed = (tracking: string, more: object = {}) =>
      parcelBody({ tracking, expectedAt: inAnHour, events: [], ...more });
    await push('KW-1', { shipments: [owed('P1')] });
    await push('KW-2', { shipments: [owed('P2')] });
    await push('KW-3', { shipments: [owed('P3', { state: 'available_for_pickup' })] });
    await push('KW-4', { state: 'cancelled', shipments: [owed('P4')] });
    const broken = async () => (await app.orders.brokenPromises(app.runtime.now(), 10)).map(({ number }) => number);
    expect(await broken()).toEqual([]);
    later(hour + 1_000);
    expect((await broken()).toSorted()).toEqual(['KW-1', 'KW-2']);
    const ids = (await app.orders.brokenPromises(app.runtime.now(), 10)).map(({ orderId }) => orderId);
    // Delivered between looking and noting.
    await push('KW-2', { updatedAt: '2026-11-06T10:00:00Z', shipments: [owed('P2', { state: 'delivered' })] });
    const noted = await app.database.transaction((tx) => app.orders.noteLate(tx, ids));
    expect(noted).toHaveLength(1);
    expect(await broken()).toEqual([]);
    expect(await app.database.transaction((tx) => app.orders.noteLate(tx, ids))).toEqual([]);
    // A later word on the day of arrival is no new promise; a new promise is.
    const tomorrow = new Date(app.runtime.now() + 24 * hour).toISOString();
    await push('KW-1', { updatedAt: '2026-11-06T10:00:00Z', shipments: [owed('P1', { expectedAt: tomorrow })] });
    expect(await broken()).toEqual([]);
    await push('KW-1', { updatedAt: '2026-11-06T11:00:00Z', shipments: [owed('P1', { promisedAt: tomorrow })] });
    later(25 * hour);
    expect(await broken()).toEqual(['KW-1']);
  });
});
