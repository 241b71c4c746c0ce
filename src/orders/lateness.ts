import type { Database, Db } from '../platform/database/index.ts';
import { instant, type Runtime } from '../platform/runtime.ts';

/** An order with a promise that has passed. */
export interface BrokenPromise {
  orderId: string;
  number: string;
  /** Null when its person was erased. */
  customerEmail: string | null;
  customerName: string;
  accountId: string | null;
  promisedAt: string;
}

/** The watch over promises. What was delivered meanwhile owes nothing, so it is never among them. */
export function createLateness({ database, runtime }: { database: Database; runtime: Runtime }) {
  return {
    /** Orders whose promise has passed and was not noted yet, the oldest first. @param now milliseconds since 1970 */
    async brokenPromises(now: number, limit: number): Promise<BrokenPromise[]> {
      const rows = await database.db
        .selectFrom('order')
        .select(['id as orderId', 'number', 'customerEmail', 'customerName', 'accountId', 'promisedAt'])
        .where('promisedAt', 'is not', null)
        .where('lateNotedAt', 'is', null)
        .where('promisedAt', '<', instant(now))
        .orderBy('promisedAt')
        .limit(limit)
        .execute();
      return rows.map((row) => ({ ...row, promisedAt: row.promisedAt ?? '' }));
    },

    /**
     * Notes that these are late, in the transaction that writes what follows from it.
     * @returns those that still are: what came or was noted meanwhile is left out, so each is told of once.
     */
    async noteLate(tx: Db, orderIds: readonly string[]): Promise<string[]> {
      if (orderIds.length === 0) return [];
      const now = instant(runtime.now());
      const rows = await tx
        .updateTable('order')
        .set({ lateNotedAt: now })
        .where('id', 'in', [...orderIds])
        .where('lateNotedAt', 'is', null)
        .where('promisedAt', '<', now)
        .returning('id')
        .execute();
      return rows.map(({ id }) => id);
    },
  };
}
