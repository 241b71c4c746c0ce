import { sql, type RawBuilder } from 'kysely';
import type { Database, Db } from '../database/index.ts';

/*
 * A lane holds the jobs of one subject. Its first job that is not done is queued, leased or parked; all later ones are
 * `waiting`. So what is due can be read from an index, however many jobs stand behind a parked one.
 */

/**
 * Keeps everybody else from changing this lane until the transaction ends, so that the order of `seq` is the order of
 * commits. SQLite has one writer at a time anyway.
 */
export async function lockLane(tx: Db, dialect: Database['dialect'], subject: string): Promise<void> {
  if (dialect === 'postgres') await sql`select pg_advisory_xact_lock(hashtextextended(${subject}, 4711))`.execute(tx);
}

/**
 * What a new job of the lane is, as part of the statement that writes it; without a lane it may go at once. The lane must
 * be locked.
 */
export function stateInLane(subject: string | null): RawBuilder<'waiting' | 'queued'> {
  // The condition literally as in the partial index, which SQLite would not use otherwise.
  return sql`case when exists (select 1 from job where subject = ${subject} and state <> 'done')
    then 'waiting' else 'queued' end`;
}

/** After the first of a lane is done: its next may go. The lane must be locked. */
export async function advanceLane(tx: Db, subject: string): Promise<void> {
  const next = await firstInLane(tx, subject);
  if (next === undefined) return;
  await tx.updateTable('job').set({ state: 'queued' }).where('seq', '=', next).where('state', '=', 'waiting').execute();
}

async function firstInLane(tx: Db, subject: string): Promise<number | undefined> {
  const row = await tx
    .selectFrom('job')
    .select('seq')
    .where('subject', '=', subject)
    .where(sql<boolean>`state <> 'done'`) // literally as in the partial index, which SQLite would not use otherwise
    .orderBy('seq')
    .limit(1)
    .executeTakeFirst();
  return row?.seq;
}
