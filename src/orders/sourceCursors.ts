import { sql } from 'kysely';
import type { Db } from '../platform/database/index.ts';

/** How far each source was read, and whether it can be. */

const MINUTE_MS = 60_000;
/** A source that fails is asked after one minute, two, four … and at last every half hour. */
const LONGEST_REST_MS = 30 * MINUTE_MS;
const PROBLEM_LENGTH = 200;

/** Whether a source may be asked now: it has not failed, or has rested since. @param now milliseconds since 1970 */
export async function readable(db: Db, source: string, now: number): Promise<boolean> {
  const row = await db
    .selectFrom('sourceCursor')
    .select(['failures', 'failedAt'])
    .where('source', '=', source)
    .executeTakeFirst();
  if (!row || row.failures === 0 || row.failedAt === null) return true;
  const rest = Math.min(LONGEST_REST_MS, MINUTE_MS * 2 ** Math.min(row.failures - 1, 10));
  return now >= Date.parse(row.failedAt) + rest;
}

/** It was read up to `cursor`. @param at ISO 8601, as all instants here */
export async function noteRead(tx: Db, source: string, cursor: string, at: string): Promise<void> {
  const read = { cursor, readAt: at, failedAt: null, failures: 0, problem: null };
  await tx
    .insertInto('sourceCursor')
    .values({ source, ...read })
    .onConflict((conflict) => conflict.column('source').doUpdateSet(read))
    .execute();
}

/** It could not be read; where to go on from stays. */
export async function noteFailure(tx: Db, source: string, at: string, problem: string): Promise<void> {
  await tx
    .insertInto('sourceCursor')
    .values({ source, cursor: null, readAt: null, failedAt: at, failures: 1, problem })
    .onConflict((conflict) =>
      conflict
        .column('source')
        .doUpdateSet({ failedAt: at, problem, failures: sql<number>`source_cursor.failures + 1` }),
    )
    .execute();
}

/**
 * What was wrong, in the machine's own words: its code or its name. Its message may hold what the source answered, and so
 * what is personal.
 */
export function problemOf(error: unknown): string {
  const parts: string[] = [];
  for (let one: unknown = error; one instanceof Error && parts.length < 3; one = one.cause) {
    const code = 'code' in one && ['string', 'number'].includes(typeof one.code) ? String(one.code) : one.name;
    if (!parts.includes(code)) parts.push(code);
  }
  return parts.join(', ').slice(0, PROBLEM_LENGTH) || 'Error';
}
