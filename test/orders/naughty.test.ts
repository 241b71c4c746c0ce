import { expect, it } from 'vitest';
import { eachDatabase } from '../support/databases.ts';
import { naughtyStrings } from '../support/naughty.ts';
import { orderBody, parcelBody, refused, setUpOrders } from './ordersSetup.ts';

eachDatabase('hostile words of a source', (source) => {
  it('are kept as they are or refused by their field, and nothing else breaks', async () => {
    const { app, erp, person } = await setUpOrders(source);
    const mei = await person('Mei');
    const words = naughtyStrings().filter((_, at) => at < 21 || at % 3 === 0); // the project's own, and some of each kind
    const taken = await app.orders.putMany(
      erp,
      words.map((text, at) => ({
        number: `N-${at}`,
        ...orderBody({
          reference: text,
          deliverTo: text,
          lines: [{ sku: 'A', name: text, quantity: '1', unitPrice: '1.00' }],
          shipments: [
            parcelBody({ events: [{ at: '2026-11-05T08:00:00Z', state: 'in_transit', place: null, note: text }] }),
          ],
        }),
      })),
    );
    expect(taken).toHaveLength(words.length);
    let kept = 0;
    for (const [at, one] of taken.entries()) {
      const text = words[at] ?? '';
      if (one.outcome === 'refused') {
        expect(one.refusal.code).toBe('invalid');
        expect(
          one.refusal.fields.every(({ field }) => /lines|reference|deliverTo|note/.test(field)),
          text,
        ).toBe(true);
        continue;
      }
      kept += 1;
      expect(one.outcome).toBe('created');
      if (at % 7) continue; // reading each would take long
      const order = await app.orders.read(mei, `N-${at}`);
      const lines = text.replaceAll('\r\n', '\n');
      expect(order.lines[0]?.name).toBe(lines);
      expect(order.shipments[0]?.events[0]?.note ?? '').toBe(lines);
    }
    expect(kept).toBeGreaterThan(words.length / 2);
    const dhl = { ...erp, role: 'partner', carrier: 'DHL' } as const;
    const event = { id: '1', at: '2026-11-05T08:00:00Z', state: 'delivered' };
    // As numbers, of orders and parcels, and as what is searched for.
    const some = words.filter((_, at) => at % 5 === 0 || at < 21);
    for (const text of some) {
      expect(await refused(app.orders.read(mei, text))).toBe('not_found');
      expect(await app.orders.numberIn(mei, text)).toBeNull();
      expect(await refused(app.orders.list(mei, { find: text, limit: 1 }))).toBe('nothing');
      expect(await refused(app.orders.report(dhl, text, event))).toBe('not_found');
    }
    for (const text of some) {
      expect(['invalid', 'nothing', 'number']).toContain(
        [await refused(app.orders.put(erp, text, orderBody()))].flat().at(0) ?? 'invalid',
      );
    }
  });
});
