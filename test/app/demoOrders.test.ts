import { expect, it } from 'vitest';
import { seedDemo } from '../../src/app/index.ts';
import { orderBook } from '../../src/app/demoOrders/book.ts';
import { catalogue } from '../../src/app/demoOrders/catalogue.ts';
import { setUpApplication } from './applicationSetup.ts';
import { eachDatabase } from '../support/databases.ts';

const DAY_MS = 86_400_000;

it('the demo’s orders are as fresh as the day they are made, any day of the week and hour of the day', () => {
  for (let hours = 0; hours < 24 * 8; hours += 7) {
    const now = Date.parse('2026-11-20T00:30:00Z') + hours * 3_600_000;
    const { orders, told } = orderBook(now);
    expect(orders.length).toBeGreaterThanOrEqual(60);
    expect(new Set(orders.map(({ number }) => number)).size).toBe(orders.length);
    // Whoever ordered later has the higher number.
    expect(orders.map(({ placedAt }) => placedAt)).toEqual(
      orders
        .map(({ placedAt }) => placedAt)
        .toSorted()
        .reverse(),
    );
    const placed = orders.map(({ placedAt }) => Date.parse(placedAt));
    expect((now - Math.min(...placed)) / DAY_MS).toBeGreaterThan(530);
    const happened = [
      ...orders.flatMap(({ shipments }) => shipments.flatMap(({ events }) => events)),
      ...told.map(({ event }) => event),
    ];
    for (const at of [
      ...placed,
      ...orders.map(({ updatedAt }) => Date.parse(updatedAt)),
      ...happened.map((event) => Date.parse(event.at)),
    ]) {
      expect(at).toBeLessThanOrEqual(now);
    }
    for (const { shipments } of orders) {
      for (const { events } of shipments)
        expect(events.map(({ at }) => at)).toEqual(events.map(({ at }) => at).toSorted());
    }
    const states = new Set([
      ...orders.flatMap(({ shipments }) => shipments.map(({ state }) => state)),
      ...told.map(({ event }) => event.state),
    ]);
    for (const state of [
      'attempt_failed',
      'available_for_pickup',
      'exception',
      'expired',
      'out_for_delivery',
    ] as const) {
      expect(states).toContain(state);
    }
    expect(new Set(orders.map(({ state }) => state)).size).toBe(8);
    expect(new Set(orders.map(({ currency }) => currency))).toEqual(new Set(['EUR', 'GBP', 'CNY']));
    expect(new Set(orders.flatMap(({ invoices }) => invoices.map(({ state }) => state)))).toEqual(
      new Set(['open', 'paid', 'void']),
    );
    expect(orders.flatMap(({ lines }) => lines).every(({ sku }) => sku in catalogue)).toBe(true);
  }
});

eachDatabase('the demo company', (source) => {
  it('has its orders once, told by its ERP and its carriers, and its tickets speak of them', async () => {
    const { app } = await setUpApplication(source);
    const { order } = await seedDemo(app, { password: 'three ordinary words' });
    const { db } = app.database;
    const rows = await db.selectFrom('order').select(['number', 'source', 'customerEmail']).execute();
    expect(rows).toHaveLength(orderBook(app.runtime.now()).orders.length);
    expect(new Set(rows.map((row) => row.source))).toEqual(new Set(['push:Demo ERP']));
    expect(rows.find(({ number }) => number === order.number)?.customerEmail).toBe(order.email);
    const partners = await db
      .selectFrom('shipmentEvent')
      .select('source')
      .where('source', 'like', 'partner:%')
      .execute();
    expect(partners.map((event) => event.source).toSorted()).toEqual([
      'partner:DHL',
      'partner:DPD',
      'partner:TT-Line Cargo',
    ]);
    const tickets = await db.selectFrom('ticket').select('orderNumber').execute();
    const known = new Set(rows.map(({ number }) => number));
    expect(tickets.every(({ orderNumber }) => orderNumber !== null && known.has(orderNumber))).toBe(true);
  });
});
