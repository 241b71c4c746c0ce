import { expect, it } from 'vitest';
import { eachDatabase } from '../support/databases.ts';
import { naughtyStrings } from '../support/naughty.ts';
import { setUpFiles, table } from './filesSetup.ts';
import { refused } from './ordersSetup.ts';

eachDatabase('hostile files of orders', (source) => {
  it('spoil a row at most: endless cells, NULs, half signs, too few and too many cells', async () => {
    const { bring, app } = await setUpFiles(source);
    const [head = '', row = ''] = table([{ 'Order number': 'KW-1' }]).split('\n');
    const rows = [
      row.replace('Alder chair', 'x'.repeat(1_048_576)),
      row.replace('KW-1', 'KW-2').replace('Alder chair', 'Alder\0chair'),
      row.replace('KW-1', 'KW-3').split(',').slice(0, 9).join(','),
      row.replace('KW-1', 'KW-4') + ',one,more',
      row.replace('KW-1', 'KW-5').replace('Alder chair', 'a "quoted" chair'),
      row.replace('KW-1', 'KW-6') + ',,,',
    ];
    const done = await bring([head, ...rows, '', '   ', ''].join('\r\n'));
    expect(done.counts).toEqual({ created: 2, changed: 0, unchanged: 0, refused: 4 });
    expect(done.faults.map(({ row: at, fault }) => [at, fault.key])).toEqual([
      [2, 'orderFiles.fault.cellTooLong'],
      [3, 'errors.control'],
      [4, 'orderFiles.fault.rowWidth'],
      [5, 'orderFiles.fault.rowWidth'],
    ]);
    const known = await app.database.db.selectFrom('orderLine').select('name').orderBy('name').execute();
    expect(known).toEqual(
      [{ name: 'Alder chair' }, { name: 'a "quoted" chair' }].toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    );
  });

  it('are refused whole, and not kept, where nothing in them can be told apart', async () => {
    const { send, app, root } = await setUpFiles(source);
    const good = table([{ 'Order number': 'KW-1' }]);
    expect(await refused(send(''))).toEqual(['file']);
    expect(await refused(send('Order number,Total\n'))).toEqual(['file']);
    expect(await refused(send(Buffer.from(good, 'utf16le')))).toEqual(['file']);
    expect(await refused(send(Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 0, 0, 0, 0, 0, 0, 0])))).toEqual(['file']);
    expect(await refused(send(`${good}KW-2,"never closed${good.repeat(20)}`))).toEqual(['file']);
    expect(await refused(send(Array.from({ length: 300 }, (_, at) => `c${at}`).join(',') + '\n1'))).toEqual(['file']);
    expect(await app.orderFiles.list(root)).toEqual({ files: [], mappings: [] });
  });

  it('with characters of another encoding than somebody says are asked about again', async () => {
    const { send, app, root } = await setUpFiles(source);
    const { id, mapping } = await send(table([{ 'Order number': 'KW-1', 'Customer name': 'Jürgen' }]));
    const say = (encoding: string) =>
      app.orderFiles.describe(root, id, { source: 'erp', mapping: { ...mapping, encoding } });
    expect(await say('windows-1252')).toBe('again');
    expect((await app.orderFiles.read(root, id)).survey?.sample[0]?.cells).toContain('JÃ¼rgen');
    expect(await say('utf-8')).toBe('again');
    expect((await app.orderFiles.read(root, id)).survey?.sample[0]?.cells).toContain('Jürgen');
    expect(
      await refused(app.orderFiles.describe(root, id, { source: 'erp', mapping: { ...mapping, encoding: 'utf-7' } })),
    ).toEqual(['encoding']);
  });

  it('may head several columns alike, and name them like parts of every object', async () => {
    const { bring } = await setUpFiles(source);
    const file = table([{ 'Order number': 'KW-1', 'Order status': 'constructor' }, { 'Order number': 'KW-2' }])
      .replace('Product', 'Total')
      .replace('Customer name', '__proto__');
    const done = await bring(file);
    expect(done.survey?.headings).toContain('Total (2)');
    expect(done.counts).toMatchObject({ created: 1, refused: 1 });
    expect(done.faults[0]?.fault).toMatchObject({
      key: 'orderFiles.fault.unknownWord',
      params: { word: 'constructor' },
    });
  });

  it('of naughty strings store what they say or say why not', async () => {
    const { bring, app } = await setUpFiles(source);
    const strings = naughtyStrings().filter((text) => text.trim() !== '');
    const done = await bring(table(strings.map((text, at) => ({ 'Order number': `KW-${at}`, 'Customer name': text }))));
    const { created, refused: not } = done.counts;
    expect(created + not).toBe(strings.length);
    expect(not).toBeLessThan(strings.length / 10);
    const stored = await app.database.db.selectFrom('order').select(['number', 'customerName']).execute();
    for (const { number, customerName } of stored) {
      expect(customerName).toBe(strings[Number(number.slice(3))]?.replaceAll('\r\n', '\n').toWellFormed().trim());
    }
  });

  it('go on where they were broken off', async () => {
    const { app, root, send, check, later, beside } = await setUpFiles(source);
    const rows = Array.from({ length: 350 }, (_, at) => ({ 'Order number': `KW-${at}` }));
    const { id } = await check(await send(table(rows)), 'erp');
    const { store } = app.orders;
    let calls = 0;
    app.orders.store = async (...given) => {
      calls += 1;
      if (calls === 3) throw new Error('the power is gone');
      return store(...given);
    };
    await beside(app.orderFiles.apply(root, id));
    later(60_000);
    await app.queue.runDue();
    expect(await app.orderFiles.read(root, id)).toMatchObject({
      ...{ state: 'done', rowsDone: 350, counts: { created: 350, changed: 0, unchanged: 0, refused: 0 } },
    });
    expect(calls).toBe(5);
  });
});
