import { createSecretKey, type KeyObject } from 'node:crypto';
import type { Db } from '../../platform/database/index.ts';
import { open, seal } from '../../platform/secrets/index.ts';
import { instant, newId, type Runtime } from '../../platform/runtime.ts';

/** Under which name and key a touch is stored. */
export interface SubjectKey {
  /** Null for strangers: their touches name nobody. */
  subject: string | null;
  key: KeyObject;
}

const KEPT = 5_000;

/**
 * One random key a person, and one a month for strangers. Touches are encrypted with them, so that forgetting a person
 * is deleting one row, and forgetting what strangers asked is deleting the month's.
 */
export function createSubjectKeys({ runtime, masterKey }: { runtime: Runtime; masterKey: Uint8Array }) {
  // Only keys that were read back are kept: one made in a transaction that rolls back never existed.
  const kept = new Map<string, SubjectKey>();

  async function find(db: Db, owner: string): Promise<SubjectKey | null> {
    const found = kept.get(owner);
    if (found) return found;
    const row = await db
      .selectFrom('subjectKey')
      .select(['subject', 'personId', 'sealedKey'])
      .where((eb) => eb.or([eb('personId', '=', owner), eb('subject', '=', owner)]))
      .executeTakeFirst();
    if (!row) return null;
    const key = createSecretKey(open(masterKey, row.sealedKey, `subject:${row.subject}`));
    const entry = { subject: row.personId === null ? null : row.subject, key };
    if (kept.size >= KEPT) kept.clear();
    kept.set(owner, entry);
    return entry;
  }

  async function make(db: Db, owner: { subject: string; personId: string | null }): Promise<void> {
    await db
      .insertInto('subjectKey')
      .values({
        ...owner,
        sealedKey: seal(masterKey, runtime.randomBytes(32), `subject:${owner.subject}`),
        createdAt: instant(runtime.now()),
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }

  return {
    /** The key of a person's touches, made on first use; of the month's strangers when `personId` is null. */
    async of(db: Db, personId: string | null, at: string): Promise<SubjectKey> {
      const owner = personId ?? monthOf(at);
      const found = await find(db, owner);
      if (found) return found;
      await make(db, { subject: personId ? newId(runtime) : owner, personId });
      const made = await find(db, owner);
      if (!made) throw new Error('A subject key that was just made cannot be read back.');
      return made;
    },
    /**
     * Makes the strangers' keys of this month and the next one beforehand: two portals that began a month in the same
     * moment would wait for each other.
     */
    async prepare(db: Db): Promise<void> {
      const now = instant(runtime.now());
      for (const month of [monthOf(now), monthOf(nextMonth(now))])
        if (!(await find(db, month))) await make(db, { subject: month, personId: null });
    },
    /** The key a stored touch was encrypted with, or null when it is gone. */
    async reading(db: Db, touch: { subject: string | null; recordedAt: string }): Promise<KeyObject | null> {
      return (await find(db, touch.subject ?? monthOf(touch.recordedAt)))?.key ?? null;
    },
    /** The random ids that stand for a person in the log. */
    async subjectsOf(db: Db, personId: string): Promise<string[]> {
      const rows = await db.selectFrom('subjectKey').select('subject').where('personId', '=', personId).execute();
      return rows.map(({ subject }) => subject);
    },
    /** A guest turned out to be a person we know: what the guest did is the person's from now on. */
    async handOver(tx: Db, guestId: string, personId: string): Promise<void> {
      await tx.updateTable('subjectKey').set({ personId }).where('personId', '=', guestId).execute();
      kept.delete(guestId);
    },
    /** Deletes the keys of these people: their touches stay, and nobody can read them any more. */
    async forget(tx: Db, personIds: readonly string[]): Promise<void> {
      const gone = await tx.deleteFrom('subjectKey').where('personId', 'in', personIds).returning('subject').execute();
      for (const owner of [...personIds, ...gone.map(({ subject }) => subject)]) kept.delete(owner);
    },
  };
}

export type SubjectKeys = ReturnType<typeof createSubjectKeys>;

function monthOf(at: string): string {
  return `month:${at.slice(0, 7)}`;
}

function nextMonth(at: string): string {
  const [year = 0, month = 0] = at.split('-').map(Number);
  return instant(Date.UTC(year, month, 1));
}
