import { hash } from 'node:crypto';
import { sql } from 'kysely';
import { statement, type Database, type Db, type Tables } from '../database/index.ts';
import { Refusal } from '../refusal.ts';
import { instant, type Runtime } from '../runtime.ts';

/** How long a key stands for its request, in milliseconds. */
const KEPT_MS = 7 * 24 * 3_600_000;
const PRUNE_BATCH = 500;
const FIELD = 'Idempotency-Key';

/** A request that may arrive twice. */
export interface OnceRequest {
  /** Whose keys these are, and for what: `answer:0193…`. One caller's keys never meet another's. */
  scope: string;
  /** The caller's `Idempotency-Key`: 1 to 200 visible ASCII characters. */
  key: string;
  /** What was asked, from {@link fingerprintOf}: one key cannot stand for two different requests. */
  fingerprint: string;
}

/** SHA-256 of what was asked, as JSON: name every value that makes it another request, in a fixed order. */
export function fingerprintOf(asked: unknown): string {
  return hash('sha256', JSON.stringify(asked ?? null));
}

/**
 * Does `work` once for all requests with this scope and key, in the caller's transaction: its result is stored with its
 * writes. The same request again, also at the same moment, gets the stored result.
 *
 * @param tx a transaction.
 * @param request null when the caller sent no key: then `work` is simply done.
 * @param work writes through `tx` only. Its result must survive JSON.
 * @throws Refusal `invalid` for a key of the wrong form, `conflict` when the key was used for something else; both name the
 * field `Idempotency-Key`.
 */
export async function once<Result>(
  tx: Db,
  request: OnceRequest | null,
  runtime: Pick<Runtime, 'now'>,
  work: () => Promise<Result>,
): Promise<Result> {
  if (!request) return work();
  const { scope, key, fingerprint } = request;
  if (!/^[\x21-\x7e]{1,200}$/.test(key)) throw keyFault('invalid', 'errors.invalid');
  // Who comes second waits here until the first has committed, and then finds its row; if the first failed, it is first.
  const { numAffectedRows } = await take(tx, {
    ...{ scope, key, fingerprint, result: '' },
    createdAt: instant(runtime.now()),
  });
  if (!numAffectedRows) return resultOfFirst<Result>(tx, request);
  const result = await work();
  await keep(tx, { scope, key, result: JSON.stringify(result ?? null) });
  return result;
}

const take = statement((tx, row: Tables['idempotency']) =>
  tx
    .insertInto('idempotency')
    .values(row)
    .onConflict((conflict) => conflict.columns(['scope', 'key']).doNothing()),
);

const keep = statement((tx, { scope, key, result }: { scope: string; key: string; result: string }) =>
  tx.updateTable('idempotency').set({ result }).where('scope', '=', scope).where('key', '=', key),
);

async function resultOfFirst<Result>(tx: Db, { scope, key, fingerprint }: OnceRequest): Promise<Result> {
  const first = await tx
    .selectFrom('idempotency')
    .select(['fingerprint', 'result'])
    .where('scope', '=', scope)
    .where('key', '=', key)
    .executeTakeFirstOrThrow();
  if (first.fingerprint !== fingerprint) throw keyFault('conflict', 'errors.duplicate');
  return JSON.parse(first.result) as Result;
}

/** Forgets keys older than a week, some hundred at a time. @returns how many. */
export async function pruneIdempotency(database: Database, runtime: Pick<Runtime, 'now'>): Promise<number> {
  const before = instant(runtime.now() - KEPT_MS);
  let pruned = 0;
  for (;;) {
    const { numAffectedRows } = await sql`
      delete from idempotency where (scope, key) in (
        select scope, key from idempotency where created_at < ${before} order by created_at limit ${PRUNE_BATCH}
      )`.execute(database.db);
    pruned += Number(numAffectedRows ?? 0);
    if (Number(numAffectedRows ?? 0) < PRUNE_BATCH) return pruned;
  }
}

/**
 * Forgets the answers kept for somebody: keys whose scope names one of these texts, and answers that name one of them.
 * @param names ids and hashes, never personal data.
 */
export async function forgetAnswers(tx: Db, names: ReadonlySet<string>): Promise<void> {
  const rows = await tx.selectFrom('idempotency').select(['scope', 'key', 'result']).execute();
  for (const { scope, key, result } of rows) {
    const words = `${scope}\n${result}`.split(/[^0-9a-zA-Z-]+/);
    if (!words.some((word) => names.has(word))) continue;
    await tx.deleteFrom('idempotency').where('scope', '=', scope).where('key', '=', key).execute();
  }
}

function keyFault(code: 'invalid' | 'conflict', key: string): Refusal {
  return new Refusal(code, { fields: [{ field: FIELD, key, params: { label: FIELD } }] });
}
