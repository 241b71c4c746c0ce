import { sql } from 'kysely';
import { statementOfRows, type Db } from '../platform/database/index.ts';
import { instant, type Runtime } from '../platform/runtime.ts';
import type { InquiryOutcome, InquiryTable } from './tables.ts';
import type { NewTouch } from './touches/touch.ts';

/** After so much silence an inquiry has ended, in milliseconds. */
const SILENCE_MS = 30 * 60_000;

/** A new inquiry's id: 128 random bits. Nothing is stored until its first touch. */
export function newInquiry(runtime: Runtime): string {
  return Buffer.from(runtime.randomBytes(16)).toString('base64url');
}

/**
 * Notes that these touches belong to their inquiries: the first one begins it, each further one keeps it alive, and one
 * may end it. An inquiry that has ended keeps its first outcome, except that asking a person after all counts.
 */
export async function continueInquiries(db: Db, touches: readonly NewTouch[], runtime: Runtime): Promise<void> {
  const latest = new Map<string, NewTouch>();
  for (const touch of touches) {
    if (!touch.inquiry) continue;
    const endsInquiry = touch.endsInquiry ?? latest.get(touch.inquiry)?.endsInquiry;
    latest.set(touch.inquiry, endsInquiry ? { ...touch, endsInquiry } : touch);
  }
  // In the order of their ids: two processes that write the same inquiries never wait for each other in a circle.
  const rows = [...latest]
    .map(([id, touch]) => ({ id, touch, at: instant(touch.occurredAt ?? runtime.now()) }))
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map(({ id, touch: { personId, locale = 'en', endsInquiry: outcome = null }, at }) => ({
      ...{ id, personId, locale, startedAt: at, lastAt: at },
      ...{ endedAt: outcome && at, outcome },
    }));
  await write(db, rows);
}

const isAskedAfterAll = sql`excluded.outcome = 'escalated' and inquiry.outcome in ('answered', 'abandoned')`;

const write = statementOfRows((db, rows: readonly InquiryTable[]) =>
  db
    .insertInto('inquiry')
    .values(rows)
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet({
        lastAt: sql<string>`case when inquiry.last_at > excluded.last_at then inquiry.last_at else excluded.last_at end`,
        personId: sql<string | null>`coalesce(inquiry.person_id, excluded.person_id)`,
        endedAt: sql<string | null>`case when ${isAskedAfterAll} then excluded.ended_at
          else coalesce(inquiry.ended_at, excluded.ended_at) end`,
        outcome: sql<InquiryOutcome | null>`case when ${isAskedAfterAll} then excluded.outcome
          else coalesce(inquiry.outcome, excluded.outcome) end`,
      }),
    ),
);

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
