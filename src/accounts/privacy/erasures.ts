import type { Selectable } from 'kysely';
import type { Db, Dialect, Tx } from '../../platform/database/index.ts';
import { instant, newId, type Runtime } from '../../platform/runtime.ts';
import type { ErasureTable } from './tables.ts';

/** How long somebody may change their mind, in milliseconds. */
const SECOND_THOUGHTS_MS = 7 * 24 * 3_600_000;

export type Erasure = Selectable<ErasureTable>;

/** What has to be deleted outside the database once an erasure is committed, by name. Nothing in it is personal. */
export interface Leftovers {
  uploads: string[];
  personalFiles: string[];
  orderFiles: string[];
  /** Their addresses as keyed hashes: mails to them lie in files. */
  addresses: string[];
}

/** The erasures that were asked for, and the addresses that must bring nobody back. */
export function createErasures({ runtime, dialect }: { runtime: Runtime; dialect: Dialect }) {
  return {
    /** Notes a request, or finds the one that runs. @param dueAt ISO; in seven days by default. */
    async ask(tx: Tx, personId: string, dueAt?: string): Promise<{ erasure: Erasure; isNew: boolean }> {
      const now = runtime.now();
      const row: Erasure = {
        id: newId(runtime),
        personId,
        askedAt: instant(now),
        dueAt: dueAt ?? instant(now + SECOND_THOUGHTS_MS),
        undoneAt: null,
        erasedAt: null,
        doneAt: null,
        leftovers: '{}',
      };
      const made = await tx
        .insertInto('erasure')
        .values(row)
        .onConflict((on) =>
          on.column('personId').where('undoneAt', 'is', null).where('erasedAt', 'is', null).doNothing(),
        )
        .returningAll()
        .executeTakeFirst();
      if (made) return { erasure: made, isNew: true };
      const there = await runningOf(tx, personId);
      if (!there) throw new Error('An erasure that runs already cannot be found.');
      return { erasure: there, isNew: false };
    },

    runningOf,
    byId: (db: Db, id: string) => db.selectFrom('erasure').selectAll().where('id', '=', id).executeTakeFirst(),

    /** The same, held for the rest of the transaction. */
    hold: (tx: Tx, id: string) =>
      tx
        .selectFrom('erasure')
        .selectAll()
        .where('id', '=', id)
        .$if(dialect === 'postgres', (query) => query.forUpdate())
        .executeTakeFirst(),

    /** The row of an erasure that the ledger tells of, made where the database does not know it. */
    async noteReplayed(tx: Tx, id: string, at: string): Promise<string> {
      await tx
        .insertInto('erasure')
        .values({
          ...{ id, personId: null, askedAt: at, dueAt: at, undoneAt: null, erasedAt: at, doneAt: null },
          leftovers: '{}',
        })
        .onConflict((on) => on.column('id').doUpdateSet({ personId: null, erasedAt: at }))
        .execute();
      return id;
    },

    /** Brings the day forward. @returns the new one. */
    async hasten(tx: Tx, id: string): Promise<string> {
      const dueAt = instant(runtime.now());
      await tx.updateTable('erasure').set({ dueAt }).where('id', '=', id).execute();
      return dueAt;
    },

    /** @returns whether there was anything to undo: nothing was erased yet, and nobody undid it before. */
    async undo(tx: Tx, id: string): Promise<boolean> {
      const { numUpdatedRows } = await tx
        .updateTable('erasure')
        .set({ undoneAt: instant(runtime.now()) })
        .where('id', '=', id)
        .where('undoneAt', 'is', null)
        .where('erasedAt', 'is', null)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },

    /** The rows are gone, in the transaction that deleted them. */
    async erased(
      tx: Tx,
      id: string,
      left: { leftovers: Leftovers; hashes: readonly string[]; at: string },
    ): Promise<void> {
      const { leftovers, hashes, at: erasedAt } = left;
      await tx
        .updateTable('erasure')
        .set({ personId: null, erasedAt, leftovers: JSON.stringify(leftovers) })
        .where('id', '=', id)
        .execute();
      for (const hash of hashes) {
        await tx
          .insertInto('erasedAddress')
          .values({ hash, erasedAt, returnedAt: null })
          .onConflict((on) => on.column('hash').doUpdateSet({ erasedAt, returnedAt: null }))
          .execute();
      }
    },

    /** Nothing of them is left anywhere. */
    async done(db: Db, id: string): Promise<void> {
      await db
        .updateTable('erasure')
        .set({ doneAt: instant(runtime.now()), leftovers: '{}' })
        .where('id', '=', id)
        .execute();
    },

    /** Somebody proved an address that was erased once: what comes from now on is theirs. */
    async returned(tx: Tx, hash: string): Promise<void> {
      await tx
        .updateTable('erasedAddress')
        .set({ returnedAt: instant(runtime.now()) })
        .where('hash', '=', hash)
        .where('returnedAt', 'is', null)
        .execute();
    },

    /**
     * Whether an address must not come back with what happened at an instant: its holder was erased, and did not return, or
     * did, and it happened before.
     */
    async isErased(db: Db, hash: string, at: string): Promise<boolean> {
      const row = await db
        .selectFrom('erasedAddress')
        .select(['erasedAt', 'returnedAt'])
        .where('hash', '=', hash)
        .executeTakeFirst();
      return row !== undefined && (row.returnedAt === null || at <= row.erasedAt);
    },
  };
}

function runningOf(db: Db, personId: string): Promise<Erasure | undefined> {
  return db
    .selectFrom('erasure')
    .selectAll()
    .where('personId', '=', personId)
    .where('undoneAt', 'is', null)
    .where('erasedAt', 'is', null)
    .executeTakeFirst();
}
