import { sql, type Selectable } from 'kysely';
import { authorize, isStaff, may } from '../accounts/index.ts';
import type { Database, Db } from '../platform/database/index.ts';
import { Refusal } from '../platform/refusal.ts';
import type { Runtime } from '../platform/runtime.ts';
import { contentOf } from './content.ts';
import type { Order, OrderFilter, OrderReading, OrderSummary } from './contract.ts';
import { folded, numberKey } from './names.ts';
import { shownOrder, summaryOf } from './shown.ts';
import type { OrderTable } from './tables.ts';
import { listedOrders, visibleOrders } from './visible.ts';
import { calendarOf } from './whereabouts.ts';

const PAGE = 20;
const LARGEST_PAGE = 100;
/** Products that a list names of an order. */
const NAMED = 3;
/** Words of a search that are looked for; whoever types more means them all together. */
const WORDS = 5;

export interface ReadingDeps {
  database: Database;
  runtime: Runtime;
  /** Whose calendar days count. */
  timeZone: string;
}

const listStates = ['moving', 'delivered', 'cancelled', 'returned'];

type Row = Selectable<OrderTable> & { accountName: string | null };

export function createReading({ database, runtime, timeZone }: ReadingDeps): OrderReading {
  const dateOf = calendarOf(timeZone);
  const today = () => ({ now: runtime.now(), dateOf });

  /** The page's parcels and products, in one query each. */
  async function summaries(db: Db, rows: readonly Row[]): Promise<OrderSummary[]> {
    const ids = rows.map(({ id }) => id);
    if (ids.length === 0) return [];
    const [parcels, lines] = await Promise.all([
      db
        .selectFrom('shipment')
        .select(['orderId', 'carrier', 'state', 'stateAt', 'place', 'note', 'expectedAt', 'promisedAt'])
        .where('orderId', 'in', ids)
        .orderBy('position')
        .execute(),
      db
        .selectFrom('orderLine')
        .select(['orderId', 'name'])
        .where('orderId', 'in', ids)
        .where('position', '<', NAMED)
        .orderBy('position')
        .execute(),
    ]);
    const parcelsOf = Map.groupBy(parcels, ({ orderId }) => orderId);
    const linesOf = Map.groupBy(lines, ({ orderId }) => orderId);
    return rows.map((row) =>
      summaryOf(row, row.accountName, parcelsOf.get(row.id) ?? [], linesOf.get(row.id) ?? [], today()),
    );
  }

  return {
    async list(viewer, filter) {
      authorize(viewer, 'order.list');
      const limit = Math.min(Math.max(filter.limit ?? PAGE, 1), LARGEST_PAGE);
      const rows = await filtered(listedOrders(viewer, database.db), filter)
        .leftJoin('account', 'account.id', 'order.accountId')
        .selectAll('order')
        .select('account.name as accountName')
        .orderBy('order.moving', 'desc')
        .orderBy('order.placedAt', 'desc')
        .orderBy('order.id', 'desc')
        .limit(limit + 1)
        .execute();
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      const next = rows.length > limit && last ? `${last.moving}~${last.placedAt}~${last.id}` : null;
      return { orders: await summaries(database.db, page), next };
    },

    async ofCustomer(viewer, email, limit) {
      authorize(viewer, 'customer.read');
      const rows = await visibleOrders(viewer, database.db)
        .leftJoin('account', 'account.id', 'order.accountId')
        .selectAll('order')
        .select('account.name as accountName')
        .where('order.customerEmail', '=', email)
        .orderBy('order.moving', 'desc')
        .orderBy('order.placedAt', 'desc')
        .orderBy('order.id', 'desc')
        .limit(limit)
        .execute();
      return summaries(database.db, rows);
    },

    async read(viewer, number): Promise<Order> {
      const row = await visibleOrders(viewer, database.db)
        .leftJoin('account', 'account.id', 'order.accountId')
        .selectAll('order')
        .select('account.name as accountName')
        .where('order.numberKey', '=', numberKey(number))
        .executeTakeFirst();
      authorize(viewer, 'order.read', row ? {} : null);
      if (!row) throw new Refusal('not_found');
      const { accountName, ...order } = row;
      const account = accountName === null ? null : { externalId: null, name: accountName };
      const costs = isStaff(viewer) && may(viewer, 'customer.read');
      return shownOrder(await contentOf(database.db, order, account), { ...today(), costs });
    },

    async numberIn(viewer, text) {
      const key = numberKey(text);
      if (key === '' || key.length > 80) return null;
      const row = await visibleOrders(viewer, database.db)
        .select('order.number')
        .where('order.numberKey', '=', key)
        .executeTakeFirst();
      return row?.number ?? null;
    },
  };
}

function filtered(query: ReturnType<typeof listedOrders>, { state, find, after }: OrderFilter) {
  let narrowed = query;
  if (state === 'moving') narrowed = narrowed.where('order.moving', '=', 1);
  // All that was sent has come, whether or not its source has said so already.
  if (state === 'delivered')
    narrowed = narrowed.where('order.moving', '=', 0).where('order.state', 'in', ['delivered', 'shipped']);
  if (state === 'cancelled' || state === 'returned') narrowed = narrowed.where('order.state', '=', state);
  if (state && !listStates.includes(state)) {
    throw new Refusal('invalid', {
      fields: [{ field: 'state', key: 'errors.oneOf', params: { values: listStates.join(', ') } }],
    });
  }
  for (const word of wordsOf(find ?? '')) {
    narrowed = narrowed.where(sql<boolean>`"order".find_text like ${`%${word}%`} escape '\\'`);
  }
  if (after === undefined || after === '') return narrowed;
  const [, moving, placedAt, id] = /^([01])~([\d:.TZ-]{24})~([\da-f-]{36})$/.exec(after) ?? [];
  if (moving === undefined || placedAt === undefined || id === undefined) {
    throw new Refusal('invalid', { fields: [{ field: 'cursor', key: 'errors.unreadable' }] });
  }
  return narrowed.where((eb) =>
    eb(eb.refTuple('order.moving', 'order.placedAt', 'order.id'), '<', eb.tuple(Number(moving), placedAt, id)),
  );
}

function wordsOf(find: string): string[] {
  const words = find.slice(0, 200).toWellFormed().replaceAll('\0', ' ').split(/\s+/u);
  const known = [...new Set(words.map(folded).filter((word) => word !== ''))];
  return known.slice(0, WORDS).map((word) => word.replaceAll(/[\\%_]/g, '\\$&'));
}
