import { sql } from 'kysely';
import { authorize, type Viewer } from '../../accounts/index.ts';
import type { Database, Db } from '../../platform/database/index.ts';
import { instant, type Runtime } from '../../platform/runtime.ts';

const PAGE = 50;

/** An order of which something is owed beyond its promise, as the desk sees it. */
export interface LateOrder {
  number: string;
  customerName: string;
  /** Who has proven the order's address; null when nobody has. */
  personId: string | null;
  account: string | null;
  /** The colleague who looks after the customer. */
  owner: string | null;
  promisedAt: string;
  /** When it comes by the latest word; null when nobody says so. */
  expectedAt: string | null;
}

export interface LateOrders {
  orders: LateOrder[];
  count: number;
  next: string | null;
}

/** What is late, the longest first: by the clock, not by whether it was noted yet. */
export function createLateOrders({ database, runtime }: { database: Database; runtime: Runtime }) {
  const late = (db: Db) =>
    db
      .selectFrom('order')
      .where(sql<boolean>`"order".promised_at is not null`)
      .where('order.promisedAt', '<', instant(runtime.now()));

  return {
    /** @throws Refusal `forbidden`, `unauthenticated` */
    async list(viewer: Viewer, { find, after }: { find?: string; after?: string } = {}): Promise<LateOrders> {
      authorize(viewer, 'customer.read');
      let query = late(database.reports)
        .leftJoin('person', (join) =>
          join.onRef('person.email', '=', 'order.customerEmail').on('person.verifiedAt', 'is not', null),
        )
        .leftJoin('person as owner', 'owner.id', 'person.ownerId')
        .leftJoin('account', 'account.id', 'order.accountId')
        .select(['order.id', 'order.number', 'order.customerName', 'order.promisedAt'])
        .select(['person.id as personId', 'owner.name as owner', 'account.name as account'])
        .select((eb) =>
          eb
            .selectFrom('shipment')
            .select((of) => of.fn.max('shipment.expectedAt').as('at'))
            .whereRef('shipment.orderId', '=', 'order.id')
            .where('shipment.state', '<>', 'delivered')
            .as('expectedAt'),
        );
      if (find) query = query.where(named(find));
      const [at, id] = after?.split('~') ?? [];
      if (at && id) query = query.where((eb) => eb(eb.refTuple('order.promisedAt', 'order.id'), '>', eb.tuple(at, id)));
      const rows = await query
        .orderBy('order.promisedAt')
        .orderBy('order.id')
        .limit(PAGE + 1)
        .execute();
      const page = rows.slice(0, PAGE);
      const last = page.at(-1);
      return {
        orders: page.map(({ id: _, promisedAt, ...row }) => ({ ...row, promisedAt: promisedAt ?? '' })),
        count: await count(),
        next: rows.length > PAGE && last ? `${last.promisedAt}~${last.id}` : null,
      };
    },

    /** How many there are, for a tab. @throws Refusal `forbidden`, `unauthenticated` */
    async count(viewer: Viewer): Promise<number> {
      authorize(viewer, 'customer.read');
      return count();
    },
  };

  async function count(): Promise<number> {
    const { number } = await late(database.reports)
      .select((eb) => eb.fn.countAll<number>().as('number'))
      .executeTakeFirstOrThrow();
    return Number(number);
  }
}

function named(find: string) {
  const like = `%${find
    .trim()
    .toLowerCase()
    .replaceAll(/[\\%_]/g, '\\$&')}%`;
  return sql<boolean>`(lower("order".number) like ${like} escape '\\' or lower("order".customer_name) like ${like} escape '\\'
    or "order".customer_email like ${like} escape '\\')`;
}
