import { createSecretKey, type KeyObject } from 'node:crypto';
import { afterCommit, type Db } from '../../platform/database/index.ts';
import { open, seal } from '../../platform/secrets/index.ts';
import { instant, newId, type Runtime } from '../../platform/runtime.ts';

/** Under which name and key a touch is stored. */
export interface SubjectKey {
  /** Null for strangers: their touches name nobody. */
  subject: string | null;
  key: KeyObject;
}

const KEPT = 5_000;
/** Another process may delete a key: so long a copy of it may still be used here, in milliseconds. */
const KEPT_MS = 60_000;

/**
 * One random key a person, and one a month for strangers. Touches are encrypted with them, so that forgetting a person
 * is deleting one row, and forgetting what strangers asked is deleting the month's.
 */
export function createSubjectKeys({ runtime, masterKey }: { runtime: Runtime; masterKey: Uint8Array }) {
  const kept = new Map<string, { entry: SubjectKey; until: number }>();
  // A key that is made in a transaction belongs to it alone until it is committed: rolled back, it never existed.
  const uncommitted = new Set<string>();
  const ofTransaction = new WeakMap<Db, Map<string, SubjectKey>>();

  function keep(db: Db, owner: string, entry: SubjectKey): SubjectKey {
    if (uncommitted.has(owner)) {
      const own = ofTransaction.get(db) ?? new Map<string, SubjectKey>();
      ofTransaction.set(db, own.set(owner, entry));
      return entry;
    }
    if (kept.size >= KEPT) kept.clear();
    kept.set(owner, { entry, until: runtime.now() + KEPT_MS });
    return entry;
  }

  async function find(db: Db, owner: string): Promise<SubjectKey | null> {
    const found = kept.get(owner);
    if (found && found.until > runtime.now()) return found.entry;
    const own = ofTransaction.get(db)?.get(owner);
    if (own) return own;
    const row = await db
      .selectFrom('subjectKey')
      .select(['subject', 'personId', 'sealedKey'])
      .where((eb) => eb.or([eb('personId', '=', owner), eb('subject', '=', owner)]))
      .executeTakeFirst();
    if (!row) return null;
    const key = createSecretKey(open(masterKey, row.sealedKey, `subject:${row.subject}`));
    return keep(db, owner, { subject: row.personId === null ? null : row.subject, key });
  }

  async function make(db: Db, owner: { subject: string; personId: string | null }): Promise<void> {
    for (const name of [owner.subject, owner.personId]) {
      if (name === null) continue;
      uncommitted.add(name);
      afterCommit(() => uncommitted.delete(name));
    }
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
