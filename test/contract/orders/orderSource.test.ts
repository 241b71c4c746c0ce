import { describe, expect, it } from 'vitest';
import type { OrderPage, OrderSource, SourceOrder } from '../../../src/orders/index.ts';
import { testOrderSource } from './orderSource.ts';

/** The smallest source that keeps the contract: what a plugin's author may start from. */
function keptInMemory(): { source: OrderSource; put(order: SourceOrder): Promise<void> } {
  const orders = new Map<string, SourceOrder>();
  const place = ({ updatedAt, number }: SourceOrder): string => `${updatedAt}~${number}`;
  const source: OrderSource = {
    name: 'in-memory',
    capabilities: { deletions: false },
    async changesSince(cursor, { limit }): Promise<OrderPage> {
      const changed = [...orders.values()]
        .toSorted((a, b) => (place(a) < place(b) ? -1 : 1))
        .filter((order) => place(order) > (cursor ?? ''));
      const page = changed.slice(0, limit);
      const last = page.at(-1);
      return { orders: page, cursor: last ? place(last) : (cursor ?? '') };
    },
    order: async (number) => orders.get(number) ?? null,
  };
  return { source, put: async (order) => void orders.set(order.number, order) };
}

testOrderSource('kept in memory', async () => keptInMemory());

describe('the suite itself', () => {
  it('is about promises that a careless source breaks: a cursor of time alone skips orders of one instant', async () => {
    const { source, put } = keptInMemory();
    for (const number of ['KW-1', 'KW-2']) await put({ number, updatedAt: '2026-11-02T09:00:00.000Z' } as SourceOrder);
    const context = { signal: AbortSignal.timeout(1_000), fetch: globalThis.fetch, limit: 1 };
    const first = await source.changesSince(null, context);
    const timeOnly = first.orders[0]?.updatedAt ?? '';
    expect((await source.changesSince(first.cursor, context)).orders).toHaveLength(1);
    expect((await source.changesSince(`${timeOnly}~\uffff`, context)).orders).toHaveLength(0);
  });
});
