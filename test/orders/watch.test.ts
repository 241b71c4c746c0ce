import { expect, it } from 'vitest';
import { eachDatabase } from '../support/databases.ts';
import { parcelBody, setUpOrders } from './ordersSetup.ts';

const HOUR = 3_600_000;

eachDatabase('the watch over orders', (source) => {
  async function setUp() {
    const setup = await setUpOrders(source);
    const { app, push, later } = setup;
    const at = (ms: number) => new Date(app.runtime.now() + ms).toISOString();
    let turn = 0;
    /** Pushes what is new, as if it had just happened. */
    const tell = (number: string, parcel: Record<string, unknown> | null, more: Record<string, unknown> = {}) => {
      later(1_000);
      const shipments = parcel === null ? [] : [parcelBody({ events: [], ...parcel })];
      return push(number, { updatedAt: at(0), placedAt: at(-HOUR), shipments, ...more, reference: `${turn++}` });
    };
    const news = (number: string) =>
      app.database.db
        .selectFrom('orderNotice')
        .innerJoin('order', 'order.id', 'orderNotice.orderId')
        .select(['kind', 'settledAt', 'unsaid'])
        .where('order.number', '=', number)
        .orderBy('kind')
        .execute()
        .then((rows) =>
          rows.map(({ kind, settledAt, unsaid }) => `${kind} ${settledAt ? (unsaid ?? 'told') : 'owed'}`),
        );
    /** The mails with this heading, after all that is owed was done. */
    const mailed = async (heading: string) =>
      (await setup.mails()).filter((mail) => mail.includes(`\r\n${heading}\r\n`));
    const mei = await setup.person('Mei');
    const ravi = await setup.person('Ravi', 'agent');
    const lateTouches = async () =>
      (await app.database.db.selectFrom('touch').select('id').where('type', '=', 'order.late').execute()).length;
    const owed = async () => (await app.queue.list({})).jobs.filter(({ kind }) => kind === 'mail.order').length;
    return { ...setup, at, tell, news, owed, mailed, mei, ravi, lateTouches };
  }

  it('tells once for each parcel that it left and that it came, whatever is pushed again', async () => {
    const { app, tell, news, mailed, later } = await setUp();
    const left = { state: 'in_transit' };
    await tell('KW-1', left);
    await tell('KW-1', left);
    await app.queue.runDue();
    expect(await news('KW-1')).toEqual(['shipped told']);
    expect(await mailed('Your order is on its way')).toHaveLength(1);
    later(25 * HOUR);
    await tell('KW-1', { state: 'delivered' }, { state: 'delivered' });
    await tell('KW-1', { state: 'delivered' }, { state: 'delivered' });
    await app.queue.runDue();
    expect(await news('KW-1')).toEqual(['delivered told', 'shipped told']);
    expect(await mailed('Your order has arrived')).toHaveLength(1);
  });

  it('mails an order once a day; what is over by then is left out', async () => {
    const { app, tell, news, mails, later } = await setUp();
    await tell('KW-1', { state: 'in_transit' });
    await app.queue.runDue();
    await tell('KW-1', { state: 'available_for_pickup' });
    await app.queue.runDue();
    expect(await news('KW-1')).toEqual(['arrived owed', 'shipped told']);
    await tell('KW-1', { state: 'delivered' }, { state: 'delivered' });
    await app.queue.runDue();
    expect(await mails()).toHaveLength(1);
    later(24 * HOUR);
    await app.queue.runDue();
    expect(await news('KW-1')).toEqual(['arrived over', 'delivered told', 'shipped told']);
    expect(await mails()).toHaveLength(2);
    later(48 * HOUR);
    await app.queue.runDue();
    expect(await mails()).toHaveLength(2);
  });

  it('an event that comes late says nothing that is over', async () => {
    const { app, tell, news, at, mailed } = await setUp();
    const dhl = { kind: 'key', keyId: 'dhl', name: 'DHL', role: 'partner', carrier: 'DHL' } as const;
    await tell('KW-1', { state: 'pending' });
    await app.orders.report(dhl, 'JD0146000034', { id: '2', at: at(0), state: 'delivered' });
    await app.orders.report(dhl, 'JD0146000034', { id: '1', at: at(-HOUR / 2), state: 'out_for_delivery' });
    await app.orders.report(dhl, 'JD0146000034', { id: '2', at: at(0), state: 'delivered' });
    await app.queue.runDue();
    expect(await news('KW-1')).toEqual(['delivered told']);
    expect(await mailed('Your order has arrived')).toHaveLength(1);
    expect(await mailed('Your order is on its way')).toEqual([]);
  });

  it('a broken promise is told within a look: once, at once, and logged', async () => {
    const { app, tell, news, at, mailed, later, lateTouches } = await setUp();
    const due = { state: 'in_transit', expectedAt: at(2 * HOUR) };
    await tell('KW-1', due);
    await app.queue.runDue();
    later(2 * HOUR);
    expect(await app.orderWatch.noteLate()).toBe(1);
    expect(await app.orderWatch.noteLate()).toBe(0);
    await app.queue.runDue();
    expect(await news('KW-1')).toEqual(['late told', 'shipped told']);
    expect(await mailed('Your order is late')).toHaveLength(1);
    expect(await lateTouches()).toBe(1);
    await tell('KW-1', due);
    await app.orderWatch.noteLate();
    await app.queue.runDue();
    expect(await mailed('Your order is late')).toHaveLength(1);
  });

  it('several look at once, and one tells', async () => {
    const { app, tell, at, later, lateTouches } = await setUp();
    for (const number of ['KW-1', 'KW-2', 'KW-3']) await tell(number, { expectedAt: at(HOUR), tracking: number });
    later(2 * HOUR);
    const found = await Promise.all([1, 2, 3].map(() => app.orderWatch.noteLate()));
    expect(found.reduce((sum, count) => sum + count, 0)).toBe(3);
    expect(await lateTouches()).toBe(3);
  });

  it('what came before the promise passed, or before the mail was made, is not told as late', async () => {
    const { app, tell, news, at, later, mailed } = await setUp();
    const due = { expectedAt: at(HOUR) };
    await tell('KW-1', { ...due, tracking: 'P1' });
    await tell('KW-2', { ...due, tracking: 'P2' });
    await app.queue.runDue();
    await tell('KW-1', { ...due, tracking: 'P1', state: 'delivered' });
    later(2 * HOUR);
    expect(await app.orderWatch.noteLate()).toBe(1);
    await tell('KW-2', { ...due, tracking: 'P2', state: 'delivered' });
    await app.queue.runDue();
    expect(await mailed('Your order is late')).toEqual([]);
    expect(await news('KW-1')).not.toContain('late told');
    expect(await news('KW-2')).toContain('late over');
  });

  it('old news is none: orders that come in long after, and promises broken long ago', async () => {
    const { app, push, news, owed, ravi } = await setUp();
    await push('KW-1');
    await push('KW-2', { state: 'delivered', shipments: [parcelBody({ state: 'delivered', tracking: 'P2' })] });
    await app.orderWatch.noteLate();
    expect(await owed()).toBe(0);
    expect([...(await news('KW-1')), ...(await news('KW-2'))].every((line) => line.endsWith(' old'))).toBe(true);
    const { orders, count } = await app.orderWatch.late.list(ravi);
    expect(orders.map(({ number }) => number)).toEqual(['KW-1']);
    expect(count).toBe(1);
  });

  it('goes to proven addresses alone, and to nobody who left the company', async () => {
    const { app, tell, news, mei } = await setUp();
    await tell('KW-1', { state: 'in_transit' }, { customer: { email: 'nobody@kitewood.example', name: 'N' } });
    await app.queue.runDue();
    expect(await news('KW-1')).toEqual(['shipped unproven']);
    await tell('KW-2', { state: 'in_transit', tracking: 'P2' });
    const account = await app.database.db.selectFrom('account').select('id').executeTakeFirstOrThrow();
    await app.database.db
      .insertInto('membership')
      .values({
        ...{ accountId: account.id, personId: mei.personId, role: 'member' },
        ...{ createdAt: new Date().toISOString(), endedAt: new Date().toISOString() },
      })
      .execute();
    await app.queue.runDue();
    expect(await news('KW-2')).toEqual(['shipped hidden']);
  });

  it('an order without parcels is told by its own state, and a cancelled one not at all', async () => {
    const { app, tell, news } = await setUp();
    await tell('KW-1', null, { state: 'shipped' });
    await tell('KW-2', null, { state: 'shipped' });
    await tell('KW-2', null, { state: 'cancelled' });
    await app.queue.runDue();
    expect(await news('KW-1')).toEqual(['shipped told']);
    expect(await news('KW-2')).toEqual(['shipped over']);
  });
});
