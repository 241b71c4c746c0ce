import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Application } from '../../src/app/index.ts';
import { anonymous } from '../../src/accounts/index.ts';
import type { OrderTable } from '../../src/orders/tables.ts';
import { instant, newId } from '../../src/platform/runtime.ts';
import { readMail, type ReadMail } from '../support/mail.ts';
import type { ApplicationSetup } from './applicationSetup.ts';

export const client = { address: '192.0.2.7', userAgent: 'Test/1.0' };
export const asking = { client, locale: 'en' } as const;

/** An order with a line, a parcel and an invoice, as a source would have told it. @returns its id. */
export async function addOrder(
  app: Application,
  { number, email, ...more }: { number: string; email: string | null } & Partial<OrderTable>,
): Promise<string> {
  const id = newId(app.runtime);
  const now = instant(app.runtime.now());
  await app.database.transaction(async (tx) => {
    await tx
      .insertInto('order')
      .values({
        ...{ id, number, numberKey: number.toLowerCase(), source: 'push:ERP', customerEmail: email },
        ...{ customerName: 'Mei Lin', accountId: null, reference: null, deliverTo: '12 Harbour Lane\nHamburg' },
        ...{ state: 'shipped', stateAt: now, currency: 'EUR', total: '129.00', placedAt: now, updatedAt: now },
        ...{ moving: 1, promisedAt: null, lateNotedAt: null, lineCount: 1, findText: number.toLowerCase() },
        recordedAt: now,
        ...more,
      })
      .execute();
    await tx
      .insertInto('orderLine')
      .values({
        orderId: id,
        position: 0,
        sku: 'CH-12',
        name: 'Alder chair',
        quantity: '1',
        unitPrice: '129.00',
        unitCost: '61.00',
      })
      .execute();
    await tx
      .insertInto('invoice')
      .values({ orderId: id, number: 'F-2231', issuedAt: '2026-11-02', dueAt: null, total: '129.00', state: 'open' })
      .execute();
  });
  return id;
}

/** Does what was asked for, as if the worker's pause were over; gives the mails written since the last time, newest last. */
export function mailbox({ app }: ApplicationSetup): () => Promise<ReadMail[]> {
  const folder = join(app.settings.dataFolder, 'mail');
  const known = new Set<string>();
  return async () => {
    await hurry(app);
    await app.queue.runDue();
    const all = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.eml')) : [];
    const fresh = all.filter((name) => !known.has(name));
    for (const name of fresh) known.add(name);
    return fresh.map((name) => readMail(readFileSync(join(folder, name), 'utf8')));
  };
}

/** What is asked for is looked at a moment later, and not at a fixed one; tests need not wait. */
export async function hurry({ database }: Application): Promise<void> {
  await database.db
    .updateTable('job')
    .set((eb) => ({ runAt: eb.ref('createdAt') }))
    .where('kind', '=', 'mail.order_view')
    .execute();
}

export const tokenIn = (mail: ReadMail | undefined): string =>
  /\/orders\/view\/([\w-]+)/.exec(mail?.text ?? '')?.[1] ?? '';
export const digitsIn = (mail: ReadMail | undefined): string => /^(\d{3} \d{3})$/m.exec(mail?.text ?? '')?.[1] ?? '';

export const view = (app: Application, token: string) =>
  app.orderLookUp.open(anonymous, token, { locale: 'en', touch: true });
