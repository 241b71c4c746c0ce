import { sql, type Selectable } from 'kysely';
import type { Database, JobTable } from '../database/index.ts';
import { instant } from '../runtime.ts';

/** How long a claimed job belongs to its worker. Handlers end long before, so a lease is never renewed. */
export const LEASE_MS = 60_000;
/** A job whose workers died so often in a row is poison. */
const LOST_CLAIMS = 5;

export type JobRow = Selectable<JobTable>;

/** Which kinds may be claimed now, and how many of each. */
export type Capacity = ReadonlyMap<string, number>;

export interface Claims {
  /** Ours until their lease ends. */
  claimed: JobRow[];
  /** Parked instead: each of their last workers died. */
  poisoned: JobRow[];
}

/** A literal, as in the partial index `job_due`: with parameters SQLite would not use it. */
const owedNow = sql<boolean>`state in ('queued', 'leased')`;

/** Whether a claim would find something. Only a read, so that an idle worker writes nothing. */
export async function isSomethingDue(database: Database, now: number, capacity: Capacity): Promise<boolean> {
  const row = await database.db
    .selectFrom('job')
    .select('seq')
    .where(owedNow)
    .where('runAt', '<=', instant(now))
    .where('kind', 'in', [...capacity.keys()])
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Claims up to `atMost` due jobs, the longest due first; a lease that ran out counts as due. */
export async function claim(database: Database, now: number, capacity: Capacity, atMost: number): Promise<Claims> {
  return database.transaction(async (tx) => {
    const due = await tx
      .selectFrom('job')
      .selectAll()
      .where(owedNow)
      .where('runAt', '<=', instant(now))
      .where('kind', 'in', [...capacity.keys()])
      .orderBy('runAt')
      .orderBy('seq')
      .limit(atMost)
      .$if(database.dialect === 'postgres', (query) => query.forUpdate().skipLocked())
      .execute();
    const claims: Claims = { claimed: [], poisoned: [] };
    const free = new Map(capacity);
    for (const row of due) {
      const left = free.get(row.kind) ?? 0;
      if (left === 0) continue;
      free.set(row.kind, left - 1);
      const taken = leased(row, now);
      const { seq: _, ...changes } = taken;
      await tx.updateTable('job').set(changes).where('seq', '=', row.seq).execute();
      claims[taken.state === 'parked' ? 'poisoned' : 'claimed'].push(taken);
    }
    return claims;
  });
}

function leased(row: JobRow, now: number): JobRow {
  const lost = row.state === 'leased' ? row.lost + 1 : row.lost;
  if (lost >= LOST_CLAIMS) {
    const lastError = `Whoever worked on it died, ${lost} times in a row.`;
    return { ...row, state: 'parked', lost, lastError };
  }
  const firstAt = row.firstAt ?? instant(now);
  return { ...row, state: 'leased', lost, fence: row.fence + 1, firstAt, runAt: instant(now + LEASE_MS) };
}
