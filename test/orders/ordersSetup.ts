import type { KeyViewer, PersonViewer, Seat } from '../../src/accounts/index.ts';
import { setUpApplication, type ApplicationSetup } from '../app/applicationSetup.ts';
import type { DatabaseSource } from '../support/databases.ts';

export interface OrdersSetup extends ApplicationSetup {
  erp: KeyViewer;
  /** Pushes the order of {@link orderBody} with some of it changed. */
  push(number: string, more?: Record<string, unknown>): Promise<{ created: boolean }>;
  /** The person with one seat, acting there. */
  seated(person: PersonViewer, externalId: string, seat?: Partial<Seat>): Promise<PersonViewer>;
}

export const key = (name: string): KeyViewer => ({ kind: 'key', keyId: name, name, role: 'system', carrier: null });

/** The order of the documentation. */
export function orderBody(more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    customer: { email: 'mei@kitewood.example', name: 'Mei Lin' },
    account: { id: 'C-204', name: 'Harbour Lane Hotels' },
    state: 'shipped',
    placedAt: '2026-11-02T09:00:00Z',
    updatedAt: '2026-11-05T10:00:00Z',
    currency: 'EUR',
    total: '258.00',
    lines: [{ sku: 'CH-12', name: 'Alder chair', quantity: '2', unitPrice: '129.00' }],
    shipments: [parcelBody()],
    invoices: [{ number: 'F-2231', issuedAt: '2026-11-02', dueAt: '2026-12-02', total: '258.00', state: 'open' }],
    ...more,
  };
}

export function parcelBody(more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    tracking: 'JD0146000034',
    carrier: 'DHL',
    state: 'in_transit',
    expectedAt: '2026-11-07T18:00:00Z',
    events: [{ at: '2026-11-05T08:00:00Z', state: 'in_transit', place: 'Leipzig', note: 'Sorted' }],
    ...more,
  };
}

/** The application with a key that pushes orders. */
export async function setUpOrders(source: DatabaseSource): Promise<OrdersSetup> {
  const setup = await setUpApplication(source);
  const erp = key('ERP');
  return {
    ...setup,
    erp,
    push: (number, more = {}) => setup.app.orders.put(erp, number, orderBody(more)),
    async seated(person, externalId, more = {}) {
      const { id, name } = await setup.app.database.db
        .selectFrom('account')
        .select(['id', 'name'])
        .where('externalId', '=', externalId)
        .executeTakeFirstOrThrow();
      const seat: Seat = { accountId: id, name, role: 'member', orders: 'all', tickets: 'own', ...more };
      return { ...person, seats: [seat], accountId: id };
    },
  };
}

/** The fields that a refusal names, or its code. */
export async function refused(work: Promise<unknown>): Promise<string[] | string> {
  try {
    await work;
    return 'nothing';
  } catch (error) {
    const { code, fields = [] } = error as { code?: string; fields?: { field: string }[] };
    return code === 'invalid' ? fields.map(({ field }) => field) : (code ?? String(error));
  }
}
