import type { Selectable } from 'kysely';
import type { Database } from '../../platform/database/index.ts';
import { open } from '../../platform/secrets/index.ts';
import type { TouchTable } from '../tables.ts';
import type { SubjectKeys } from './subjectKeys.ts';

const PAGE = 500;

/** A sealed touch for other systems. */
export interface SealedTouch extends Omit<Selectable<TouchTable>, 'seq' | 'body'> {
  seq: number;
  /** Null when its key is gone: somebody was forgotten. */
  body: Record<string, unknown> | null;
}

/** The log by `seq`, for exports. Whoever gets it has everything, so it is the operator's alone. */
export function createSealedTouches({ database, keys }: { database: Database; keys: SubjectKeys }) {
  const { reports } = database;

  async function readable({ body, seq, ...row }: Selectable<TouchTable>): Promise<SealedTouch> {
    const key = await keys.reading(reports, row);
    const text = key && Buffer.from(open(key, body, `touch:${row.id}`)).toString('utf8');
    return { ...row, seq: seq ?? 0, body: text === null ? null : (JSON.parse(text) as Record<string, unknown>) };
  }

  return {
    /** The last `seq` there is; 0 while nothing is sealed. */
    async last(): Promise<number> {
      const row = await reports.selectFrom('touchSealer').select('headSeq').executeTakeFirst();
      return row?.headSeq ?? 0;
    },
    /** The touch of a `seq`; null when there is none, or none any more. */
    async idOf(seq: number): Promise<string | null> {
      const row = await reports.selectFrom('touch').select('id').where('seq', '=', seq).executeTakeFirst();
      return row?.id ?? null;
    },
    /** Everything sealed after `seq`, in pages; ends at what is sealed by then. */
    async *after(seq: number): AsyncGenerator<SealedTouch[]> {
      for (let after = seq; ;) {
        const rows = await reports
          .selectFrom('touch')
          .selectAll()
          .where('seq', '>', after)
          .orderBy('seq')
          .limit(PAGE)
          .execute();
        const touches: SealedTouch[] = [];
        for (const row of rows) touches.push(await readable(row));
        const last = touches.at(-1);
        if (!last) return;
        yield touches;
        after = last.seq;
      }
    },
  };
}
