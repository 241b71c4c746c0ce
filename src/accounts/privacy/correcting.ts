import { z } from 'zod';
import type { Database, Db, Tx } from '../../platform/database/index.ts';
import { email, readInput } from '../../platform/fields/index.ts';
import type { Locale } from '../../platform/i18n/index.ts';
import { Refusal } from '../../platform/refusal.ts';
import { instant, newId, newToken, type Runtime } from '../../platform/runtime.ts';
import { hashToken } from '../../platform/secrets/index.ts';
import { authorize } from '../authorize.ts';
import { tokenOver, type EnterTokens } from '../enterTokens.ts';
import { guestOf, provenOf, whileUnique } from '../guests.ts';
import { nameField } from '../input.ts';
import type { Client, MailPort, OnAddressProven } from '../ports.ts';
import type { Guards } from '../rates.ts';
import type { Sessions } from '../sessions.ts';
import type { PersonViewer, Viewer } from '../viewer.ts';
import type {} from './tables.ts';

const DAY_MS = 24 * 3_600_000;

const nameInput = z.object({ name: nameField() });
const emailInput = z.object({ email: email() });

/** A mail about a change of address: to the new one with a token, to the old one when it is done. */
export interface AddressMail {
  template: 'address' | 'addressChanged';
  to: string;
  locale: Locale;
  personId: string;
  token: string | null;
  expiresAt: string | null;
}

/** What the page behind the mailed link shows, without spending anything. */
export type AddressLook =
  | { state: 'ready'; email: string; askedAt: string; expiresAt: string }
  /** Unknown, used, too old, or asked for by somebody else than who is signed in here. */
  | { state: 'over' };

export interface CorrectingDeps {
  database: Database;
  runtime: Runtime;
  mail: MailPort;
  guards: Guards;
  sessions: Sessions;
  tokens: EnterTokens;
  onAddressProven: OnAddressProven;
}

/** What people correct about themselves. */
export function createCorrecting(deps: CorrectingDeps) {
  const { database, runtime, mail, guards, sessions, tokens, onAddressProven } = deps;

  function ready(db: Db, viewer: PersonViewer, token: string) {
    return db
      .selectFrom('emailChange')
      .selectAll()
      .where('tokenHash', '=', hashToken(token))
      .where('personId', '=', viewer.personId)
      .where('spentAt', 'is', null)
      .where('expiresAt', '>', instant(runtime.now()))
      .executeTakeFirst();
  }

  return {
    /** @throws Refusal `invalid` on `name`, `unauthenticated`, `forbidden` */
    async correctName(viewer: Viewer, input: { name: string }): Promise<void> {
      const { personId } = themselves(viewer);
      const { name } = readInput(nameInput, input);
      await database.transaction(async (tx) => {
        const row = await tx
          .updateTable('person')
          .set({ name })
          .where('id', '=', personId)
          .returning('loginId')
          .executeTakeFirst();
        if (row?.loginId) await tx.updateTable('login').set({ name }).where('id', '=', row.loginId).execute();
      });
    },

    /**
     * Asks for another address. It holds once a button behind the link in its mail is pressed by the same person, signed
     * in: otherwise somebody could be talked into giving a stranger's account their address and their orders.
     * @throws Refusal `invalid` on `email`, `limited`, `unauthenticated`, `forbidden`
     */
    async askEmailChange(viewer: Viewer, input: { email: string }, client: Client): Promise<void> {
      const { personId, email: oldEmail } = themselves(viewer);
      const { email: newEmail } = readInput(emailInput, input);
      if (newEmail === oldEmail)
        throw new Refusal('invalid', { fields: [{ field: 'email', key: 'errors.sameEmail' }] });
      await guards.mail(newEmail, client);
      const id = newId(runtime);
      const none = { tokenHash: null, expiresAt: null, spentAt: null };
      await database.transaction(async (tx) => {
        await tx
          .insertInto('emailChange')
          .values({ id, personId, oldEmail, newEmail, askedAt: instant(runtime.now()), ...none })
          .execute();
        await mail.notify(tx, { kind: 'mail.address', key: `mail.address:${id}`, id });
      });
    },

    /**
     * The mail to send about a change, with a token made this moment; null when none is to be sent: the address belongs to
     * somebody else, had its one mail of the day, or the change is over.
     */
    async composeAddressMail(changeId: string, template: AddressMail['template']): Promise<AddressMail | null> {
      return database.transaction(async (tx) => {
        const change = await tx
          .selectFrom('emailChange')
          .innerJoin('person', 'person.id', 'emailChange.personId')
          .selectAll('emailChange')
          .select('person.locale')
          .where('emailChange.id', '=', changeId)
          .executeTakeFirst();
        if (!change) return null;
        const { personId, locale, oldEmail, newEmail } = change;
        if (template === 'addressChanged')
          return { template, to: oldEmail, locale, personId, token: null, expiresAt: null };
        if (change.spentAt || (await provenOf(tx, newEmail)) || (await hadMail(tx, change, runtime))) return null;
        const token = newToken(runtime);
        const expiresAt = instant(runtime.now() + DAY_MS);
        await tx
          .updateTable('emailChange')
          .set({ tokenHash: hashToken(token), expiresAt })
          .where('id', '=', changeId)
          .execute();
        return { template, to: newEmail, locale, personId, token, expiresAt };
      });
    },

    /** What a link is for, without spending it. @throws Refusal `unauthenticated`, `forbidden` */
    async lookAtEmailChange(viewer: Viewer, token: string): Promise<AddressLook> {
      const change = await ready(database.db, themselves(viewer), token);
      if (!change?.expiresAt) return { state: 'over' };
      return { state: 'ready', email: change.newEmail, askedAt: change.askedAt, expiresAt: change.expiresAt };
    },

    /**
     * The new address is theirs: they sign in with it, orders and tickets under it are theirs, every other session ends,
     * and the old address is told.
     * @throws Refusal `invalid` on `token`, `limited`, `unauthenticated`, `forbidden`
     */
    async changeEmail(viewer: Viewer, token: string, request: { headers: Headers; client: Client }): Promise<void> {
      const person = themselves(viewer);
      await guards.enter(request.client);
      const keep = await sessions.tokenOf(request.headers);
      await whileUnique(() =>
        database.transaction(async (tx) => {
          const change = await ready(tx, person, token);
          if (!change || (await provenOf(tx, change.newEmail))) throw tokenOver();
          const { id, newEmail } = change;
          const now = instant(runtime.now());
          await tx.updateTable('emailChange').set({ spentAt: now }).where('id', '=', id).execute();
          await move(tx, person.personId, newEmail);
          await tokens.voidAll(tx, person.personId);
          await sessions.endAll(tx, person.personId, keep);
          await mail.notify(tx, { kind: 'mail.address_changed', key: `mail.address_changed:${id}`, id });
        }),
      );
    },
  };

  async function move(tx: Tx, personId: string, newEmail: string): Promise<void> {
    const guest = await guestOf(tx, newEmail);
    if (guest) await tx.updateTable('person').set({ mergedInto: personId }).where('id', '=', guest.id).execute();
    const row = await tx
      .updateTable('person')
      .set({ email: newEmail })
      .where('id', '=', personId)
      .returning('loginId')
      .executeTakeFirstOrThrow();
    if (row.loginId) await tx.updateTable('login').set({ email: newEmail }).where('id', '=', row.loginId).execute();
    await onAddressProven(tx, { personId, guestPersonId: guest?.id ?? null });
  }
}

/**
 * The person who asks, for themselves.
 * @throws Refusal `unauthenticated`, `forbidden`
 */
export function themselves(viewer: Viewer): PersonViewer {
  authorize(viewer, 'data.own');
  if (viewer.kind !== 'person') throw new Refusal('forbidden');
  return viewer;
}

/** An address that nobody has proven gets at most one mail a day. */
async function hadMail(
  tx: Tx,
  change: { id: string; newEmail: string },
  runtime: Pick<Runtime, 'now'>,
): Promise<boolean> {
  const dayAgo = instant(runtime.now() - DAY_MS);
  const guest = await guestOf(tx, change.newEmail);
  if (guest?.unverifiedMailAt && guest.unverifiedMailAt > dayAgo) return true;
  const other = await tx
    .selectFrom('emailChange')
    .select('id')
    .where('newEmail', '=', change.newEmail)
    .where('id', '<>', change.id)
    .where('tokenHash', 'is not', null)
    .where('askedAt', '>', dayAgo)
    .executeTakeFirst();
  return other !== undefined;
}
