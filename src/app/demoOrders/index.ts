import type { KeyViewer } from '../../accounts/index.ts';
import { hashToken } from '../../platform/secrets/index.ts';
import type { Application } from '../application.ts';
import { orderBook } from './book.ts';
import { customers } from './customers.ts';

/** The demo's own systems. They have no key that anybody could use. */
const erp: KeyViewer = { kind: 'key', keyId: 'demo-erp', name: 'Demo ERP', role: 'system', carrier: null };
const carrierKey = (carrier: string): KeyViewer => ({
  ...{ kind: 'key', keyId: `demo-carrier-${carrier}`, name: carrier, role: 'partner', carrier },
});

/** An order that may be followed without an account, and the address that goes with it. */
export const orderToTry = { number: 'KW-10023', email: customers.meiHotel.email } as const;

/**
 * Kitewood's orders, as its ERP and its carriers tell of them, as of now. Told again, after a start that was cut off, they
 * are the same orders.
 */
export async function seedOrders({ orders, runtime }: Application): Promise<void> {
  const book = orderBook(runtime.now());
  const refused = (await orders.putMany(erp, book.orders)).filter(({ outcome }) => outcome === 'refused');
  if (refused.length > 0) throw new Error(`The push API refuses orders of the demo: ${JSON.stringify(refused)}`);
  for (const { carrier, tracking, event } of book.told) {
    await orders.report(carrierKey(carrier), tracking, { id: `demo-${hashToken(tracking).slice(0, 16)}`, ...event });
  }
}
