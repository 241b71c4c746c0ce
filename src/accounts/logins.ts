import type { Selectable } from 'kysely';
import type { Tx } from '../platform/database/index.ts';
import { instant, newId, type Runtime } from '../platform/runtime.ts';
import { guestOf, provenOf } from './guests.ts';
import type { PersonTable } from './tables.ts';

type Person = Selectable<PersonTable>;

export interface Proof {
  personId: string;
  loginId: string;
  /** The guest who was merged into the person; null when there was none beside them. */
  guestPersonId: string | null;
  /** Whether nobody had proven this address before. */
  newlyProven: boolean;
}

/** What happens to people and their logins when an address is proven. */
export function createLogins({ runtime }: { runtime: Runtime }) {
  async function makeLogin(tx: Tx, person: Pick<Person, 'id' | 'email' | 'name'>): Promise<string> {
    const id = newId(runtime);
    const now = instant(runtime.now());
    await tx
      .insertInto('login')
      .values({ id, name: person.name, email: person.email, emailVerified: true, createdAt: now, updatedAt: now })
      .execute();
    await tx.updateTable('person').set({ loginId: id }).where('id', '=', person.id).execute();
    return id;
  }

  /** Whatever was set up before the address was proven may be a stranger's: password and sessions go. */
  async function dropUnproven(tx: Tx, guest: Person): Promise<void> {
    if (!guest.loginId) return;
    await tx.updateTable('person').set({ loginId: null }).where('id', '=', guest.id).execute();
    await tx.deleteFrom('login').where('id', '=', guest.loginId).execute();
  }

  return {
    makeLogin,

    /** The password of a login, new or replaced. `hash` as `passwords.hash` makes it. */
    async setPassword(tx: Tx, loginId: string, hash: string): Promise<void> {
      const now = instant(runtime.now());
      const changed = await tx
        .updateTable('credential')
        .set({ password: hash, updatedAt: now })
        .where('userId', '=', loginId)
        .where('providerId', '=', 'credential')
        .executeTakeFirst();
      if (changed.numUpdatedRows > 0n) return;
      await tx
        .insertInto('credential')
        .values({
          id: newId(runtime),
          accountId: loginId,
          providerId: 'credential',
          userId: loginId,
          password: hash,
          createdAt: now,
          updatedAt: now,
        })
        .execute();
    },

    /** The hash of a login's password, or null when it has none. */
    async passwordOf(tx: Tx, loginId: string): Promise<string | null> {
      const row = await tx
        .selectFrom('credential')
        .select('password')
        .where('userId', '=', loginId)
        .where('providerId', '=', 'credential')
        .executeTakeFirst();
      return row?.password ?? null;
    },

    /**
     * The holder of a person's address has shown themselves: a guest becomes a proven person, or is merged into the
     * one who proved the address before; a login is there afterwards.
     */
    async prove(tx: Tx, personId: string): Promise<Proof | null> {
      const named = await followed(tx, personId);
      if (!named) return null;
      const proven = named.verifiedAt ? named : await provenOf(tx, named.email);
      const guest = named.verifiedAt ? await guestOf(tx, named.email) : named;
      if (guest) await dropUnproven(tx, guest);
      if (proven) {
        if (guest) await tx.updateTable('person').set({ mergedInto: proven.id }).where('id', '=', guest.id).execute();
        const loginId = proven.loginId ?? (await makeLogin(tx, proven));
        return { personId: proven.id, loginId, guestPersonId: guest?.id ?? null, newlyProven: false };
      }
      const now = instant(runtime.now());
      await tx.updateTable('person').set({ verifiedAt: now }).where('id', '=', named.id).execute();
      return { personId: named.id, loginId: await makeLogin(tx, named), guestPersonId: null, newlyProven: true };
    },
  };
}

export type Logins = ReturnType<typeof createLogins>;

/** A person by id, or whom they turned out to be. */
async function followed(tx: Tx, personId: string): Promise<Person | undefined> {
  const byId = (id: string) => tx.selectFrom('person').selectAll().where('id', '=', id).executeTakeFirst();
  const person = await byId(personId);
  return person?.mergedInto ? byId(person.mergedInto) : person;
}
