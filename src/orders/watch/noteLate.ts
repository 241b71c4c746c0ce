import type { Database, Db } from '../../platform/database/index.ts';
import { instant, type Runtime } from '../../platform/runtime.ts';
import { createLateness, type BrokenPromise } from '../lateness.ts';
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
  const promises = createLateness({ database, runtime });

  async function noteOne({ orderId, number, customerEmail }: BrokenPromise): Promise<number> {
    return database.transaction(async (tx) => {
      const [late] = await promises.noteLate(tx, [orderId]);
      if (late === undefined) return 0;
      // Of this transaction: between the look and the mark it may have been promised anew.
      const { promisedAt } = await tx
        .selectFrom('order')
        .select('promisedAt')
        .where('id', '=', orderId)
        .executeTakeFirstOrThrow();
      if (promisedAt === null) return 0;
      const now = runtime.now();
      const isOld = Date.parse(promisedAt) < now - NEWS_MS;
      const settled = isOld ? { settledAt: instant(now), unsaid: 'old' as const } : { settledAt: null, unsaid: null };
      const noted = await tx
        .insertInto('orderNotice')
        .values({ orderId, kind: 'late', key: promisedAt, at: instant(now), mailKey: null, ...settled })
        .onConflict((conflict) => conflict.columns(['orderId', 'kind', 'key']).doNothing())
        .returning('key')
        .executeTakeFirst();
      if (!noted) return 0;
      await tell(tx, { number, customerEmail, promisedAt });
      if (!isOld) await owe(tx, { orderId, key: `mail.order:${orderId}:late:${promisedAt}`, runAt: now });
      return 1;
    });
  }

  /** @returns how many promises were found broken. */
  return async function noteLate(): Promise<number> {
    let count = 0;
    for (;;) {
      const broken = await promises.brokenPromises(runtime.now(), BATCH);
      for (const promise of broken) count += await noteOne(promise);
      if (broken.length < BATCH) return count;
    }
  };
}
