import { sql, type RawBuilder } from 'kysely';
import type { Database, JobTable } from '../database/index.ts';
import { Refusal } from '../refusal.ts';
import { instant, type Runtime } from '../runtime.ts';
import type { JobRow } from './claim.ts';

/** As staff read it: still to be done, done, or given to a person. */
export type JobState = 'owed' | 'delivered' | 'parked';

/** A job as staff and the command line see it. */
export interface JobView {
  id: string;
  kind: string;
  key: string;
  subject: string | null;
  payload: unknown;
  state: JobState;
  /** Finer: `waiting` stands behind an earlier job of its subject, `leased` is being worked on. */
  phase: JobTable['state'];
  /** Tries in all, those before a replay included. */
  tries: number;
  createdAt: string;
  /** When it is tried next; for `leased`, when its worker's lease ends. */
  runAt: string;
  doneAt: string | null;
  lastError: string | null;
}

export interface JobFilter {
  state?: JobState;
  kind?: string;
  /** `next` of the page before. */
  after?: string;
  /** 1 to 200; 50 if left out. */
  limit?: number;
}

export interface JobPage {
  /** The newest first. */
  jobs: JobView[];
  /** Where the next page begins; null on the last. */
  next: string | null;
}

export interface QueueCounts {
  owed: number;
  delivered: number;
  parked: number;
  /** When the oldest job that is still owed was queued. */
  oldestOwedAt: string | null;
}

/** Literally as in the partial indexes: with parameters SQLite would not use them. */
const IN_STATE: Record<JobState, RawBuilder<boolean>> = {
  owed: sql`state in ('waiting', 'queued', 'leased')`,
  delivered: sql`state = 'done'`,
  parked: sql`state = 'parked'`,
};
const PRUNE_BATCH = 500;

export async function listJobs({ reports }: Database, filter: JobFilter): Promise<JobPage> {
  const limit = Math.min(Math.max(filter.limit ?? 50, 1), 200);
  const { state, kind, after } = filter;
  let query = reports.selectFrom('job').selectAll();
  if (state) query = query.where(IN_STATE[state]);
  if (kind !== undefined) query = query.where('kind', '=', kind);
  if (after !== undefined && /^\d{1,15}$/.test(after)) query = query.where('seq', '<', Number(after));
  const rows = await query
    .orderBy('seq', 'desc')
    .limit(limit + 1)
    .execute();
  const page = rows.slice(0, limit);
  return { jobs: page.map(viewOf), next: rows.length > limit ? String(page.at(-1)?.seq) : null };
}

/** @throws Refusal `not_found` */
export async function showJob({ db }: Database, jobId: string): Promise<JobView> {
  const row = await db.selectFrom('job').selectAll().where('id', '=', jobId).executeTakeFirst();
  if (!row) throw new Refusal('not_found');
  return viewOf(row);
}

export async function countJobs({ reports }: Database): Promise<QueueCounts> {
  const count = async (state: JobState) => {
    const counted = reports
      .selectFrom('job')
      .select(sql<number>`count(*)`.as('count'))
      .where(IN_STATE[state]);
    return Number((await counted.executeTakeFirstOrThrow()).count);
  };
  const oldest = reports.selectFrom('job').select('createdAt').where(IN_STATE.owed).orderBy('seq').limit(1);
  return {
    owed: await count('owed'),
    delivered: await count('delivered'),
    parked: await count('parked'),
    oldestOwedAt: (await oldest.executeTakeFirst())?.createdAt ?? null,
  };
}

/** Puts a parked job back, as if it had never been tried. @throws Refusal `not_found` when it is not parked. */
export async function replayJob(database: Database, runtime: Runtime, jobId: string): Promise<void> {
  await database.transaction(async (tx) => {
    const { numUpdatedRows } = await tx
      .updateTable('job')
      .set({ state: 'queued', attempts: 0, lost: 0, firstAt: null, runAt: instant(runtime.now()) })
      .where('id', '=', jobId)
      .where('state', '=', 'parked')
      .executeTakeFirst();
    if (Number(numUpdatedRows) === 0) throw new Refusal('not_found');
  });
}

/** Deletes what was done before `before` (ISO), some hundred rows at a time. @returns how many. */
export async function pruneJobs({ db }: Database, before: string): Promise<number> {
  let pruned = 0;
  for (;;) {
    const { numAffectedRows } = await sql`
      delete from job where seq in (
        select seq from job where state = 'done' and done_at < ${before} order by done_at limit ${PRUNE_BATCH}
      )`.execute(db);
    pruned += Number(numAffectedRows ?? 0);
    if (Number(numAffectedRows ?? 0) < PRUNE_BATCH) return pruned;
  }
}

function viewOf(row: JobRow): JobView {
  const { id, kind, key, subject, createdAt, runAt, doneAt, lastError } = row;
  const state = row.state === 'done' ? 'delivered' : row.state === 'parked' ? 'parked' : 'owed';
  const payload = JSON.parse(row.payload) as unknown;
  return {
    id,
    kind,
    key,
    subject,
    payload,
    state,
    phase: row.state,
    tries: row.fence,
    createdAt,
    runAt,
    doneAt,
    lastError,
  };
}
