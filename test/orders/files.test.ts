import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { translator } from '../../src/platform/i18n/index.ts';
import { root as projectRoot } from '../../scripts/install.mjs';
import { eachDatabase } from '../support/databases.ts';
import { exampleFile, setUpFiles, table, textOf } from './filesSetup.ts';
import { orderBody, parcelBody, refused } from './ordersSetup.ts';

eachDatabase('orders from a file', (source) => {
  it('are proposed, checked without storing anything, stored, and the same again change nothing', async () => {
    const { app, root, send, check, bring, person } = await setUpFiles(source);
    const sent = await send(exampleFile);
    expect(sent).toMatchObject({ state: 'mapping', format: 'csv', rows: 4, source: null });
    expect(sent.mapping?.columns.every(({ field }) => field !== null)).toBe(true);
    const written = { encoding: 'utf-8', separator: ',', decimal: '.', dates: 'iso', updated: 'column' };
    expect(sent.mapping).toMatchObject(written);
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
      ...{ state: 'shipped', total: '277.00', accountName: 'Harbour Lane Hotels' },
      placedAt: '2026-11-02T10:00:00.000Z',
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
    expect((await send(exampleFile)).source).toBe('erp');
  });

  it('with a wrong row are refused whole, the others stored, and what is wrong stands in a table for a spreadsheet', async () => {
    const { app, root, bring } = await setUpFiles(source);
    const file = table([
      { 'Order number': 'KW-1' },
      { 'Order number': 'KW-2', Total: '12,5' },
      { 'Order number': 'KW-2' },
      { 'Order number': 'KW-3', 'Customer e-mail': 'nobody', 'Order date': '31.12.2026' },
      { 'Order number': 'KW-4', 'Order date': '2099-01-01' },
      { 'Order number': 'KW-5', Currency: 'XYZ', 'Order status': 'Lost in the woods' },
      { 'Order number': 'KW-6', Product: '=HYPERLINK("http://evil.example","x")', Quantity: '-1' },
      { 'Order number': '', Product: 'nobody’s' },
    ]);
    const done = await bring(file);
    expect(done.counts).toEqual({ created: 1, changed: 0, unchanged: 0, refused: 6 });
    const zh = translator('zh-cn', { timeZone: 'UTC' });
    const { table: written } = await app.orderFaults.table(root, done.id, zh);
    const text = await textOf(written);
    expect(text).toMatch(/^\ufeff行,列,问题,Order number,/);
    // What a spreadsheet would run is plain text in it.
    expect(text).toContain(`"'=HYPERLINK(""http://evil.example"",""x"")"`);
    const en = app.orderFaults.lines(translator('en', { timeZone: 'UTC' }), done.faults);
    expect(en.map(({ row, column }) => [row, column])).toEqual([
      [3, 'Total'],
      [5, 'Order date'],
      [5, 'Customer e-mail'],
      [6, 'Order date'],
      [7, 'Order status'],
      [7, 'Currency'],
      [8, 'Quantity'],
      [9, 'Order number'],
    ]);
    expect(en.map(({ what }) => what).join('\n')).not.toMatch(/undefined|\{|errors\./);
  });

  it('of another source are refused, as is a row that says otherwise than the first of its order', async () => {
    const { push, bring, app } = await setUpFiles(source);
    await push('KW-1');
    const done = await bring(
      table([{ 'Order number': 'kw 1' }, { 'Order number': 'KW-2' }, { 'Order number': 'KW-2', Total: '1.00' }]),
    );
    expect(done.counts).toMatchObject({ created: 0, refused: 2 });
    expect(done.faults.map(({ row, fault }) => [row, fault.key])).toEqual([
      [2, 'orderFiles.fault.foreignNumber'],
      [4, 'orderFiles.fault.rowsDiffer'],
    ]);
    const rows = await app.database.db.selectFrom('order').select('source').execute();
    expect(rows).toEqual([{ source: 'push:ERP' }]);
  });

  it('come as Chinese and German programs write them, and say so before they are stored', async () => {
    const { send, bring, app } = await setUpFiles(source);
    // 订单号,邮箱,客户,状态,下单时间,币种,单价,数量,货号,商品 with 已发货 in GB18030.
    const chinese = readFileSync(join(projectRoot, 'test/orders/orders.gb18030.csv'));
    const sent = await send(chinese);
    expect(sent.mapping).toMatchObject({ encoding: 'gb18030', separator: ',', dates: 'y/m/d', updated: 'file' });
    expect((await bring(chinese, 'shop-cn')).counts).toMatchObject({ created: 2, refused: 0 });
    const german = [
      'Bestellnummer;E-Mail;Kunde;Status;Bestelldatum;Geändert am;Währung;Artikelnummer;Bezeichnung;Menge;Einzelpreis',
      'DE-1;jonas@kitewood.example;Jürgen Groß;Versandt;02.11.2026;05.11.2026 10:00;EUR;CH-12;Stuhl;12;1.129,50',
      '',
    ].join('\r\n');
    const latin = await send(Buffer.from(german, 'latin1'));
    expect(latin.mapping).toMatchObject({ encoding: 'windows-1252', separator: ';', decimal: ',', dates: 'd.m.y' });
    await bring(`\ufeff${german}`, 'erp-de');
    const rows = await app.database.db
      .selectFrom('order')
      .select(['number', 'customerName', 'total'])
      .orderBy('number')
      .execute();
    expect(rows).toEqual([
      { number: 'CN-1', customerName: '周明华', total: '1960.00' },
      { number: 'CN-2', customerName: '陈雨桐', total: '78.00' },
      { number: 'DE-1', customerName: 'Jürgen Groß', total: '13554.00' },
    ]);
    // The file says nothing of when orders changed: sent again later, they are the same.
    expect((await bring(chinese, 'shop-cn')).counts).toMatchObject({ unchanged: 2, changed: 0 });
  });

  it('come as lines of JSON, each as the push API takes it', async () => {
    const { bring, app } = await setUpFiles(source);
    const line = (number: string, more = {}): string => JSON.stringify({ number, ...orderBody(more) });
    const lines = [
      line('KW-1'),
      '{"number":',
      line('KW-2', { total: 'much' }),
      '',
      line('KW-3', { shipments: [parcelBody({ state: 'flying' })] }),
    ];
    const done = await bring(lines.join('\n'), 'lines');
    expect(done).toMatchObject({ format: 'ndjson', counts: { created: 1, refused: 3 } });
    expect(done.faults.map(({ row, column }) => [row, column])).toEqual([
      [2, null],
      [3, 'total'],
      [5, 'shipments[0].state'],
    ]);
    expect(await app.database.db.selectFrom('order').select(['number', 'source']).execute()).toEqual([
      { number: 'KW-1', source: 'file:lines' },
    ]);
  });

  it('stand in rows far apart, in several parcels, and cost what their lines cost where no column says it', async () => {
    const { bring, app, person } = await setUpFiles(source);
    const piece = (number: string, sku: string, tracking: string) => ({
      ...{ 'Order number': number, 'Item number': sku, 'Tracking number': tracking },
      ...{ Carrier: 'DHL', 'Shipping status': 'Delivered' },
    });
    const file = table([piece('KW-1', 'A', 'P1'), piece('KW-2', 'C', 'P3'), piece('KW-1', 'B', 'P2')]).replaceAll(
      /,Total|,258\.00/g,
      '',
    );
    expect((await bring(file)).counts).toMatchObject({ created: 2, refused: 0 });
    const { lines, shipments, total } = await app.orders.read(await person('Mei'), 'KW-1');
    expect(lines.map(({ sku }) => sku)).toEqual(['A', 'B']);
    expect(shipments.map(({ tracking, contents }) => [tracking, contents.map(({ sku }) => sku)])).toEqual([
      ['P1', ['A']],
      ['P2', ['B']],
    ]);
    expect(total).toBe('516.00');
  });

  it('are asked about before anything is guessed: missing columns, columns said twice, words for no state', async () => {
    const { app, root, send } = await setUpFiles(source);
    const { id, mapping } = await send(table([{ 'Order number': 'KW-1', 'Order status': 'Ready at the ramp' }]));
    const say = (more: object) =>
      refused(app.orderFiles.describe(root, id, { source: 'erp', mapping: { ...mapping, ...more } }));
    const columns = mapping?.columns ?? [];
    const without = (heading: string) =>
      columns.map((column) => (column.heading === heading ? { heading, field: null } : column));
    expect(await say({ columns: without('Order date') })).toEqual(['placedAt']);
    expect(await say({ columns: columns.map((column) => ({ ...column, field: 'number' })) })).toContain('number');
    expect(await say({})).toEqual(['words.state']);
    expect(await say({ dates: 'roman' })).toEqual(['dates']);
    expect(await refused(app.orderFiles.describe(root, id, { source: 'The ERP!', mapping: { ...mapping } }))).toEqual([
      'source',
    ]);
    expect((await app.orderFiles.read(root, id)).state).toBe('mapping');
  });

  it('belong to administrators alone', async () => {
    const { app, person, send } = await setUpFiles(source);
    const { id } = await send(exampleFile);
    const { orderFiles } = app;
    for (const role of ['customer', 'author', 'agent'] as const) {
      const viewer = await person(`A ${role}`.replaceAll(' ', ''), role);
      expect(await refused(orderFiles.list(viewer))).toBe('forbidden');
      expect(await refused(orderFiles.read(viewer, id))).toBe('forbidden');
      expect(await refused(orderFiles.describe(viewer, id, { source: 'erp' }))).toBe('forbidden');
      expect(await refused(orderFiles.apply(viewer, id))).toBe('forbidden');
      expect(await refused(orderFiles.reopen(viewer, id))).toBe('forbidden');
      expect(await refused(orderFiles.faults(viewer, id))).toBe('forbidden');
      expect(await refused(orderFiles.receive(viewer, { upload: async () => null }))).toBe('forbidden');
    }
  });

  it('are stored once only: by one of two who press the button, and not unless they were checked', async () => {
    const { app, root, send, check, beside } = await setUpFiles(source);
    const sent = await send(exampleFile);
    expect(await refused(app.orderFiles.apply(root, sent.id))).toBe('conflict');
    const { id } = await check(sent, 'erp');
    const both = await beside(Promise.allSettled([app.orderFiles.apply(root, id), app.orderFiles.apply(root, id)]));
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect((await app.orderFiles.read(root, id)).counts.created).toBe(3);
    expect(await refused(app.orderFiles.reopen(root, id))).toBe('conflict');
  });

  it('are forgotten with their file and faults: what nobody went on with after a day, what is done after a week', async () => {
    const { app, root, send, bring, later } = await setUpFiles(source);
    const { id: begun } = await send(exampleFile);
    const { id: done } = await bring(table([{ 'Order number': 'KW-1', Total: 'x' }]));
    later(25 * 3_600_000);
    await app.orderFiles.sweep();
    expect(await refused(app.orderFiles.read(root, begun))).toBe('not_found');
    expect((await app.orderFiles.read(root, done)).faults).toHaveLength(1);
    later(7 * 24 * 3_600_000);
    await app.orderFiles.sweep();
    expect(await refused(app.orderFiles.read(root, done))).toBe('not_found');
    expect(await app.database.db.selectFrom('orderFileFault').select('row').execute()).toEqual([]);
  });
});
