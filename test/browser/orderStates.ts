import type { Page } from 'playwright-core';
import type { Application } from '../../src/app/index.ts';
import type { Locale } from '../../src/platform/i18n/index.ts';
import { orderBody, parcelBody } from '../orders/ordersSetup.ts';
import type { TestPerson } from '../support/portal.ts';
import type { State } from './states.ts';

/** Orders in every state that looks like one of its own, by what is wrong or right with them. */
export type OrderScene = Record<
  'van' | 'late' | 'delivered' | 'returned' | 'cancelled' | 'stale' | 'pickup' | 'missed' | 'received',
  string
>;

const HOUR = 3_600_000;
const erp = { kind: 'key', keyId: 'erp', name: 'ERP', role: 'system', carrier: null } as const;
const long = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft';

/** Pushes them for one customer. */
export async function makeOrderScene(app: Application, locale: Locale, customer: TestPerson): Promise<OrderScene> {
  const ago = (hours: number): string => new Date(app.runtime.now() - hours * HOUR).toISOString();
  const prefix = locale === 'en' ? 'EN' : 'ZH';
  const said = locale === 'en' ? 'Vessel full; booked on the next ferry' : '本班满载，已改订下一班';
  const event = (state: string, hours: number, note: string | null = null) => ({
    ...{ at: ago(hours), state, place: 'Hamburg', note },
  });
  const parcel = (tracking: string, state: string, hours: number, more: Record<string, unknown> = {}) =>
    parcelBody({
      tracking: `${prefix}${tracking}`,
      ...{ state, expectedAt: null, events: [event(state, hours, said), event('in_transit', hours + 20)] },
      ...more,
    });
  const push = async (number: string, more: Record<string, unknown>): Promise<string> => {
    const { order } = await app.orders.put(erp, `${prefix}-${number}`, {
      ...orderBody({ account: { id: `C-${prefix}`, name: 'Harbour Lane Hotels' } }),
      customer: { email: customer.email, name: customer.name },
      ...{ placedAt: ago(400), updatedAt: ago(1), reference: 'HLH-BAR-04' },
      ...{ deliverTo: `Harbour Lane Hotels\nBaumwall 7, ${long}\n20459 Hamburg` },
      ...more,
    });
    return order.number;
  };
  const lines = [
    { sku: 'CH-12', name: 'Alder chair', quantity: '2', unitPrice: '129.00' },
    { sku: 'TB-31', name: `Quay extending table ${long}`, quantity: '1', unitPrice: '749.00' },
    { sku: 'FP-20', name: 'Felt pads', quantity: '1', unitPrice: '9.50' },
    { sku: 'SV-UP', name: 'Carried upstairs', quantity: '1', unitPrice: '49.00' },
  ];
  const invoices = [
    { number: 'F-1', issuedAt: '2026-11-02', dueAt: '2099-12-02', total: '258.00', state: 'open' },
    { number: 'F-2', issuedAt: '2026-01-02', dueAt: '2026-02-02', total: '258.00', state: 'open' },
    { number: 'F-3', issuedAt: '2026-01-02', dueAt: null, total: '258.00', state: 'paid' },
    { number: 'F-4', issuedAt: '2026-01-02', dueAt: null, total: '258.00', state: 'void' },
  ];
  return {
    van: await push('10023', {
      ...{ state: 'part_shipped', lines, invoices, total: '1065.50' },
      shipments: [
        parcel('A1', 'out_for_delivery', 2, {
          expectedAt: ago(-1),
          contents: [{ sku: 'TB-31', quantity: '1' }],
          trackingUrl: 'https://carrier.example/A1',
        }),
        parcel('A2', 'info_received', 20, { events: [], expectedAt: ago(-90) }),
      ],
    }),
    late: await push('10019', {
      shipments: [parcel('B1', 'exception', 30, { promisedAt: ago(60), expectedAt: ago(-60) })],
    }),
    delivered: await push('9981', {
      ...{ state: 'delivered', shipments: [parcel('C1', 'delivered', 200)] },
    }),
    returned: await push('9940', { state: 'returned', shipments: [parcel('D1', 'delivered', 300)] }),
    cancelled: await push('9941', { state: 'cancelled', shipments: [] }),
    stale: await push('9990', { updatedAt: ago(190), shipments: [parcel('E1', 'in_transit', 200)] }),
    pickup: await push('9991', {
      shipments: [parcel('F1', 'available_for_pickup', 5, { trackingUrl: 'https://carrier.example/F1' })],
    }),
    missed: await push('9992', { shipments: [parcel('G1', 'attempt_failed', 5)] }),
    received: await push('9993', { state: 'received', shipments: [], invoices: [] }),
  };
}

/** The list, an order in each state, the ways to and from it, and what colleagues see. */
export function orderStates(scene: OrderScene, locale: Locale, unfold: (page: Page) => Promise<void>): State[] {
  const at = (path: string): string => `/${locale}${path}`;
  const is = (name: string, who: State['who'], path: string, more: Partial<State> = {}): State => ({
    ...{ name, who, path },
    ...more,
  });
  return [
    is('orders, signed out', 'guest', at('/orders')),
    is('no orders', 'newcomer', at('/orders')),
    is('orders', 'customer', at('/orders')),
    is('orders, nothing found', 'customer', at('/orders?find=zeppelin')),
    is('orders, one state', 'customer', at('/orders?state=returned')),
    ...Object.entries(scene).map(([name, number]) =>
      is(`order, ${name}`, 'customer', at(`/orders/${number}`), name === 'van' ? { act: unfold } : {}),
    ),
    is('order of somebody else', 'newcomer', at(`/orders/${scene.van}`), { status: 404 }),
    is('ask about an order', 'customer', at(`/ask?order=${scene.van}&parcel=1&about=problem`)),
    is('search, an order among words', 'customer', at(`/search?q=${scene.van}+chair`)),
    is('search, a number of an order', 'guest', at(`/search?q=${scene.van}`)),
    is('desk, late orders', 'agent', '/staff/tickets?view=late'),
    is('desk, no late order', 'agent', '/staff/tickets?view=late&find=zeppelin'),
    is('desk order', 'agent', `/staff/orders/${scene.late}`),
    is('desk order in parts', 'agent', `/staff/orders/${scene.van}`),
  ];
}
