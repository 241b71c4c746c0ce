import { writeFileSync } from 'node:fs';
import type { PersonViewer } from '../../src/accounts/index.ts';
import type { Mapping, OrderFileDetails } from '../../src/orders/index.ts';
import { besideQueue } from '../support/beside.ts';
import type { DatabaseSource } from '../support/databases.ts';
import { setUpOrders, type OrdersSetup } from './ordersSetup.ts';

export interface FilesSetup extends OrdersSetup {
  root: PersonViewer;
  /** Sends a file and gives it as it is proposed to be read. */
  send(content: string | Uint8Array, mapping?: string): Promise<OrderFileDetails>;
  /** Says how a file is read, as proposed with some of it changed, and has it checked. */
  check(file: OrderFileDetails, source: string, more?: Partial<Mapping>): Promise<OrderFileDetails>;
  /** Waits for something while what is queued is done. */
  beside<T>(work: Promise<T>): Promise<T>;
  /** Sends, describes, checks and stores a file. */
  bring(content: string | Uint8Array, source?: string, more?: Partial<Mapping>): Promise<OrderFileDetails>;
}

/** The application with an administrator who brings in files. */
export async function setUpFiles(source: DatabaseSource): Promise<FilesSetup> {
  const setup = await setUpOrders(source);
  const { app } = setup;
  const root = await setup.person('Root', 'administrator');
  const files = app.orderFiles;
  const beside = <T>(work: Promise<T>): Promise<T> => besideQueue(app.queue, work);
  const self: FilesSetup = {
    ...setup,
    root,
    beside,
    async send(content, mapping) {
      const upload = async (path: string) => {
        writeFileSync(path, content);
        return { name: 'orders.csv', size: content.length };
      };
      const { id } = await files.receive(root, { mapping, upload });
      return files.read(root, id);
    },
    async check(file, name, more = {}) {
      await beside(
        files.describe(root, file.id, { source: name, mapping: { ...file.mapping, ...more }, strange: true }),
      );
      return files.read(root, file.id);
    },
    async bring(content, name = 'erp', more = {}) {
      const { id } = await self.check(await self.send(content), name, more);
      await beside(files.apply(root, id));
      return files.read(root, id);
    },
  };
  return self;
}

/** A file of three orders, as an ERP writes it: two pieces of the first, a parcel and an invoice. */
export const exampleFile = [
  'Order number,Customer e-mail,Customer name,Account,Company,Order status,Order date,Changed,Currency,Total,Item number,Product,Quantity,Unit price,Tracking number,Carrier,Shipping status,Expected delivery,Invoice number,Invoice date,Due date,Invoice total,Payment status',
  'KW-1,mei@kitewood.example,Mei Lin,C-204,Harbour Lane Hotels,Shipped,2026-11-02 10:00,2026-11-05T10:00:00Z,EUR,277.00,CH-12,Alder chair CH-12,2,129.00,JD014600,DHL,In transit,2026-11-07,F-1,2026-11-02,2026-12-02,277.00,Unpaid',
  'KW-1,mei@kitewood.example,Mei Lin,C-204,Harbour Lane Hotels,Shipped,2026-11-02 10:00,2026-11-05T10:00:00Z,EUR,277.00,FP-20,"Felt pads, pack of 20",2,9.50,JD014600,DHL,In transit,2026-11-07,F-1,2026-11-02,2026-12-02,277.00,Unpaid',
  'KW-2,tom@kitewood.example,Tom Aldridge,,,Delivered,2026-10-02 09:00,2026-10-09T10:00:00Z,GBP,649.00,TB-31,Quay table,1,649.00,,,,,,,,,',
  'KW-3,tom@kitewood.example,Tom Aldridge,,,New,2026-11-03 09:00,2026-11-03T09:00:00Z,GBP,8.50,FP-20,Felt pads,1,8.50,,,,,,,,,',
  '',
].join('\n');

const usual: Record<string, string> = {
  'Order number': 'KW-1',
  'Customer e-mail': 'mei@kitewood.example',
  'Customer name': 'Mei Lin',
  'Order status': 'Shipped',
  'Order date': '2026-11-02',
  Changed: '2026-11-05',
  Currency: 'EUR',
  Total: '258.00',
  'Item number': 'CH-12',
  Product: 'Alder chair',
  Quantity: '2',
  'Unit price': '129.00',
  'Tracking number': '',
  Carrier: '',
  'Shipping status': '',
};

/** A file of rows that say what is given, and else what is usual. */
export function table(rows: readonly Record<string, string>[]): string {
  const quoted = (cell: string): string => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
  const headings = Object.keys(usual);
  const lines = rows.map((row) => headings.map((heading) => quoted(row[heading] ?? usual[heading] ?? '')).join(','));
  return [headings.join(','), ...lines, ''].join('\n');
}

export async function textOf(stream: ReadableStream): Promise<string> {
  return Buffer.from(await new Response(stream).arrayBuffer()).toString('utf8');
}
