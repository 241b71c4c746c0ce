import { z } from 'zod';
import { authorize, type Accounts, type StaffViewer, type Viewer } from '../accounts/index.ts';
import type { Bridge, Channel, CustomerFilter, CustomerRow, CustomerView } from '../crm-bridge/index.ts';
import type { Database } from '../platform/database/index.ts';
import { oneLine, readInput } from '../platform/fields/index.ts';
import { instant, type Runtime } from '../platform/runtime.ts';
import type { LateOrder, Orders, OrderWatch } from '../orders/index.ts';

export interface CustomersDeps {
  database: Database;
  runtime: Runtime;
  accounts: Accounts;
  bridge: Bridge;
  orders: Orders;
  watch: OrderWatch;
}

/** A customer in the list, with what is late for them. */
export interface ListedCustomer extends CustomerRow {
  lateOrders: LateOrder[];
}

const HOUR = 3_600_000;
/** Whoever has waited longer than this for a first answer stands among what is late. */
const UNANSWERED_HOURS = 24;
/** Late things at most in the list; who has a thousand of them has another trouble. */
const MOST_LATE = 200;
const LATEST_ORDERS = 5;
const LATEST_READ = 5;

const handOverFields = z.object({ from: oneLine(64), to: oneLine(64) });

/** What colleagues see and do about customers: rooms put together. */
export function createCustomers({ database, runtime, accounts, bridge, orders, watch }: CustomersDeps) {
  async function lateOrdersOf(viewer: Viewer): Promise<LateOrder[]> {
    const found: LateOrder[] = [];
    let after: string | null = '';
    while (after !== null && found.length < MOST_LATE) {
      const page = await watch.late.list(viewer, { after });
      found.push(...page.orders);
      after = page.next;
    }
    return found;
  }

  /** Those for whom something is late, what is owed longest first. */
  async function late(viewer: Viewer): Promise<ListedCustomer[]> {
    const before = instant(runtime.now() - UNANSWERED_HOURS * HOUR);
    const [lateOrders, unanswered] = await Promise.all([
      lateOrdersOf(viewer),
      bridge.customers.unanswered(viewer, before, MOST_LATE),
    ]);
    const owedSince = new Map<string, string>();
    const owe = (personId: string | null, since: string): void => {
      if (personId !== null && since < (owedSince.get(personId) ?? '~')) owedSince.set(personId, since);
    };
    for (const { personId, promisedAt } of lateOrders) owe(personId, promisedAt);
    for (const { personId, since } of unanswered) owe(personId, since);
    const rows = await bridge.customers.byId(viewer, [...owedSince.keys()]);
    const ordersOf = Map.groupBy(lateOrders, ({ personId }) => personId);
    return rows
      .map((row) => ({ ...row, lateOrders: ordersOf.get(row.id) ?? [] }))
      .toSorted((one, other) => ((owedSince.get(one.id) ?? '') < (owedSince.get(other.id) ?? '') ? -1 : 1));
  }

  return {
    /** A view of the list, with how many stand in each. @throws Refusal `forbidden`, `unauthenticated` */
    async list(viewer: Viewer, filter: Omit<CustomerFilter, 'view'> & { view: CustomerView }) {
      authorize(viewer, 'customer.read');
      const { view, ...rest } = filter;
      const lateOnes = await late(viewer);
      const [waiting, mine, fresh, all] = await Promise.all(
        (['waiting', 'mine', 'new', 'all'] as const).map((one) => bridge.customers.count(viewer, one)),
      );
      const counts = { late: lateOnes.length, waiting, mine, new: fresh, all };
      const tiers = await accounts.tiers(viewer);
      if (view === 'late') return { customers: lateOnes, next: null, tiers, counts };
      const { customers, next } = await bridge.customers.page(viewer, { ...rest, view });
      const known = new Map(lateOnes.map((one) => [one.id, one.lateOrders]));
      const listed = customers.map((row): ListedCustomer => ({ ...row, lateOrders: known.get(row.id) ?? [] }));
      return { customers: listed, next, tiers, counts };
    },

    /** Everything that is at hand about one customer. @throws Refusal `not_found` for nobody */
    async read(
      viewer: Viewer,
      personId: string,
      shown: { before?: string | undefined; channel?: Channel | undefined },
    ) {
      const customer = await bridge.customer(viewer, personId);
      const { id, email } = customer;
      const [timeline, channels, articles, facts, tier, tiers, latest] = await Promise.all([
        bridge.timeline(viewer, id, shown),
        bridge.habits.channels(viewer, id),
        bridge.habits.lastRead(viewer, id, LATEST_READ),
        accounts.facts(viewer, id),
        accounts.tierOf(database.db, id),
        accounts.tiers(viewer),
        orders.ofCustomer(viewer, email, LATEST_ORDERS),
      ]);
      return { ...customer, timeline, channels, articles, facts, tier, tiers, orders: latest };
    },

    /** What would be handed over. @throws Refusal `forbidden` */
    async owned(viewer: Viewer, colleague: string) {
      const [owned, tickets] = await Promise.all([
        accounts.owned(viewer, colleague),
        bridge.customers.assigned(viewer, colleague),
      ]);
      return { ...owned, tickets };
    },

    /**
     * Hands over all customers, accounts and open tickets of one colleague to another: all of it or nothing, and each
     * customer's timeline says so.
     * @throws Refusal `invalid` naming the field, `forbidden` for agents who give away what is not theirs
     */
    async handOver(viewer: Viewer, input: unknown) {
      authorize(viewer, 'customer.handOver', null);
      const { from, to } = readInput(handOverFields, input);
      return database.transaction(async (tx) => {
        const owned = await accounts.handOverCustomers(tx, viewer, from, to);
        const tickets = await bridge.customers.handOverTickets(tx, viewer, from, to);
        for (const personId of owned.people) {
          await bridge.touches.recordIn(tx, {
            type: 'customer.handed_over',
            channel: 'web',
            direction: 'internal',
            actor: `staff:${(viewer as StaffViewer).personId}`,
            personId,
            body: { from, to },
          });
        }
        return { people: owned.people.length, accounts: owned.accounts, tickets };
      });
    },
  };
}

export type Customers = ReturnType<typeof createCustomers>;

/** A customer as their page shows them. */
export type CustomerRead = Awaited<ReturnType<Customers['read']>>;
