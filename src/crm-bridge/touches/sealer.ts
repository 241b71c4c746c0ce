import { setImmediate, setTimeout } from 'node:timers/promises';
import { sql, type Selectable } from 'kysely';
import type { Database, Db } from '../../platform/database/index.ts';
import { asRefusal } from '../../platform/refusal.ts';
import { instant, newId, type Runtime } from '../../platform/runtime.ts';
import type { HeadFile } from './headFile.ts';
import type { KeepMonths } from './keepMonths.ts';
import { createRowHash, storedTouches, type StoredTouch } from './rowHash.ts';
import { digestRows, provenHead, sealHash, type Head, type Proofs, type SealBody } from './seal.ts';
import type { TouchSealerTable, TouchSealTable } from './sealTables.ts';

/** Touches are sealed within this time, in milliseconds, also when the one who seals dies. */
export const SEALED_WITHIN_MS = 5_000;
/** How often it is looked whether something is to be sealed. */
export const SEAL_EVERY_MS = 1_500;
/** How long others leave the sealing to whoever did it last. With one round more it stays below the promise. */
export const SEAL_LEASE_MS = 3_000;
/** Rows of one transaction: on SQLite everybody who writes waits as long as it takes. */
export const SEAL_BATCH = 500;
/** The same trouble is not told more often than this. */
const TELL_EVERY_MS = 60_000;

/** The row that says how far the log is sealed is not what a sealer wrote. Nothing is sealed until a person has looked. */
class HeadBroken extends Error {
  readonly code = 'touch_head_broken';
  constructor() {
    super('The head of the touch log was changed; see “waypost touches verify”. Touches are kept, but not sealed.');
  }
}

export interface SealerDeps {
  database: Database;
  runtime: Runtime;
  proofs: Proofs;
  headFile: HeadFile;
  keepMonths: KeepMonths;
  log: { warn(details: object, message: string): void };
}

export interface Sealer {
  /** Seals what is there, unless another process does. @returns how many touches. */
  seal(signal?: AbortSignal): Promise<number>;
  /** Seals again and again until the signal aborts and what runs is done. */
  run(signal: AbortSignal): Promise<void>;
}

/**
 * Gives touches their `seq`, without a gap, and chains them in segments. Only rows that are committed and not sealed are
 * read, so a transaction that commits late is simply sealed later. Whoever writes touches never waits: the rows that are
 * locked here are those nobody may change, and one row of our own, which others skip instead of waiting for it.
 */
export function createSealer({ database, runtime, proofs, headFile, keepMonths, log }: SealerDeps): Sealer {
  const holder = newId(runtime);
  const hashOf = createRowHash();
  let fence: number | null = null;

  /** The sealer's row, locked; undefined while another transaction has it. */
  function lockedRow(tx: Db): Promise<Selectable<TouchSealerTable> | undefined> {
    return tx
      .selectFrom('touchSealer')
      .selectAll()
      .$if(database.dialect === 'postgres', (query) => query.forUpdate().skipLocked())
      .executeTakeFirst();
  }

  const leasedUntil = (): string => instant(runtime.now() + SEAL_LEASE_MS);

  /** @returns the fence of our lease, null while somebody else has it. */
  async function take(): Promise<number | null> {
    return database.transaction(async (tx) => {
      const row = await lockedRow(tx);
      if (!row || (row.holder !== holder && row.until > instant(runtime.now()))) return null;
      const taken = { holder, fence: row.fence + 1, until: leasedUntil() };
      await tx.updateTable('touchSealer').set(taken).execute();
      return taken.fence;
    });
  }

  /** @returns the new head; null when the lease is another's by now. */
  async function sealRows(rows: readonly StoredTouch[]): Promise<Head | null> {
    return database.transaction(async (tx) => {
      const row = await lockedRow(tx);
      if (!row || row.holder !== holder || row.fence !== fence) return null;
      let head = provenHead(row, proofs);
      if (!head) throw new HeadBroken();
      const base = head.seq;
      const order: StoredTouch[] = [];
      const seals: TouchSealTable[] = [];
      // What is kept equally long shares a segment: so a segment can go as soon as its own time is over.
      for (const [months, kept] of Map.groupBy(rows, ({ type }) => keepMonths(type))) {
        const made = sealOf(head, months, kept);
        seals.push(made);
        order.push(...kept);
        head = { number: made.number, seq: made.lastSeq, hash: made.hash };
      }
      await number(tx, base, order);
      await tx.insertInto('touchSeal').values(seals).execute();
      await tx
        .updateTable('touchSealer')
        .set({ headNumber: head.number, headSeq: head.seq, headHash: head.hash })
        .set({ headMac: proofs.ofHead(head), until: leasedUntil() })
        .execute();
      return head;
    });
  }

  function sealOf(head: Head, months: number, rows: readonly StoredTouch[]): TouchSealTable {
    const body: SealBody = {
      number: head.number + 1,
      firstSeq: head.seq + 1,
      lastSeq: head.seq + rows.length,
      count: rows.length,
      keepMonths: months,
      types: JSON.stringify([...new Set(rows.map(({ type }) => type))].sort()),
      lastAt: rows.reduce((latest, { occurredAt }) => (occurredAt > latest ? occurredAt : latest), ''),
      sealedAt: instant(runtime.now()),
      previous: head.hash,
      ...{ rowsDigest: '' },
    };
    const { rowsDigest, leaves } = digestRows(rows.map((row, index) => hashOf(row, head.seq + 1 + index)));
    const hash = sealHash({ ...body, rowsDigest });
    return {
      ...{ ...body, rowsDigest, hash, mac: proofs.ofSeal({ hash }), leaves, droppedAt: null, droppedMac: null },
    };
  }

  /**
   * The trigger lets a number be given once. To ask for rows without one here as well would lead SQLite to read all of
   * them, for each that is meant.
   */
  async function number(tx: Db, base: number, rows: readonly StoredTouch[]): Promise<void> {
    const ids = JSON.stringify(rows.map(({ id }) => id));
    const given =
      database.dialect === 'sqlite'
        ? sql`update touch set seq = ${base} + 1 + given.key from json_each(${ids}) as given
            where touch.id = given.value`
        : sql`update touch set seq = ${base}::bigint + given.place
            from json_array_elements_text(${ids}::json) with ordinality as given (id, place)
            where touch.id = given.id`;
    const { numAffectedRows } = await given.execute(tx);
    if (Number(numAffectedRows) !== rows.length) throw new Error('Touches were sealed by somebody else meanwhile.');
  }

  /** Notes the head in the data folder, unless what is noted there shows that the log was cut meanwhile. */
  async function note(head: Head): Promise<void> {
    const known = await headFile.read();
    if (known.state === 'sound' && known.head.number > head.number) return;
    const isOurs =
      known.state === 'none' || (known.state === 'sound' && (await hashOfSeal(known.head.number)) === known.head.hash);
    if (isOurs) await headFile.write(head);
    else log.warn({}, 'the touch log is not the one that this data folder knows; see “waypost touches verify”');
  }

  async function hashOfSeal(sealed: number): Promise<string | undefined> {
    const row = await database.db
      .selectFrom('touchSeal')
      .select('hash')
      .where('number', '=', sealed)
      .executeTakeFirst();
    return row?.hash;
  }

  /** @param after where this round has come to. */
  function unsealed(after: string): Promise<StoredTouch[]> {
    const query = storedTouches(database.db, database.dialect).where('seq', 'is', null).limit(SEAL_BATCH);
    return database.dialect === 'sqlite'
      ? // As they were inserted: the index that finds them has them like this. By id, it would sort all of them each time.
        query.orderBy(sql`rowid`).execute()
      : // From where we are on: else what was just sealed is read over again and again, until it is vacuumed.
        query.where('id', '>', after).orderBy('id').execute();
  }

  async function seal(signal?: AbortSignal): Promise<number> {
    let sealed = 0;
    let head: Head | null = null;
    let after = '';
    for (let isMore = true; isMore && !signal?.aborted;) {
      fence ??= (await isSomethingUnsealed()) ? await take() : null;
      if (fence === null) break;
      const rows = await unsealed(after);
      if (rows.length === 0) break;
      const reached = await sealRows(rows).catch((error: unknown) => {
        fence = null; // whatever it was, the next round looks anew whose turn it is
        throw error;
      });
      if (!reached) fence = null;
      else {
        head = reached;
        sealed += rows.length;
        after = rows.at(-1)?.id ?? after;
      }
      // Whoever lost the lease looks at once whether it is free again: a round more would be too late.
      isMore = reached === null || rows.length === SEAL_BATCH;
      await setImmediate(); // requests first
    }
    if (head) await note(head);
    return sealed;
  }

  async function isSomethingUnsealed(): Promise<boolean> {
    const query = database.db.selectFrom('touch').select('id').where('seq', 'is', null).limit(1);
    return (await query.executeTakeFirst()) !== undefined;
  }

  return {
    seal,
    async run(signal) {
      let toldAt = -Infinity;
      while (!signal.aborted) {
        await seal(signal).catch((error: unknown) => {
          if (asRefusal(error)?.code === 'busy' || runtime.now() - toldAt < TELL_EVERY_MS) return;
          toldAt = runtime.now();
          log.warn({ err: error }, 'touches could not be sealed, trying again');
        });
        await setTimeout(SEAL_EVERY_MS, undefined, { signal }).catch(() => undefined);
      }
    },
  };
}
