import { sql } from 'kysely';
import type { Database, Db } from '../../platform/database/index.ts';
import { instant, type Runtime } from '../../platform/runtime.ts';
import { monthsBefore, type createKeepMonths } from './keepMonths.ts';
import { createRowHash, storedTouches } from './rowHash.ts';
import { isAuthentic, type Proofs, type Seal } from './seal.ts';
import { checkRows } from './segmentCheck.ts';

/** Segments looked at in one go. */
const PAGE = 100;
const STRANGERS = 'month:';

export interface RetentionDeps {
  database: Database;
  runtime: Runtime;
  proofs: Proofs;
  keepMonths: ReturnType<typeof createKeepMonths>;
  log: { warn(details: object, message: string): void };
}

export interface Dropped {
  segments: number;
  touches: number;
  /** Months whose strangers' key went. */
  months: string[];
}

/** Drops what has had its time: segments as a whole, and the keys of strangers of whom nothing is left. */
export function createRetention({ database, runtime, proofs, keepMonths, log }: RetentionDeps) {
  const hashOf = createRowHash();

  /** Until when touches must have happened to be over, for segments that were sealed with this time. */
  function overAt(sealedWith: number): string {
    // A time that nothing is kept for any more says nothing; then each segment is looked at by its types.
    const months = keepMonths.all.includes(sealedWith) ? sealedWith : Math.min(...keepMonths.all);
    return instant(monthsBefore(runtime.now(), months));
  }

  /** A segment goes when everything in it is over by what holds today, not by what held when it was sealed. */
  function isOver({ types, lastAt }: Pick<Seal, 'types' | 'lastAt'>): boolean {
    const months = (JSON.parse(types) as string[]).map(keepMonths);
    return lastAt < instant(monthsBefore(runtime.now(), Math.max(...months)));
  }

  /** The times for which segments were sealed, each found by one step in the index. */
  async function sealedTimes(): Promise<number[]> {
    const times: number[] = [];
    for (let after = -1; ;) {
      const next = await database.reports
        .selectFrom('touchSeal')
        .select('keepMonths')
        .where('droppedAt', 'is', null)
        .where('keepMonths', '>', after)
        .orderBy('keepMonths')
        .limit(1)
        .executeTakeFirst();
      if (!next) return times;
      times.push((after = next.keepMonths));
    }
  }

  async function* candidates(time: number): AsyncGenerator<Seal> {
    let cursor = { lastAt: '', number: 0 };
    for (;;) {
      const page = await database.reports
        .selectFrom('touchSeal')
        .selectAll()
        .where('droppedAt', 'is', null)
        .where('keepMonths', '=', time)
        .where('lastAt', '<', overAt(time))
        .where((eb) => eb(eb.refTuple('lastAt', 'number'), '>', eb.tuple(cursor.lastAt, cursor.number)))
        .orderBy('lastAt')
        .orderBy('number')
        .limit(PAGE)
        .execute();
      yield* page;
      const last = page.at(-1);
      if (!last || page.length < PAGE) return;
      cursor = last;
    }
  }

  /** @returns how many touches went; 0 when another process was first, or the segment is not as it was sealed. */
  async function drop({ number }: Seal): Promise<number> {
    return database.transaction(async (tx) => {
      const seal = await tx
        .selectFrom('touchSeal')
        .selectAll()
        .where('number', '=', number)
        .where('droppedAt', 'is', null)
        .$if(database.dialect === 'postgres', (query) => query.forUpdate().skipLocked())
        .executeTakeFirst();
      if (!seal) return 0;
      const rows = await storedTouches(tx, database.dialect)
        .where('seq', '>=', seal.firstSeq)
        .where('seq', '<=', seal.lastSeq)
        .execute();
      if (!isAuthentic(seal, proofs) || checkRows(seal, rows, { proofs, hashOf }).length > 0) {
        log.warn({ segment: number }, 'a segment of the touch log is not as it was sealed, so it is not dropped');
        return 0;
      }
      const droppedAt = instant(runtime.now());
      await tx
        .updateTable('touchSeal')
        .set({ droppedAt, droppedMac: proofs.ofDrop(seal, droppedAt), leaves: new Uint8Array() })
        .where('number', '=', number)
        .execute();
      await keepCounts(tx, seal);
      const inIt = tx
        .selectFrom('touch')
        .select('id')
        .where('seq', '>=', seal.firstSeq)
        .where('seq', '<=', seal.lastSeq);
      await tx.deleteFrom('touchEvent').where('touchId', 'in', inIt).execute();
      await tx.deleteFrom('touch').where('seq', '>=', seal.firstSeq).where('seq', '<=', seal.lastSeq).execute();
      return rows.length;
    });
  }

  async function keepCounts(tx: Db, { firstSeq, lastSeq }: Seal): Promise<void> {
    await sql`
      insert into touch_count (month, type, channel, count)
      select substr(occurred_at, 1, 7), type, channel, count(*) from touch
      where seq >= ${firstSeq} and seq <= ${lastSeq}
      group by substr(occurred_at, 1, 7), type, channel
      on conflict (month, type, channel) do update set count = touch_count.count + excluded.count`.execute(tx);
  }

  /** A month's key goes with the last touch of a stranger in it: then older backups cannot be read there, either. */
  async function forgetStrangers(): Promise<string[]> {
    const { db, reports } = database;
    const before = `${STRANGERS}${instant(monthsBefore(runtime.now(), Math.min(...keepMonths.all))).slice(0, 7)}`;
    const keys = await reports
      .selectFrom('subjectKey')
      .select('subject')
      .where('personId', 'is', null)
      .where('subject', '>=', STRANGERS)
      .where('subject', '<', before)
      .orderBy('subject')
      .execute();
    const forgotten: string[] = [];
    for (const { subject } of keys) {
      const month = subject.slice(STRANGERS.length);
      const left = await reports
        .selectFrom('touch')
        .select('id')
        .where('id', '>=', firstId(month, -1))
        .where('id', '<', firstId(month, 32))
        .where('subject', 'is', null)
        .where('recordedAt', '>=', `${month}-01`)
        .where('recordedAt', '<', `${month}-32`)
        .limit(1)
        .executeTakeFirst();
      if (left) continue;
      await db.deleteFrom('subjectKey').where('subject', '=', subject).execute();
      forgotten.push(month);
    }
    return forgotten;
  }

  return {
    /** Also looks at nothing it need not: a run with nothing to do reads a few rows. */
    async drop(signal?: AbortSignal): Promise<Dropped> {
      const dropped: Dropped = { segments: 0, touches: 0, months: [] };
      for (const time of await sealedTimes()) {
        for await (const seal of candidates(time)) {
          if (signal?.aborted) return dropped;
          const touches = isOver(seal) ? await drop(seal) : 0;
          dropped.touches += touches;
          if (touches > 0) dropped.segments += 1;
        }
      }
      return { ...dropped, months: await forgetStrangers() };
    },
  };
}

/** The smallest UUIDv7 of so many days after the month began. */
function firstId(month: string, days: number): string {
  const milliseconds = Date.parse(`${month}-01T00:00:00.000Z`) + days * 86_400_000;
  const hex = milliseconds.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}`;
}
