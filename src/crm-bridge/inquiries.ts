import { sql } from 'kysely';
import type { Db } from '../platform/database/index.ts';
import { instant, type Runtime } from '../platform/runtime.ts';
import type { InquiryOutcome } from './tables.ts';
import type { NewTouch } from './touches/touch.ts';

/** After so much silence an inquiry has ended, in milliseconds. */
const SILENCE_MS = 30 * 60_000;
/** Rows of one INSERT; SQLite allows 32,766 parameters, a row has 7. */
const ROWS_AT_ONCE = 500;

/** A new inquiry's id: 128 random bits. Nothing is stored until its first touch. */
export function newInquiry(runtime: Runtime): string {
  return Buffer.from(runtime.randomBytes(16)).toString('base64url');
}

/** Notes that these touches belong to their inquiries: the first one begins it, each further one keeps it alive. */
export async function continueInquiries(db: Db, touches: readonly NewTouch[], runtime: Runtime): Promise<void> {
  const latest = new Map<string, NewTouch>();
  for (const touch of touches) if (touch.inquiry) latest.set(touch.inquiry, touch);
  // In the order of their ids: two processes that write the same inquiries never wait for each other in a circle.
  const rows = [...latest]
    .map(([id, touch]) => ({ id, touch, at: instant(touch.occurredAt ?? runtime.now()) }))
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map(({ id, touch: { personId, locale = 'en' }, at }) => ({
      ...{ id, personId, locale, startedAt: at, lastAt: at },
      ...{ endedAt: null, outcome: null },
    }));
  for (let from = 0; from < rows.length; from += ROWS_AT_ONCE) {
    await db
      .insertInto('inquiry')
      .values(rows.slice(from, from + ROWS_AT_ONCE))
      .onConflict((conflict) =>
        conflict.column('id').doUpdateSet({
          lastAt: sql<string>`case when inquiry.last_at > excluded.last_at then inquiry.last_at else excluded.last_at end`,
          personId: sql<string | null>`coalesce(inquiry.person_id, excluded.person_id)`,
        }),
      )
      .execute();
  }
}

/** Ends an inquiry; one that has ended keeps its first outcome, except that asking a person after all counts. */
export async function endInquiry(db: Db, id: string, outcome: InquiryOutcome, runtime: Runtime): Promise<void> {
  let update = db
    .updateTable('inquiry')
    .set({ outcome, endedAt: instant(runtime.now()) })
    .where('id', '=', id);
  update =
    outcome === 'escalated'
      ? update.where((eb) => eb.or([eb('outcome', 'is', null), eb('outcome', '<>', 'escalated')]))
      : update.where('endedAt', 'is', null);
  await update.execute();
}

/** Ends what has been silent for half an hour. The worker calls it; @returns how many. */
export async function endSilentInquiries(db: Db, runtime: Runtime): Promise<number> {
  const { numUpdatedRows } = await db
    .updateTable('inquiry')
    .set((eb) => ({ outcome: 'abandoned' as const, endedAt: eb.ref('lastAt') }))
    .where('endedAt', 'is', null)
    .where('lastAt', '<', instant(runtime.now() - SILENCE_MS))
    .executeTakeFirstOrThrow();
  return Number(numUpdatedRows);
}
