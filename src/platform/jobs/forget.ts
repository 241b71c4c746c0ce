import type { Db } from '../database/index.ts';

const PAGE = 2_000;
const ID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** Deletes every job whose payload, subject or key names one of `ids`. @returns how many. */
export async function forgetJobs(tx: Db, ids: ReadonlySet<string>): Promise<number> {
  let forgotten = 0;
  for (let after = 0; ;) {
    const rows = await tx
      .selectFrom('job')
      .select(['seq', 'key', 'subject', 'payload'])
      .where('seq', '>', after)
      .orderBy('seq')
      .limit(PAGE)
      .execute();
    const named = rows
      .filter(({ key, subject, payload }) => `${key} ${subject ?? ''} ${payload}`.match(ID)?.some((id) => ids.has(id)))
      .map(({ seq }) => seq);
    if (named.length > 0) await tx.deleteFrom('job').where('seq', 'in', named).execute();
    forgotten += named.length;
    const last = rows.at(-1);
    if (rows.length < PAGE || !last) return forgotten;
    after = last.seq;
  }
}
