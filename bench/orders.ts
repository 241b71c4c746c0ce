import { noStanding, operator, type PersonViewer } from '../src/accounts/index.ts';
import type { Application } from '../src/app/index.ts';
import type { Db, Tables } from '../src/platform/database/index.ts';
import { instant, newId } from '../src/platform/runtime.ts';
import { openApplication, percentile, withFolder } from './temporary.ts';

/** Times of one question, asked again and again. */
export interface OrderTimes {
  p50Ms: number;
  p99Ms: number;
}

/** A list's first page, one in its middle, one order, and a search for what is rare, which looks at all of them. */
const asked = ['list', 'deep', 'page', 'find'] as const;
type Asked<T> = Record<(typeof asked)[number], T>;

export interface OrderFigures {
  orders: number;
  account: number;
  loadSeconds: number;
  few: Asked<OrderTimes>;
  many: Asked<OrderTimes>;
  /** p99 of many against p99 of few. */
  ratio: Asked<number>;
}

const FEW = 1_000;
const ACCOUNT = 10_000;
const ROUNDS = 1_000;
const WARMING = 50;
const BATCH = 2_000;
const START = Date.parse('2025-05-24T09:00:00Z');
const SPAN_MS = 548 * 24 * 3_600_000;
const products = ['Alder chair', 'Oak dining table', 'Linen headboard', 'Walnut tray', 'Ash bench', '橡木餐桌'];

/**
 * How long lists, pages and searches take among many orders, in an account of 10,000 of them, against the same among 1,000
 * orders in all, in one run.
 */
export async function orderTimes(orders: number): Promise<OrderFigures> {
  return withFolder((fewFolder) =>
    withFolder(async (manyFolder) => {
      const apps = [await openApplication(fewFolder), await openApplication(manyFolder)] as const;
      try {
        const few = await fill(apps[0], FEW, FEW);
        const began = performance.now();
        const many = await fill(apps[1], orders, ACCOUNT);
        const loadSeconds = (performance.now() - began) / 1_000;
        const [fewTimes, manyTimes] = await askBoth([few, many]);
        const ratio = Object.fromEntries(
          asked.map((what) => [what, manyTimes[what].p99Ms / fewTimes[what].p99Ms]),
        ) as Asked<number>;
        return { orders, account: ACCOUNT, loadSeconds, few: fewTimes, many: manyTimes, ratio };
      } finally {
        for (const app of apps) await app.close();
      }
    }),
  );
}

interface Shopper {
  app: Application;
  viewer: PersonViewer;
  numbers: string[];
}

/** Puts orders into the database, `own` of them into one account, scattered among the rest. */
async function fill(app: Application, count: number, own: number): Promise<Shopper> {
  const { database, runtime } = app;
  const who = { name: 'Mei', email: 'mei@kitewood.example', role: 'customer', verified: true } as const;
  const { personId } = await app.accounts.addPerson(operator, who);
  const { accountId } = await app.accounts.addAccount(operator, { name: 'Hotels', externalId: 'C-204' });
  const numbers: string[] = [];
  const each = Math.max(1, Math.floor(count / own));
  for (let at = 0; at < count; at += BATCH) {
    const rows: Rows = { order: [], orderLine: [], shipment: [], shipmentEvent: [], invoice: [] };
    for (let n = at; n < Math.min(at + BATCH, count); n++) {
      const mine = n % each === 0 && numbers.length < own;
      const number = `KW-${n}`;
      if (mine) numbers.push(number);
      addOrder(rows, {
        ...{ id: newId(runtime), number, n, accountId: mine ? accountId : null },
        email: mine ? who.email : `buyer-${n % 50_000}@example.com`,
        placedAt: instant(START + Math.floor((SPAN_MS * n) / count)),
      });
    }
    await database.transaction((tx) => insert(tx, rows));
  }
  const seat = { accountId, name: 'Hotels', role: 'owner', orders: 'all', tickets: 'all' } as const;
  return {
    viewer: { kind: 'person', personId, locale: 'en', ...noStanding, ...who, seats: [seat], accountId },
    numbers,
    app,
  };
}

type Rows = { [Table in 'order' | 'orderLine' | 'shipment' | 'shipmentEvent' | 'invoice']: Tables[Table][] };

interface Made {
  id: string;
  number: string;
  n: number;
  accountId: string | null;
  email: string;
  placedAt: string;
}

function addOrder(rows: Rows, { id, number, n, accountId, email, placedAt }: Made): void {
  const moving = n % 10 === 0 ? 1 : 0;
  const name = products[n % products.length] ?? '';
  const shipmentId = `s${id}`.slice(0, 36);
  const key = number.toLowerCase();
  rows.order.push({
    ...{ id, number, numberKey: key, source: 'push:ERP', customerEmail: email, customerName: 'Mei', accountId },
    ...{ reference: null, deliverTo: null, state: moving ? 'shipped' : 'delivered', stateAt: placedAt },
    ...{ currency: 'EUR', total: '258.00', lineCount: 2, placedAt, updatedAt: placedAt, moving },
    ...{ promisedAt: moving ? placedAt : null, lateNotedAt: moving ? placedAt : null, recordedAt: placedAt },
    findText: `${key}\njd-${n}\nf-${n}\nch-${n % 500}\n${name.toLowerCase().replaceAll(' ', '-')}\ncare-oil`,
  });
  const line = { orderId: id, quantity: '2', unitPrice: '64.50', unitCost: null };
  rows.orderLine.push({ ...line, position: 0, sku: `CH-${n % 500}`, name });
  rows.orderLine.push({ ...line, position: 1, sku: 'OIL', name: 'Care oil' });
  rows.shipment.push({
    ...{ id: shipmentId, orderId: id, position: 0, tracking: `JD${n}`, trackingKey: `JD${n}`, carrier: 'DHL' },
    ...{ carrierKey: 'dhl', trackingUrl: null, contents: '[]', state: moving ? 'in_transit' : 'delivered' },
    ...{ stateAt: placedAt, place: 'Leipzig', note: null, expectedAt: placedAt, promisedAt: placedAt },
  });
  rows.shipmentEvent.push({
    ...{ id, shipmentId, source: 'push:ERP', eventId: 'e', at: placedAt, state: moving ? 'in_transit' : 'delivered' },
    ...{ place: 'Leipzig', note: null, recordedAt: placedAt },
  });
  const issuedAt = placedAt.slice(0, 10);
  rows.invoice.push({ orderId: id, number: `F-${n}`, issuedAt, dueAt: null, total: '258.00', state: 'paid' });
}

async function insert(tx: Db, rows: Rows): Promise<void> {
  const STEP = 1_000;
  for (let at = 0; at < rows.order.length; at += STEP) {
    const part = <Row>(all: Row[], each = 1) => all.slice(at * each, (at + STEP) * each);
    await tx.insertInto('order').values(part(rows.order)).execute();
    await tx.insertInto('orderLine').values(part(rows.orderLine, 2)).execute();
    await tx.insertInto('shipment').values(part(rows.shipment)).execute();
    await tx.insertInto('shipmentEvent').values(part(rows.shipmentEvent)).execute();
    await tx.insertInto('invoice').values(part(rows.invoice)).execute();
  }
}

/** Asks the two in turns, so that a moment when the machine is busy meets both. */
async function askBoth(shoppers: readonly [Shopper, Shopper]): Promise<[Asked<OrderTimes>, Asked<OrderTimes>]> {
  const calls = [await callsOf(shoppers[0]), await callsOf(shoppers[1])] as const;
  const times = calls.map(() => Object.fromEntries(asked.map((what) => [what, [] as number[]])) as Asked<number[]>);
  for (let round = -WARMING; round < ROUNDS; round++) {
    for (const what of asked) {
      for (const [which, call] of calls.entries()) {
        const began = performance.now();
        await call[what](round + WARMING);
        if (round >= 0) times[which]?.[what].push(performance.now() - began);
      }
    }
  }
  const [few, many] = times.map(
    (one) =>
      Object.fromEntries(
        asked.map((what) => [what, { p50Ms: percentile(one[what], 0.5), p99Ms: percentile(one[what], 0.99) }]),
      ) as Asked<OrderTimes>,
  );
  if (!few || !many) throw new Error('There are two to ask.');
  return [few, many];
}

async function callsOf({ app: { orders }, viewer, numbers }: Shopper): Promise<Asked<(n: number) => Promise<unknown>>> {
  const some = (n: number): string => numbers[(n * 7_919) % numbers.length] ?? '';
  let after: string | undefined;
  for (let page = 0; page < 5; page++)
    after = (await orders.list(viewer, { limit: 100, ...(after && { after }) })).next ?? undefined;
  return {
    list: () => orders.list(viewer, {}),
    deep: () => orders.list(viewer, { ...(after && { after }) }),
    page: (n) => orders.read(viewer, some(n)),
    find: (n) => orders.list(viewer, { find: some(n) }),
  };
}
