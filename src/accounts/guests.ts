import { isUniqueViolation, type Db, type Dialect, type Tx } from '../platform/database/index.ts';
import { readInput } from '../platform/fields/index.ts';
import type { Locale } from '../platform/i18n/index.ts';
import { instant, newId, type Runtime } from '../platform/runtime.ts';
import { guestInput } from './input.ts';

const DAY_MS = 24 * 3_600_000;

export interface GuestInput {
  email: string;
  name: string;
  locale: Locale;
}

/** People whose address nobody has proven: at most one row for each address, and at most one mail a day. */
export function createGuests({ runtime, dialect }: { runtime: Runtime; dialect: Dialect }) {
  /** Gives the address its one mail of the day to whoever asks first. */
  async function claimMail(tx: Tx, personId: string): Promise<boolean> {
    const now = runtime.now();
    const claimed = await tx
      .updateTable('person')
      .set({ unverifiedMailAt: instant(now) })
      .where('id', '=', personId)
      .where((eb) => eb.or([eb('unverifiedMailAt', 'is', null), eb('unverifiedMailAt', '<=', instant(now - DAY_MS))]))
      .executeTakeFirst();
    return claimed.numUpdatedRows > 0n;
  }

  return {
    claimMail,

    /**
     * Finds or makes the unproven person of an address. A proven person of the same address stays apart: whoever only
     * types an address is not them until they prove it. A later name does not replace the first.
     * @throws Refusal `invalid`
     */
    async guest(tx: Tx, input: GuestInput): Promise<{ personId: string; verified: false }> {
      const { email, name, locale } = readInput(guestInput, input);
      for (let tries = 0; ; tries++) {
        await tx
          .insertInto('person')
          .values({
            id: newId(runtime),
            loginId: null,
            name,
            email,
            verifiedAt: null,
            role: 'customer',
            locale,
            tierId: null,
            ownerId: null,
            mergedInto: null,
            unverifiedMailAt: null,
            createdAt: instant(runtime.now()),
          })
          .onConflict((conflict) =>
            conflict.column('email').where('verifiedAt', 'is', null).where('mergedInto', 'is', null).doNothing(),
          )
          .execute();
        // Held until the caller is through: proving the address waits, and then finds what the caller wrote for the guest.
        const found = await guestQuery(tx, email)
          .$if(dialect === 'postgres', (query) => query.forUpdate())
          .executeTakeFirst();
        if (found) return { personId: found.id, verified: false };
        // Proven by somebody else between the two statements: the next round makes a new guest beside them.
        if (tries === 2) throw new Error('The guest of an address keeps vanishing.');
      }
    },

    /**
     * Whether a mail that nobody asked for provably may go to this person now: always to a proven address, once a day to
     * another. The asking itself is noted, so that a password chosen by whoever else asked is not taken over.
     */
    async claimUnverifiedMail(tx: Tx, personId: string): Promise<boolean> {
      const person = await tx
        .selectFrom('person')
        .select(['email', 'locale', 'verifiedAt'])
        .where('id', '=', personId)
        .executeTakeFirst();
      if (!person) return false;
      if (person.verifiedAt) return true;
      const claimed = await claimMail(tx, personId);
      const now = instant(runtime.now());
      await tx
        .insertInto('enterRequest')
        .values({
          id: newId(runtime),
          purpose: 'guest',
          email: person.email,
          name: null,
          passwordHash: null,
          locale: person.locale,
          returnTo: null,
          createdAt: now,
          claimedAt: claimed ? now : null,
        })
        .execute();
      return claimed;
    },
  };
}

export type Guests = ReturnType<typeof createGuests>;

/** The unproven person of an address, if there is one. */
export const guestOf = (db: Db, email: string) => guestQuery(db, email).executeTakeFirst();

function guestQuery(db: Db, email: string) {
  return db
    .selectFrom('person')
    .selectAll()
    .where('email', '=', email)
    .where('verifiedAt', 'is', null)
    .where('mergedInto', 'is', null);
}

/** The person who has proven an address, if there is one. */
export function provenOf(db: Db, email: string) {
  return db
    .selectFrom('person')
    .selectAll()
    .where('email', '=', email)
    .where('verifiedAt', 'is not', null)
    .executeTakeFirst();
}

/** Runs a transaction again when another one proved the same address at the same moment. */
export async function whileUnique<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (tries === 2 || !isUniqueViolation(error)) throw error;
    }
  }
}
