import { expect, it } from 'vitest';
import { eachDatabase } from '../support/databases.ts';
import { orderBody, parcelBody, refused, setUpOrders, key } from './ordersSetup.ts';

eachDatabase('orders that are pushed', (source) => {
  it('are stored whole, and shown to their customer', async () => {
    const { push, app, person } = await setUpOrders(source);
    expect(await push('KW-10023')).toMatchObject({ created: true });
    expect(await push('KW-10023')).toMatchObject({ created: false });
    const mei = await person('Mei');
    expect(await app.orders.read(mei, ' kw 10023 ')).toEqual({
      number: 'KW-10023',
      state: 'shipped',
      placedAt: '2026-11-02T09:00:00.000Z',
      updatedAt: '2026-11-05T10:00:00.000Z',
      currency: 'EUR',
      total: '258.00',
      customerName: 'Mei Lin',
      accountName: 'Harbour Lane Hotels',
      moving: true,
      products: ['Alder chair'],
      lineCount: 1,
      whereabouts: expect.objectContaining({ state: 'late', parcel: 1, parcels: 1, carrier: 'DHL', place: 'Leipzig' }),
      reference: null,
      deliverTo: null,
      lines: [{ sku: 'CH-12', name: 'Alder chair', quantity: '2', unitPrice: '129.00', sum: '258.00' }],
      shipments: [
        {
          tracking: 'JD0146000034',
          carrier: 'DHL',
          trackingUrl: null,
          state: 'in_transit',
          stateAt: '2026-11-05T08:00:00.000Z',
          expectedAt: '2026-11-07T18:00:00.000Z',
          promisedAt: '2026-11-07T18:00:00.000Z',
          late: true,
          contents: [],
          events: [{ at: '2026-11-05T08:00:00.000Z', state: 'in_transit', place: 'Leipzig', note: 'Sorted' }],
        },
      ],
      invoices: [
        {
          ...{ number: 'F-2231', issuedAt: '2026-11-02', dueAt: '2026-12-02', total: '258.00', state: 'open' },
          overdue: false,
        },
      ],
    });
    expect((await app.orders.list(mei, {})).orders.map(({ number }) => number)).toEqual(['KW-10023']);
  });

  it('change with what is newer, and never with what is older', async () => {
    const { push, app, person } = await setUpOrders(source);
    await push('KW-1');
    const mei = await person('Mei');
    await push('KW-1', { state: 'cancelled', updatedAt: '2026-11-04T10:00:00Z' });
    expect((await app.orders.read(mei, 'KW-1')).state).toBe('shipped');
    await push('KW-1', {
      ...{ state: 'delivered', updatedAt: '2026-11-06T10:00:00Z', lines: [], shipments: [], invoices: [] },
      account: null,
    });
    expect(await app.orders.read(mei, 'KW-1')).toMatchObject({
      ...{ state: 'delivered', moving: false, lines: [], shipments: [], invoices: [], accountName: null, lineCount: 0 },
      whereabouts: { state: 'delivered', since: '2026-11-06T10:00:00.000Z' },
    });
  });

  it('belong to the source that told of them first', async () => {
    const { push, app, erp } = await setUpOrders(source);
    await push('KW-1');
    expect(await refused(app.orders.put(key('Shop'), 'kw-1', orderBody({ total: '1.00' })))).toBe('conflict');
    const renewed = { ...erp, keyId: 'another key of the same name' };
    const newer = orderBody({ total: '1.00', updatedAt: '2026-11-06T10:00:00Z' });
    expect((await app.orders.put(renewed, 'KW-1', newer)).order.total).toBe('1.00');
  });

  it('told at the same moment are one', async () => {
    const { push, app } = await setUpOrders(source);
    const results = await Promise.all([1, 2, 3, 4].map(() => push('KW-1')));
    expect(results.filter(({ created }) => created)).toHaveLength(1);
    for (const table of ['order', 'shipment', 'shipmentEvent', 'invoice', 'orderLine', 'account'] as const) {
      expect(await app.database.db.selectFrom(table).selectAll().execute(), table).toHaveLength(1);
    }
  });

  it('name every field that cannot be taken, and leave nothing behind', async () => {
    const { app, erp } = await setUpOrders(source);
    const put = (body: unknown) => refused(app.orders.put(erp, 'KW-1', body));
    expect(await put('words')).toEqual(['body']);
    expect(await put([])).toEqual(['body']);
    expect(await put({})).toEqual(['customer', 'state', 'placedAt', 'updatedAt', 'currency', 'total']);
    expect(
      await put(
        orderBody({
          state: 'lost',
          placedAt: '2126-11-02T09:00:00Z',
          total: '258.001',
          customer: { email: 'nobody', name: 'a\u0007b' },
          lines: [{ sku: 'CH-12', name: '', quantity: '2,5', unitPrice: 129 }],
          shipments: [
            parcelBody(),
            parcelBody({
              tracking: 'jd 0146 000034',
              carrier: 'dhl',
              trackingUrl: 'javascript:alert(1)',
              events: [{ at: '2026-11-05', state: 'gone', place: null }],
            }),
          ],
          invoices: [{ number: 'F-1', issuedAt: '2026-02-30', total: '1e3', state: 'open' }],
        }),
      ),
    ).toEqual([
      ...['customer.email', 'customer.name', 'state', 'placedAt', 'total'],
      ...['lines[0].name', 'lines[0].quantity', 'lines[0].unitPrice'],
      ...['shipments[1].trackingUrl', 'shipments[1].events[0].at', 'shipments[1].events[0].state'],
      ...['invoices[0].issuedAt', 'invoices[0].total', 'shipments[1].tracking'],
    ]);
    expect(await put(orderBody({ currency: 'EURO', total: '258.00' }))).toEqual(['currency']);
    expect(await put(orderBody({ currency: 'JPY' }))).toEqual([
      ...['total', 'lines[0].unitPrice', 'invoices[0].total'],
    ]);
    expect(await put(orderBody({ total: '-1.00' }))).toEqual(['total']);
    expect(await put(orderBody({ number: 'KW-2' }))).toEqual(['number']);
    expect(await put(orderBody({ lines: Array.from({ length: 501 }, () => orderBody()['lines']) }))).toContain('lines');
    for (const table of ['order', 'account', 'touch'] as const) {
      expect(await app.database.db.selectFrom(table).selectAll().execute(), table).toEqual([]);
    }
  });

  it('are a touch of their customer whenever something visible changed', async () => {
    const { push, app, person } = await setUpOrders(source);
    const { personId } = await person('Mei');
    const agent = await person('Ravi', 'agent');
    await push('KW-1');
    await push('KW-1', { updatedAt: '2026-11-05T11:00:00Z' });
    await push('KW-1', { updatedAt: '2026-11-05T12:00:00Z', state: 'delivered' });
    const { touches } = await app.bridge.timeline(agent, personId);
    expect(touches.map(({ type, channel, body }) => [type, channel, body?.['outcome'], body?.['state']])).toEqual([
      ['order.event', 'api', 'changed', 'delivered'],
      ['order.event', 'api', 'created', 'shipped'],
    ]);
  });
});
