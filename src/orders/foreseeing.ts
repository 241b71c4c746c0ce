import type { Selectable } from 'kysely';
import { accountOf, contentOf } from './content.ts';
import { numberKey } from './names.ts';
import type { CheckedOrder } from './orderBody.ts';
import { contentAfter, isVisible, type Origin, type StoredOutcome, type StoringDeps } from './store.ts';
import type { OrderTable } from './tables.ts';

/** Tells what storing would come to, without storing. */
export function createForeseeing({ database, runtime }: Pick<StoringDeps, 'database' | 'runtime'>) {
  const { db } = database;

  async function outcomeOf(
    origin: Origin,
    told: CheckedOrder,
    known: Selectable<OrderTable> | undefined,
  ): Promise<StoredOutcome['outcome']> {
    if (!known) return 'created';
    if (known.source !== origin.source) return 'foreign';
    if (told.updatedAt < known.updatedAt) return 'unchanged';
    const before = await contentOf(db, known, await accountOf(db, known.accountId));
    const account = told.account && {
      id: await accountIdOf(told.account.id),
      ...{ externalId: told.account.id, name: told.account.name },
    };
    const after = contentAfter(told, before, { origin, key: known.numberKey, account, runtime });
    return isVisible(before, after) ? 'changed' : 'unchanged';
  }

  /** Of one that is not there yet, an id that nobody has. */
  async function accountIdOf(externalId: string): Promise<string> {
    const row = await db.selectFrom('account').select('id').where('externalId', '=', externalId).executeTakeFirst();
    return row?.id ?? '';
  }

  return {
    /**
     * What would become of orders, each for itself, if they were stored now. The caller has asked the gate.
     * @returns one for each, in their order.
     */
    async foresee(origin: Origin, orders: readonly CheckedOrder[]): Promise<{ outcome: StoredOutcome['outcome'] }[]> {
      if (orders.length === 0) return [];
      const keys = orders.map(({ number }) => numberKey(number));
      const rows = await db.selectFrom('order').selectAll().where('numberKey', 'in', keys).execute();
      const known = new Map(rows.map((row) => [row.numberKey, row]));
      const foreseen: { outcome: StoredOutcome['outcome'] }[] = [];
      for (const [index, told] of orders.entries()) {
        foreseen.push({ outcome: await outcomeOf(origin, told, known.get(keys[index] ?? '')) });
      }
      return foreseen;
    },
  };
}
