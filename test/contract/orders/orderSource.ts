import { describe, expect, it } from 'vitest';
import type { OrderSource, SourceContext, SourceOrder } from '../../../src/orders/index.ts';

/** How the suite reaches the system behind an order source. */
export interface OrderSourceUnderTest {
  source: OrderSource;
  /** Puts an order into the system, or changes it there. */
  put(order: SourceOrder): Promise<void>;
}

const context: SourceContext = { signal: AbortSignal.timeout(60_000), fetch: globalThis.fetch };

/** What every order source promises. A plugin's test calls it with the plugin against its real system. */
export function testOrderSource(name: string, make: () => Promise<OrderSourceUnderTest>): void {
  describe(`order source ${name}`, () => {
    it('has a name that can stand beside each order', async () => {
      const { source } = await make();
      expect(source.name).toMatch(/^[a-z][a-z0-9-]{0,39}$/);
    });

    it('gives an order as it is, amounts and instants untouched', async () => {
      const { source, put } = await make();
      await put(order(1));
      expect(await source.order('KW-1', context)).toEqual(order(1));
      expect(await source.order('KW-unknown', context)).toBeNull();
    });

    it('pages through everything from the beginning, each order once, none skipped among many of one instant', async () => {
      const { source, put } = await make();
      for (let number = 1; number <= 25; number++) await put(order(number, { updatedAt: '2026-11-02T09:00:00.000Z' }));
      const seen = await walk(source, null, 10);
      expect(seen.numbers.toSorted()).toEqual(Array.from({ length: 25 }, (_, index) => `KW-${index + 1}`).toSorted());
    });

    it('gives what changed since a cursor, the same again when asked again, and then nothing', async () => {
      const { source, put } = await make();
      await put(order(1));
      const { cursor } = await walk(source, null, 10);
      await put(order(1, { state: 'delivered', updatedAt: '2026-11-09T08:00:00.000Z' }));
      await put(order(2, { updatedAt: '2026-11-09T08:00:01.000Z' }));
      const page = await source.changesSince(cursor, { ...context, limit: 10 });
      expect(page.orders.map(({ number, state }) => [number, state])).toEqual([
        ['KW-1', 'delivered'],
        ['KW-2', 'shipped'],
      ]);
      expect((await source.changesSince(cursor, { ...context, limit: 10 })).orders).toEqual(page.orders);
      const end = await source.changesSince(page.cursor, { ...context, limit: 10 });
      expect(end).toEqual({ orders: [], cursor: page.cursor });
    });
  });
}

async function walk(
  source: OrderSource,
  from: string | null,
  limit: number,
): Promise<{ numbers: string[]; cursor: string }> {
  const numbers: string[] = [];
  let cursor = from;
  for (;;) {
    const page = await source.changesSince(cursor, { ...context, limit });
    expect(page.orders.length).toBeLessThanOrEqual(limit);
    numbers.push(...page.orders.map(({ number }) => number));
    if (page.orders.length === 0) return { numbers, cursor: page.cursor };
    cursor = page.cursor;
  }
}

function order(number: number, more: Partial<SourceOrder> = {}): SourceOrder {
  return {
    number: `KW-${number}`,
    customer: { email: 'mei@kitewood.example', name: 'Mei Lin' },
    account: { id: 'C-204', name: 'Harbour Lane Hotels' },
    state: 'shipped',
    placedAt: '2026-11-01T09:00:00.000Z',
    updatedAt: '2026-11-05T10:00:00.000Z',
    currency: 'EUR',
    total: '258.00',
    lines: [{ sku: 'CH-12', name: 'Alder chair', quantity: '2', unitPrice: '129.00' }],
    shipments: [],
    invoices: [{ number: `F-${number}`, issuedAt: '2026-11-02', dueAt: '2026-12-02', total: '258.00', state: 'open' }],
    ...more,
  };
}
