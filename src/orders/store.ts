import { isDeepStrictEqual } from 'node:util';
import type { Selectable } from 'kysely';
import type { Bridge, NewTouch } from '../crm-bridge/index.ts';
import type { Database, Db, Dialect } from '../platform/database/index.ts';
import { instant, newId, type Runtime } from '../platform/runtime.ts';
import { accountOf, contentOf, type Content } from './content.ts';
import { findTextOf, outlookOf } from './derive.ts';
import { numberKey } from './names.ts';
import type { CheckedOrder } from './orderBody.ts';
import { withoutPerson } from './personal.ts';
import { parcelsAfter } from './parcels.ts';
import type { OrderTable } from './tables.ts';
import { writeContent } from './writeContent.ts';

/** Who tells of an order. */
export interface Origin {
  /** Whose orders they are; see `OrderTable.source`. */
  source: string;
  /** For the touch log: `key:<id>`, `source:<name>`, `staff:<person id>`. */
  actor: string;
}

/** What became of an order that a source told of. `foreign`: its number is another source's; nothing was stored. */
export interface StoredOutcome {
  outcome: 'created' | 'changed' | 'unchanged' | 'foreign';
  number: string;
  /** The order as it is stored now; null when it is another source's. */
  content: Content | null;
}

export interface StoringDeps {
  database: Database;
  runtime: Runtime;
  touches: Pick<Bridge['touches'], 'recordIn'>;
  /** Whether the holder of an address was erased and must not come back with what was ordered at an instant. */
  isErased(tx: Db, email: string, placedAt: string): Promise<boolean>;
  /** Told of each order that a customer would see changed, in the transaction of the change. */
  changed(tx: Db, orderId: string): Promise<void>;
}

/** Holds an order's row until the transaction ends, so that two who change it take turns. */
function heldOrder(tx: Db, dialect: Dialect, key: string) {
  const query = tx.selectFrom('order').selectAll().where('numberKey', '=', key);
  return (dialect === 'postgres' ? query.forUpdate() : query).executeTakeFirst();
}

/**
 * Writes what a source says of an order, all of it or, when it is older than what is known, nothing.
 * @param tx a transaction.
 */
export async function storeOrder(
  tx: Db,
  deps: StoringDeps,
  origin: Origin,
  told: CheckedOrder,
): Promise<StoredOutcome> {
  const { runtime, database } = deps;
  const key = numberKey(told.number);
  const known = await heldOrder(tx, database.dialect, key);
  if (known && known.source !== origin.source) return { outcome: 'foreign', number: told.number, content: null };
  const before = known ? await contentOf(tx, known, await accountOf(tx, known.accountId)) : null;
  if (before && told.updatedAt < before.order.updatedAt) {
    return { outcome: 'unchanged', number: before.order.number, content: before };
  }
  const account = await knownAccount(tx, runtime, told.account);
  const isErased = await deps.isErased(tx, told.customer.email, told.placedAt);
  const after = contentAfter(isErased ? withoutPerson(told) : told, before, { origin, key, account, runtime });
  if (!before) {
    // Two who tell of a new order at one moment: the second finds the first one's row, as if it had come later.
    const inserted = await insertOrder(tx, after.order);
    if (!inserted) return storeOrder(tx, deps, origin, told);
  }
  await writeContent(tx, before, after);
  const outcome = !before ? 'created' : isVisible(before, after) ? 'changed' : 'unchanged';
  if (outcome !== 'unchanged') {
    await deps.touches.recordIn(tx, await touchOf(tx, origin, outcome, before, after));
    await deps.changed(tx, after.order.id);
  }
  return { outcome, number: after.order.number, content: after };
}

export interface Told {
  origin: Origin;
  key: string;
  account: ({ id: string } & NonNullable<Content['account']>) | null;
  runtime: Runtime;
}

/** An order as it is to be stored; without a customer, once they were erased. */
export type ToldOrder = Omit<CheckedOrder, 'customer'> & { customer: { email: string | null; name: string } };

/** An order's content with what its source tells now. */
export function contentAfter(
  told: ToldOrder,
  before: Content | null,
  { origin, key, account, runtime }: Told,
): Content {
  const orderId = before?.order.id ?? newId(runtime);
  const { customer, lines, shipments, invoices, account: _, ...fields } = told;
  const parcels = parcelsAfter(shipments, before?.parcels ?? [], {
    ...{ orderId, source: origin.source, updatedAt: told.updatedAt, runtime },
  });
  const order: Selectable<OrderTable> = {
    ...fields,
    ...{ id: orderId, numberKey: key, source: origin.source },
    ...{ customerEmail: customer.email, customerName: customer.name, accountId: account?.id ?? null },
    stateAt: before?.order.state === told.state ? before.order.stateAt : told.updatedAt,
    lineCount: lines.length,
    ...outlookOf(told.state, parcels, before?.order ?? null),
    findText: findTextOf(told),
    recordedAt: before?.order.recordedAt ?? instant(runtime.now()),
  };
  return {
    order,
    account: account && { externalId: account.externalId, name: account.name },
    lines: lines.map((line, position) => ({ orderId, position, ...line })),
    parcels,
    invoices: invoices
      .map((invoice) => ({ orderId, ...invoice }))
      .toSorted((a, b) => (`${a.issuedAt} ${a.number}` < `${b.issuedAt} ${b.number}` ? -1 : 1)),
  };
}

async function insertOrder(tx: Db, row: Selectable<OrderTable>): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('order')
    .values(row)
    .onConflict((conflict) => conflict.column('numberKey').doNothing())
    .executeTakeFirstOrThrow();
  return Number(numInsertedOrUpdatedRows ?? 0) > 0;
}

/** The account with this id of the source's, made or brought up to date. */
async function knownAccount(tx: Db, runtime: Runtime, told: CheckedOrder['account']): Promise<Told['account']> {
  if (!told) return null;
  const { id: externalId, name } = told;
  const find = () =>
    tx.selectFrom('account').select(['id', 'name']).where('externalId', '=', externalId).executeTakeFirst();
  let row = await find();
  if (!row) {
    await tx
      .insertInto('account')
      .values({ id: newId(runtime), externalId, name, ownerId: null, createdAt: instant(runtime.now()) })
      .onConflict((conflict) => conflict.column('externalId').doNothing())
      .execute();
    row = await find();
  }
  if (!row) throw new Error('An account that was just made cannot be read back.');
  if (row.name !== name) await tx.updateTable('account').set({ name }).where('id', '=', row.id).execute();
  return { id: row.id, externalId, name };
}

/** Whether a customer would see a difference; when its source last touched it is none. */
export function isVisible(before: Content, after: Content): boolean {
  const shown = ({ order, account, lines, parcels, invoices }: Content) => {
    const { updatedAt: _, lateNotedAt: __, findText: ___, ...facts } = order;
    const seen = parcels.map(({ events, ...parcel }) => ({ ...parcel, events: events.map(({ id }) => id).toSorted() }));
    return { facts, account, lines: lines.map(({ unitCost: ____, ...line }) => line), seen, invoices };
  };
  return !isDeepStrictEqual(plain(shown(before)), plain(shown(after)));
}

/** Rows of a driver have no prototype in common with ours. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

async function touchOf(
  tx: Db,
  { actor }: Origin,
  outcome: 'created' | 'changed',
  before: Content | null,
  { order, parcels }: Content,
): Promise<NewTouch> {
  const moved = parcels.filter(({ id, state }) => before?.parcels.find((one) => one.id === id)?.state !== state);
  return {
    type: 'order.event',
    channel: 'api',
    direction: 'inbound',
    sourceKind: 'transaction',
    actor,
    personId: order.customerEmail === null ? null : await personOf(tx, order.customerEmail),
    occurredAt: Date.parse(order.updatedAt),
    body: {
      ...{ order: order.number, outcome, state: order.state },
      ...(moved.length > 0 && { parcels: moved.map(({ carrier, tracking, state }) => ({ carrier, tracking, state })) }),
    },
  };
}

/** Who has proven an address; null for one that nobody has. */
export async function personOf(db: Db, email: string): Promise<string | null> {
  const row = await db
    .selectFrom('person')
    .select('id')
    .where('email', '=', email)
    .where('verifiedAt', 'is not', null)
    .where('mergedInto', 'is', null)
    .executeTakeFirst();
  return row?.id ?? null;
}
