import { sql } from 'kysely';
import type { Database, Db } from '../../platform/database/index.ts';
import { instant, type Runtime } from '../../platform/runtime.ts';
import type { OweMail } from './noteNews.ts';

const DAY_MS = 24 * 3_600_000;
/** A promise that was broken longer ago is no news when it comes in; the desk sees it all the same. */
const NEWS_MS = 3 * DAY_MS;
const BATCH = 100;

/** Writes the touch of a promise that was broken. */
export type TellLate = (
  tx: Db,
  late: { number: string; customerEmail: string | null; promisedAt: string },
) => Promise<void>;

export interface LateDeps {
  database: Database;
  runtime: Runtime;
  owe: OweMail;
  tell: TellLate;
}

/**
 * Finds promises that have passed and notes each once: the mark on the order, the touch, and the mail are one transaction.
 * Several processes may look at once; who sets the mark is the one who tells. What was delivered meanwhile owes nothing.
 */
export function createNoteLate({ database, runtime, owe, tell }: LateDeps) {
  async function noteOne({ id, promisedAt }: { id: string; promisedAt: string }): Promise<number> {
    return database.transaction(async (tx) => {
      const now = runtime.now();
      const order = await tx
        .updateTable('order')
        .set({ lateNotedAt: instant(now) })
        .where('id', '=', id)
        .where('lateNotedAt', 'is', null)
        // Delivered or promised anew in the meantime: another instant stands there, or none.
        .where('promisedAt', '=', promisedAt)
        .where('promisedAt', '<', instant(now))
        .returning(['number', 'customerEmail'])
        .executeTakeFirst();
      if (!order) return 0;
      const isOld = Date.parse(promisedAt) < now - NEWS_MS;
      const settled = isOld ? { settledAt: instant(now), unsaid: 'old' as const } : { settledAt: null, unsaid: null };
      const noted = await tx
        .insertInto('orderNotice')
        .values({ orderId: id, kind: 'late', key: promisedAt, at: instant(now), mailKey: null, ...settled })
        .onConflict((conflict) => conflict.columns(['orderId', 'kind', 'key']).doNothing())
        .returning('key')
        .executeTakeFirst();
      if (!noted) return 0;
      await tell(tx, { ...order, promisedAt });
      if (!isOld) await owe(tx, { orderId: id, key: `mail.order:${id}:late:${promisedAt}`, runAt: now });
      return 1;
    });
  }

  /** @returns how many promises were found broken. */
  return async function noteLate(): Promise<number> {
    let count = 0;
    for (;;) {
      const due = await database.db
        .selectFrom('order')
        .select(['id', 'promisedAt'])
        // As the partial index says it, or SQLite would not use it.
        .where(sql<boolean>`promised_at is not null and late_noted_at is null`)
        .where('promisedAt', '<', instant(runtime.now()))
        .orderBy('promisedAt')
        .limit(BATCH)
        .execute();
      for (const { id, promisedAt } of due) if (promisedAt !== null) count += await noteOne({ id, promisedAt });
      if (due.length < BATCH) return count;
    }
  };
}
