import type { Database, Tx } from '../platform/database/index.ts';
import { readInput } from '../platform/fields/index.ts';
import { entering, tokenOver, type EnterLook, type EnterTokens } from './enterTokens.ts';
import { whileUnique } from './guests.ts';
import { newPasswordInput } from './input.ts';
import type { Logins, Proof } from './logins.ts';
import type { Passwords } from './passwords.ts';
import type { Client, OnAddressProven } from './ports.ts';
import type { Guards } from './rates.ts';
import type { Sessions } from './sessions.ts';

export interface Entered {
  /** `Set-Cookie` values. */
  cookies: string[];
  personId: string;
  /** A local path, or null: wherever people start, and staff elsewhere than customers. */
  returnTo: string | null;
  isStaff: boolean;
  /** The cookies lead to the second step, not in yet. */
  secondStep: boolean;
  /** Whether this person can sign in with a password; if not, the next page may offer to choose one. */
  hasPassword: boolean;
}

export interface EnteringDeps {
  database: Database;
  passwords: Passwords;
  tokens: EnterTokens;
  logins: Logins;
  sessions: Sessions;
  guards: Guards;
  onAddressProven: OnAddressProven;
}

/** The pages behind mailed links: they look first, and spend the token only when the button is pressed. */
export function createEntering(deps: EnteringDeps) {
  const { database, passwords, tokens, logins, sessions, guards, onAddressProven } = deps;

  /** Who holds the mail has the address: everything that follows from it, in one transaction with the token. */
  async function prove(tx: Tx, personId: string | null): Promise<Proof> {
    const proof = personId === null ? null : await logins.prove(tx, personId);
    if (!proof) throw tokenOver();
    const { guestPersonId, newlyProven } = proof;
    if (newlyProven || guestPersonId) await onAddressProven(tx, { personId: proof.personId, guestPersonId });
    return proof;
  }

  /**
   * The name and password typed at sign-up hold only when nothing else was asked for this address: otherwise its owner
   * may have waited for another mail, and the password may be a stranger's. The same sign-up sent twice is one.
   */
  async function adoptSignUp(tx: Tx, requestId: string, proof: Proof): Promise<void> {
    const request = await tx.selectFrom('enterRequest').selectAll().where('id', '=', requestId).executeTakeFirst();
    if (!request?.passwordHash || !request.name) return;
    const others = await tx
      .selectFrom('enterRequest')
      .select('id')
      .where('email', '=', request.email)
      .where('id', '!=', requestId)
      .where((eb) => eb.or([eb('passwordHash', 'is', null), eb('passwordHash', '!=', request.passwordHash)]))
      .limit(1)
      .execute();
    if (others.length > 0) return;
    const { name, locale } = request;
    await tx.updateTable('person').set({ name, locale }).where('id', '=', proof.personId).execute();
    await tx.updateTable('login').set({ name }).where('id', '=', proof.loginId).execute();
    await logins.setPassword(tx, proof.loginId, request.passwordHash);
  }

  async function isOfStaff(tx: Tx, personId: string): Promise<boolean> {
    const person = await tx.selectFrom('person').select('role').where('id', '=', personId).executeTakeFirst();
    return person !== undefined && person.role !== 'customer';
  }

  /** Passwords that were typed for an address and not taken over are of no use to anybody. */
  async function forgetTypedPasswords(tx: Tx, personId: string): Promise<void> {
    await tx
      .updateTable('enterRequest')
      .set({ passwordHash: null, name: null })
      .where('email', '=', (eb) => eb.selectFrom('person').select('email').where('id', '=', personId))
      .execute();
  }

  return {
    /** What an enter link is for, without spending it. For the page with the button. */
    lookAtEnter: (token: string): Promise<EnterLook> => tokens.look(database.db, token, entering),

    /** The same for the link to a new password. */
    lookAtReset: (token: string): Promise<EnterLook> => tokens.look(database.db, token, ['reset']),

    /**
     * Spends an enter token: proves the address, signs in.
     * @throws Refusal `invalid` on `token` when it is used, too old, or none of ours; `limited`
     */
    async enter(token: string, client: Client): Promise<Entered> {
      await guards.enter(client);
      return whileUnique(() =>
        database.transaction(async (tx) => {
          const spent = await tokens.spend(tx, token, entering);
          const proof = await prove(tx, spent.personId);
          if (spent.purpose === 'sign-up' && proof.newlyProven && spent.requestId) {
            await adoptSignUp(tx, spent.requestId, proof);
          }
          await forgetTypedPasswords(tx, proof.personId);
          const { cookie, secondStep } = await sessions.start(tx, proof.loginId, client);
          return {
            cookies: [cookie],
            secondStep,
            personId: proof.personId,
            returnTo: spent.returnTo,
            isStaff: await isOfStaff(tx, proof.personId),
            hasPassword: (await logins.passwordOf(tx, proof.loginId)) !== null,
          };
        }),
      );
    },

    /** "This was not me": the token works no more, and what was typed for it is forgotten. Silent when it is over. */
    async refuseEnter(token: string, client: Client): Promise<void> {
      await guards.enter(client);
      await database.transaction(async (tx) => {
        const look = await tokens.look(tx, token, [...entering, 'reset']);
        if (look.state === 'over') return;
        const { personId } = await tokens.spend(tx, token, [look.purpose]);
        if (personId) await forgetTypedPasswords(tx, personId);
      });
    },

    /**
     * Spends a reset token: the new password holds, every session ends, a new one starts.
     * @throws Refusal `invalid` on `password` (the token stays good) or `token`; `limited`
     */
    async resetPassword(token: string, input: { password: string }, client: Client): Promise<Entered> {
      const { password } = readInput(newPasswordInput, input);
      await guards.enter(client);
      const hash = await passwords.hash(password);
      return whileUnique(() =>
        database.transaction(async (tx) => {
          const spent = await tokens.spend(tx, token, ['reset']);
          const proof = await prove(tx, spent.personId);
          await logins.setPassword(tx, proof.loginId, hash);
          await tokens.voidAll(tx, proof.personId);
          await sessions.endAll(tx, proof.personId);
          const { cookie, secondStep } = await sessions.start(tx, proof.loginId, client);
          const { personId } = proof;
          const isStaff = await isOfStaff(tx, personId);
          return { cookies: [cookie], secondStep, personId, returnTo: spent.returnTo, isStaff, hasPassword: true };
        }),
      );
    },
  };
}
