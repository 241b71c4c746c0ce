import type { Updateable } from 'kysely';
import type { Database, Db, JobTable } from '../database/index.ts';
import { redactText } from '../log/index.ts';
import { asRefusal } from '../refusal.ts';
import { instant, type Runtime } from '../runtime.ts';
import { backOffMs, GIVE_UP_MS, retryAfterMs } from './backOff.ts';
import { LEASE_MS, type JobRow } from './claim.ts';
import { advanceLane, lockLane } from './lane.ts';
import { codeOf, LeaseLost, namedTime } from './verdicts.ts';

const ERROR_LENGTH = 500;
const PAUSE_MS = 500;

/** Writes a job as done within `tx`, and lets the next of its subject go. @throws LeaseLost */
export async function writeDone(tx: Db, dialect: Database['dialect'], job: JobRow, now: number): Promise<void> {
  if (job.subject !== null) await lockLane(tx, dialect, job.subject);
  await writeOutcome(tx, job, { state: 'done', lost: 0, lastError: null, doneAt: instant(now) });
  if (job.subject !== null) await advanceLane(tx, job.subject);
}

/**
 * Writes what a failed try leads to: another one, or parking.
 * @returns which of the two.
 * @throws LeaseLost
 */
export async function writeFailure(
  tx: Db,
  runtime: Runtime,
  job: JobRow,
  error: unknown,
): Promise<'retried' | 'parked'> {
  const now = runtime.now();
  const changes = afterFailure(runtime, job, error, now);
  await writeOutcome(tx, job, { ...changes, lost: 0, attempts: job.attempts + 1, lastError: wordsOf(error) });
  return changes.state === 'parked' ? 'parked' : 'retried';
}

function afterFailure(runtime: Runtime, job: JobRow, error: unknown, now: number): Updateable<JobTable> {
  const giveUpAt = Date.parse(job.firstAt ?? instant(now)) + GIVE_UP_MS;
  if (codeOf(error) === 'park' || now >= giveUpAt) return { state: 'parked' };
  const wait = Math.max(backOffMs(job.attempts + 1, runtime), retryAfterMs(namedTime(error), now) ?? 0);
  return { state: 'queued', runAt: instant(Math.min(now + wait, giveUpAt)) };
}

/** Only the newest claim may write: a worker that was frozen past its lease finds another token in the row. */
async function writeOutcome(tx: Db, job: JobRow, changes: Updateable<JobTable>): Promise<void> {
  const { numUpdatedRows } = await tx
    .updateTable('job')
    .set(changes)
    .where('seq', '=', job.seq)
    .where('fence', '=', job.fence)
    .where('state', '=', 'leased')
    .executeTakeFirst();
  if (Number(numUpdatedRows) === 0) throw new LeaseLost();
}

/** Words for staff, without secrets and addresses. */
function wordsOf(error: unknown): string {
  const words = error instanceof Error ? error.message || error.name : String(error);
  return redactText(words).slice(0, ERROR_LENGTH);
}

/**
 * Tries `step` again until the lease is over: what was done outside must not be done a second time only because the
 * database was away for a moment.
 * @param claimedAt on the clock of `performance.now()`.
 * @param mayPass which failures may pass by themselves.
 */
export async function persist<T>(
  claimedAt: number,
  mayPass: (error: unknown) => boolean,
  step: () => Promise<T>,
): Promise<T> {
  for (;;) {
    try {
      return await step();
    } catch (error) {
      if (!mayPass(error) || performance.now() + PAUSE_MS > claimedAt + LEASE_MS) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}

export function isBusy(error: unknown): boolean {
  return asRefusal(error)?.code === 'busy';
}
