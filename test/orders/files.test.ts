import { expect, it } from 'vitest';
import { eachDatabase } from '../support/databases.ts';
import { exampleFile, setUpFiles } from './filesSetup.ts';

eachDatabase('orders from a file', (source) => {
  it('are proposed, checked without storing anything, stored, and the same again change nothing', async () => {
    const { app, root, send, check, bring, person } = await setUpFiles(source);
    const sent = await send(exampleFile);
    expect(sent).toMatchObject({ state: 'mapping', format: 'csv', rows: 4, source: null });
    expect(sent.mapping?.columns.every(({ field }) => field !== null)).toBe(true);
    expect(sent.mapping).toMatchObject({
      encoding: 'utf-8',
      separator: ',',
      decimal: '.',
      dates: 'iso',
      updated: 'column',
    });
    const checked = await check(sent, 'erp');
    expect(checked).toMatchObject({
      ...{ state: 'checked', source: 'erp', faultCount: 0 },
      counts: { created: 3, changed: 0, unchanged: 0, refused: 0 },
    });
    expect(checked.preview.map(({ number, lines }) => [number, lines.length])).toEqual([
      ['KW-1', 2],
      ['KW-2', 1],
      ['KW-3', 1],
    ]);
    expect(await app.database.db.selectFrom('order').select('id').execute()).toEqual([]);

    const done = await bring(exampleFile);
    expect(done).toMatchObject({ state: 'done', counts: { created: 3, changed: 0, unchanged: 0, refused: 0 } });
    const mei = await person('Mei');
    expect(await app.orders.read(mei, 'KW-1')).toMatchObject({
      ...{
        state: 'shipped',
        total: '277.00',
        accountName: 'Harbour Lane Hotels',
        placedAt: '2026-11-02T10:00:00.000Z',
      },
      lines: [
        { sku: 'CH-12', sum: '258.00' },
        { sku: 'FP-20', name: 'Felt pads, pack of 20', sum: '19.00' },
      ],
      shipments: [{ tracking: 'JD014600', state: 'in_transit', expectedAt: '2026-11-07T00:00:00.000Z' }],
      invoices: [{ number: 'F-1', total: '277.00', state: 'open', dueAt: '2026-12-02' }],
    });
    const before = await app.database.db.selectFrom('order').selectAll().orderBy('id').execute();
    const again = await bring(exampleFile);
    expect(again.counts).toEqual({ created: 0, changed: 0, unchanged: 3, refused: 0 });
    expect(await app.database.db.selectFrom('order').selectAll().orderBy('id').execute()).toEqual(before);
    expect((await app.orderFiles.list(root)).mappings).toEqual(['erp']);
  });
});
