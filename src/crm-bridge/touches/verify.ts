import { sql } from 'kysely';
import type { Database } from '../../platform/database/index.ts';
import { createFindings, type Finding, type FindingList } from './findings.ts';
import type { HeadFile } from './headFile.ts';
import { createRowHash, storedTouches, type StoredTouch } from './rowHash.ts';
import { dropOf, isAuthentic, nothingSealed, provenHead, type Head, type Proofs, type Seal } from './seal.ts';
import { checkRows } from './segmentCheck.ts';

const ROWS_A_PAGE = 2_000;
const SEALS_A_PAGE = 200;

/** Consecutive segments whose touches retention dropped. */
export interface DroppedRange {
  segments: [first: number, last: number];
  seq: [first: number, last: number];
  touches: number;
}

export interface Verification {
  /** Whether nothing was found. */
  sound: boolean;
  /** Up to a thousand; `findingCount` are all. */
  findings: Finding[];
  findingCount: number;
  /** Sealed touches that were read and compared. */
  touches: number;
  segments: number;
  dropped: DroppedRange[];
  /** The last `seq` that is sealed. */
  seq: number;
  /** The hash of the last segment: whoever notes it elsewhere can compare. */
  head: string;
  /** Whether this data folder knows how far the log was sealed, too. */
  headFile: 'none' | 'compared';
  /** Touches that wait to be sealed; nothing is known of them. */
  unsealed: number;
}

export interface VerifyOptions {
  /** `done` of `total` touches were read. */
  onProgress?: (done: number, total: number) => void;
}

export interface VerifyDeps {
  database: Database;
  proofs: Proofs;
  headFile: HeadFile;
}

/** Compares every sealed touch with its seal, every seal with the one before, and the end with what is known of it. */
export function createVerify({ database, proofs, headFile }: VerifyDeps) {
  const { reports: db, dialect } = database;
  const hashOf = createRowHash();

  const sealsAfter = (number: number): Promise<Seal[]> =>
    db.selectFrom('touchSeal').selectAll().where('number', '>', number).orderBy('number').limit(SEALS_A_PAGE).execute();

  const sealOf = (number: number): Promise<Seal | undefined> =>
    db.selectFrom('touchSeal').selectAll().where('number', '=', number).executeTakeFirst();

  const rowsOf = (seal: Seal): Promise<StoredTouch[]> =>
    storedTouches(db, dialect).where('seq', '>=', seal.firstSeq).where('seq', '<=', seal.lastSeq).execute();

  /** Sealed touches by `seq`, from wherever the first one stands up to `last`. */
  function rowsUpTo(last: number) {
    let page: StoredTouch[] = [];
    let at = 0;
    let after: number | null = null;
    let isOver = false;

    async function peek(): Promise<StoredTouch | undefined> {
      if (at < page.length || isOver) return page[at];
      page = await storedTouches(db, dialect)
        .where('seq', 'is not', null)
        .where('seq', '<=', last)
        .$if(after !== null, (query) => query.where('seq', '>', after))
        .orderBy('seq')
        .limit(ROWS_A_PAGE)
        .execute();
      at = 0;
      after = page.at(-1)?.seq ?? after;
      isOver = page.length === 0;
      return page[0];
    }

    /** Hands on all that are left up to and with `seq`. */
    return async function takeUpTo(seq: number, take: (row: StoredTouch) => void): Promise<void> {
      for (let row = await peek(); row && (row.seq ?? 0) <= seq; row = await peek()) {
        take(row);
        at += 1;
      }
    };
  }

  /** Retention may drop a segment while we read: rows and seal are read again until both are of one moment. */
  async function checkAgain(number: number): Promise<ReturnType<typeof checkRows>> {
    for (;;) {
      const before = await sealOf(number);
      const rows = before ? await rowsOf(before) : [];
      const after = await sealOf(number);
      if (!before || !after) return [{ fault: 'seal_missing', seq: null, what: 'A seal went while it was read.' }];
      if (before.droppedAt === after.droppedAt) return checkRows(after, rows, { proofs, hashOf });
    }
  }

  async function walk(head: Head, found: FindingList, onProgress: VerifyOptions['onProgress']) {
    const takeUpTo = rowsUpTo(head.seq);
    // Only when the segment before is sound is a touch between two segments nobody's.
    const walked = { touches: 0, segments: 0, dropped: [] as DroppedRange[], last: nothingSealed, isLastSound: true };
    for (let page = await sealsAfter(0); page.length > 0; page = await sealsAfter(walked.last.number)) {
      for (const seal of page) {
        if (seal.number > head.number) return walked;
        if (seal.number > walked.last.number + 1) {
          tellMissing(walked.last, seal.number - 1, found);
          walked.isLastSound = false;
        }
        walked.segments += 1;
        const isSound = checkSeal(seal, walked.last, walked.isLastSound, found);
        if (isSound) {
          const own: StoredTouch[] = [];
          await takeUpTo(seal.firstSeq - 1, (stray) => {
            if (walked.isLastSound) found.add('row_foreign', null, stray.seq, 'A sealed touch belongs to no segment.');
          });
          await takeUpTo(seal.lastSeq, (row) => own.push(row));
          walked.touches += own.length;
          await checkSegment(seal, own, found);
          noteDrop(seal, walked.dropped);
          onProgress?.(seal.lastSeq, head.seq);
        }
        walked.isLastSound = isSound;
        walked.last = { number: seal.number, seq: isSound ? seal.lastSeq : walked.last.seq, hash: seal.hash };
      }
    }
    return walked;
  }

  function checkSeal(seal: Seal, before: Head, isBeforeSound: boolean, found: FindingList): boolean {
    const wrong = (what: string): false => {
      found.add('seal_changed', seal.number, null, what);
      return false;
    };
    if (!isAuthentic(seal, proofs)) return wrong('A seal was changed.');
    if (!isBeforeSound) return true; // by itself it is ours; what was before it has been told
    if (seal.previous !== before.hash) return wrong('A seal does not follow the one before it.');
    if (seal.firstSeq !== before.seq + 1) return wrong('A seal does not begin where the one before it ends.');
    return true;
  }

  async function checkSegment(seal: Seal, rows: readonly StoredTouch[], found: FindingList): Promise<void> {
    if (checkRows(seal, rows, { proofs, hashOf }).length === 0) return;
    for (const { fault, seq, what } of await checkAgain(seal.number)) found.add(fault, seal.number, seq, what);
  }

  function noteDrop(seal: Seal, dropped: DroppedRange[]): void {
    if (dropOf(seal, proofs) !== 'dropped') return;
    const last = dropped.at(-1);
    if (last && last.segments[1] === seal.number - 1) {
      last.segments[1] = seal.number;
      last.seq[1] = seal.lastSeq;
      last.touches += seal.count;
      return;
    }
    const { number, firstSeq, lastSeq, count } = seal;
    dropped.push({ segments: [number, number], seq: [firstSeq, lastSeq], touches: count });
  }

  /** What the database says of its own end. @returns a head to go by. */
  async function readHead(found: FindingList): Promise<Head> {
    const row = await db.selectFrom('touchSealer').selectAll().executeTakeFirst();
    const head = row && provenHead(row, proofs);
    if (head) return head;
    found.add('head_changed', null, null, 'The row that says how far the log is sealed was changed or removed.');
    const last = await db.selectFrom('touchSeal').selectAll().orderBy('number', 'desc').limit(1).executeTakeFirst();
    return last ? { number: last.number, seq: last.lastSeq, hash: last.hash } : nothingSealed;
  }

  function checkEnd(head: Head, last: Head, isLastSound: boolean, found: FindingList): void {
    if (last.number < head.number) {
      const what = `Sealed touches are cut off: segments ${last.number + 1} to ${head.number}, seq ${last.seq + 1} to ${head.seq}.`;
      found.add('tail_cut', last.number + 1, last.seq + 1, what);
    } else if (isLastSound && (last.hash !== head.hash || last.seq !== head.seq)) {
      found.add('head_changed', head.number, null, 'The last seal is not the one that the head names.');
    }
  }

  /** @returns whether there was something to compare with. */
  async function checkFile(known: Awaited<ReturnType<HeadFile['read']>>, head: Head, found: FindingList) {
    if (known.state === 'none') return 'none';
    if (known.state === 'broken') {
      const what = 'The data folder’s own note of how far the log is sealed was changed, or made with another secret.';
      found.add('head_changed', null, null, what);
      return 'compared';
    }
    const { number, seq, hash } = known.head;
    if (number > head.number) {
      const what = `The data folder knows of segments up to ${number}, seq ${seq}; the database ends at ${head.number}, seq ${head.seq}.`;
      found.add('tail_cut', head.number + 1, head.seq + 1, what);
    } else if ((await sealOf(number))?.hash !== hash) {
      const what = `Segment ${number} is not the one that the data folder knows: the log was cut and sealed anew.`;
      found.add('tail_cut', number, null, what);
    }
    return 'compared';
  }

  /** What lies beyond the end, and what retention counted, each in one statement and so of one moment. */
  async function checkTotals(found: FindingList): Promise<number> {
    const { rows } = await sql<Record<'beyond' | 'sealsBeyond' | 'dropped' | 'counted' | 'unsealed', number>>`
      select
        (select count(*) from touch where seq > (select head_seq from touch_sealer) or seq < 1) as beyond,
        (select count(*) from touch_seal where number > (select head_number from touch_sealer) or number < 1)
          as seals_beyond,
        (select cast(coalesce(sum(count), 0) as bigint) from touch_seal where dropped_at is not null) as dropped,
        (select cast(coalesce(sum(count), 0) as bigint) from touch_count) as counted,
        (select count(*) from touch where seq is null) as unsealed`.execute(db);
    const { beyond = 0, sealsBeyond = 0, dropped = 0, counted = 0, unsealed = 0 } = rows[0] ?? {};
    if (beyond > 0) found.add('row_foreign', null, null, `Sealed touches outside of the log: ${beyond}.`);
    if (sealsBeyond > 0) found.add('seal_changed', null, null, `Seals outside of the log: ${sealsBeyond}.`);
    if (dropped !== counted) {
      found.add('counts_changed', null, null, `Retention dropped ${dropped} touches, but its counts say ${counted}.`);
    }
    return unsealed;
  }

  return async function verify({ onProgress }: VerifyOptions = {}): Promise<Verification> {
    const found = createFindings();
    // The file first: the database may only be further.
    const known = await headFile.read();
    const result = { touches: 0, segments: 0, dropped: [] as DroppedRange[], unsealed: 0 };
    let head = nothingSealed;
    let compared: Verification['headFile'] = 'none';
    try {
      head = await readHead(found);
      const { last, isLastSound, ...walked } = await walk(head, found, onProgress);
      Object.assign(result, walked);
      checkEnd(head, last, isLastSound, found);
      compared = await checkFile(known, head, found);
      result.unsealed = await checkTotals(found);
    } catch (error) {
      // SQLite takes any number, of which JavaScript reads those below 2^53.
      if (!(error instanceof Error) || !/too large|out of range/i.test(error.message)) throw error;
      found.add('unreadable', null, null, `A number that no sealer wrote: ${error.message}`);
    }
    const { list: findings } = found;
    const { seq, hash } = head;
    const sound = findings.length === 0;
    return { sound, findings, findingCount: found.count(), ...result, seq, head: hash, headFile: compared };
  };

  function tellMissing(before: Head, last: number, found: FindingList): void {
    const first = before.number + 1;
    const which = first === last ? `Seal ${first} is` : `Seals ${first} to ${last} are`;
    found.add('seal_missing', first, before.seq + 1, `${which} missing.`);
  }
}
