import { statement, type Database, type Db, type JobTable } from '../database/index.ts';
import { instant, newId, type Runtime } from '../runtime.ts';
import { lockLane, stateInLane } from './lane.ts';

/** A job that is owed. */
export interface NewJob {
  /** What is to be done: `mail.reply`, `case.open` … */
  kind: string;
  /** Idempotency key for life; a second job with the same key is the same job. */
  key: string;
  /** Jobs of one subject are done one after the other, in the order they were queued. Left out: no order. */
  subject?: string;
  /** Ids only, never personal data: whoever does the job reads the rest when it is done. */
  payload?: Readonly<Record<string, unknown>>;
  /** Not before this instant, in milliseconds since 1970; later jobs of its subject wait, too. Left out: now. */
  runAt?: number;
}

export interface Enqueued {
  id: string;
  /** False when a job with this key was there already. */
  isNew: boolean;
}

/** Queues a job in the transaction of its cause. */
export async function enqueue(
  { database, runtime }: { database: Database; runtime: Runtime },
  tx: Db,
  job: NewJob,
): Promise<Enqueued> {
  const subject = job.subject ?? null;
  if (subject !== null) await lockLane(tx, database.dialect, subject);
  const now = runtime.now();
  const id = newId(runtime);
  const { numAffectedRows } = await insert(tx, {
    id,
    kind: job.kind,
    key: job.key,
    subject,
    payload: JSON.stringify(job.payload ?? {}),
    runAt: instant(job.runAt ?? now),
    createdAt: instant(now),
  });
  if (numAffectedRows) return { id, isNew: true };
  const there = await tx.selectFrom('job').select('id').where('key', '=', job.key).executeTakeFirstOrThrow();
  return { id: there.id, isNew: false };
}

/** Affects no row when a job with this key is there. */
const insert = statement(
  (tx, job: Pick<JobTable, 'id' | 'kind' | 'key' | 'subject' | 'payload' | 'runAt' | 'createdAt'>) =>
    tx
      .insertInto('job')
      .values({
        ...job,
        state: stateInLane(job.subject),
        ...{ attempts: 0, lost: 0, firstAt: null, fence: 0, lastError: null, doneAt: null },
      })
      .onConflict((conflict) => conflict.column('key').doNothing()),
);
