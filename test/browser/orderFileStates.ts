import { writeFileSync } from 'node:fs';
import type { PersonViewer } from '../../src/accounts/index.ts';
import { besideQueue } from '../support/beside.ts';
import type { TestPortal } from '../support/portal.ts';
import type { State } from './states.ts';

/** A file of orders in each state it can be in, by id. */
export type OrderFileScene = Record<
  'described' | 'strange' | 'lines' | 'checking' | 'checked' | 'done' | 'failed',
  string
>;

const long = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft'.repeat(2);
const head = 'Order number,E-mail,Customer,Order status,Order date,Currency,SKU,Product,Quantity,Price,Note';
const row = (number: string, state = 'Shipped', day = '2026-11-02'): string =>
  `${number},mei@kitewood.example,Mei Lin,${state},${day},EUR,CH-12,${long},2,129.00,${long}`;

/** Brings files in and leaves each of them in another state. */
export async function makeOrderFileScene(
  { app }: TestPortal,
  root: PersonViewer,
  locale: string,
): Promise<OrderFileScene> {
  const { orderFiles, database, queue } = app;
  const send = async (name: string, ...lines: string[]): Promise<string> => {
    const upload = async (path: string) => {
      writeFileSync(path, lines.join('\n'));
      return { name, size: lines.join('\n').length };
    };
    return (await orderFiles.receive(root, { upload })).id;
  };
  const check = async (name: string, ...rows: string[]): Promise<string> => {
    const id = await send(name, head, ...rows);
    const { mapping } = await orderFiles.read(root, id);
    const input = { source: `axe-${locale}`, mapping: { ...mapping }, strange: true };
    await besideQueue(queue, orderFiles.describe(root, id, input));
    return id;
  };
  const set = (id: string, state: 'checking' | 'failed') =>
    database.db.updateTable('orderFile').set({ state, rowsDone: 1 }).where('id', '=', id).execute();
  const checked = await check(`${long}.csv`, row(`A-${locale}`), row('B', 'Lost'), row('C', 'Shipped', 'soon'));
  const stored = await check('stored.csv', row(`D-${locale}`), row('E', 'Lost'));
  await besideQueue(queue, orderFiles.apply(root, stored));
  const strange = await send('strange.csv', head.replace('Note', 'Remark'), row('F', long.slice(0, 50)));
  const [checking, failed] = [await check('checking.csv', row('G')), await check('failed.csv', row('H'))];
  await set(checking, 'checking');
  await set(failed, 'failed');
  return {
    described: await send('described.csv', `${head},${long}`, `${row('I')},x`),
    lines: await send('lines.ndjson', '{"number":"KW-1"}'),
    ...{ strange, checking, checked, done: stored, failed },
  };
}

/** Every page and state of files of orders. */
export function orderFileStates(scene: OrderFileScene): State[] {
  const path = '/staff/orders/import';
  const is = (name: string, at: string, more: Partial<State> = {}): State => ({
    ...{ name: `order files, ${name}`, who: 'administrator', path: at },
    ...more,
  });
  const describe = (id: string, source: string) => ({
    form: {
      ...{ intent: 'describe', source, encoding: 'utf-8', separator: 'comma', decimal: 'point', dates: 'iso' },
      ...{ timeZone: 'UTC', updated: 'column' },
    },
    status: 422,
    path: `${path}/${id}`,
  });
  return [
    is('list', path),
    is('no file', path, { form: { mapping: '' }, status: 422 }),
    is('to describe', `${path}/${scene.described}`),
    is('described faulty', '', describe(scene.described, 'The ERP!')),
    is('lines', `${path}/${scene.lines}`),
    is('words', `${path}/${scene.strange}`),
    is('checking', `${path}/${scene.checking}`),
    is('checked', `${path}/${scene.checked}`),
    is('stored', `${path}/${scene.done}`),
    is('broken off', `${path}/${scene.failed}`),
  ];
}
