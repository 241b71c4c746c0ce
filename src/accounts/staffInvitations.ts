import { z } from 'zod';
import { isUniqueViolation, type Database, type Db, type Tx } from '../platform/database/index.ts';
import { email, readInput } from '../platform/fields/index.ts';
import { locales, type Locale } from '../platform/i18n/index.ts';
import { Refusal } from '../platform/refusal.ts';
import { instant, newId, newToken, type Runtime } from '../platform/runtime.ts';
import { hashToken } from '../platform/secrets/index.ts';
import type { AccessLog } from './accessLog.ts';
import { tokenOver } from './enterTokens.ts';
import { guestOf, provenOf, whileUnique, type Guests } from './guests.ts';
import { isId, nameField, newPasswordField } from './input.ts';
import type { Logins } from './logins.ts';
import { authorizeAccess, type Authority } from './operator.ts';
import type { Passwords } from './passwords.ts';
import type { Client, MailPort, OnAddressProven } from './ports.ts';
import type { Guards } from './rates.ts';
import { staffRoleField } from './roleRules.ts';
import type { Roles } from './roles.ts';
import type { Sessions } from './sessions.ts';
import type { StaffRole } from './viewer.ts';

const LIFETIME_MS = 24 * 3_600_000;

export interface StaffInvitation {
  id: string;
  email: string;
  role: StaffRole;
  locale: Locale;
  /** Null: the operator. */
  invitedBy: string | null;
  askedAt: string;
  /** When the newest mail's link ends; null until that mail is sent. */
  expiresAt: string | null;
}

/** The mail of an invitation, to send now. */
export interface InvitationMail {
  to: string;
  role: StaffRole;
  locale: Locale;
  invitedBy: string | null;
  token: string;
  expiresAt: string;
}

/** What the page behind the mail shows before anything is spent. */
export type InvitationLook =
  | {
      state: 'ready';
      email: string;
      role: StaffRole;
      invitedBy: string | null;
      expiresAt: string;
      /** Whether a name and a password are to be chosen: this address has none yet. */
      isNew: boolean;
    }
  | { state: 'over' };

const inviteInput = z.object({
  email: email(),
  role: staffRoleField(),
  locale: z.enum(locales, { error: 'errors.choice' }),
});

const joinInput = z.object({ name: nameField(), password: newPasswordField() });

export interface StaffInvitationDeps {
  database: Database;
  runtime: Runtime;
  mail: MailPort;
  guards: Guards;
  passwords: Passwords;
  guests: Guests;
  logins: Logins;
  roles: Roles;
  sessions: Sessions;
  onAddressProven: OnAddressProven;
  accessLog: AccessLog;
}

/** Colleagues are invited by mail. The link leads to a page; its button spends the token, once and within a day. */
export function createStaffInvitations(deps: StaffInvitationDeps) {
  const { database, runtime, mail, guards, passwords, guests, logins, roles, sessions, accessLog } = deps;

  const oweMail = (tx: Tx, id: string, askedAt: string) =>
    mail.notify(tx, { kind: 'mail.invite', key: `mail.invite:${id}:${askedAt}`, id });

  const ready = (db: Db, token: string) =>
    db
      .selectFrom('staffInvitation')
      .leftJoin('person', 'person.id', 'staffInvitation.invitedBy')
      .select(['staffInvitation.email', 'staffInvitation.role', 'expiresAt', 'person.name as invitedBy'])
      .where('tokenHash', '=', hashToken(token))
      .where('endedAt', 'is', null)
      .where('expiresAt', '>', instant(runtime.now()))
      .executeTakeFirst();

  /** Whether somebody who proved this address has no password yet. */
  async function isNew(db: Db, address: string): Promise<boolean> {
    const row = await db
      .selectFrom('person')
      .innerJoin('credential', 'credential.userId', 'person.loginId')
      .select('person.id')
      .where('person.email', '=', address)
      .where('person.verifiedAt', 'is not', null)
      .where('credential.password', 'is not', null)
      .executeTakeFirst();
    return row === undefined;
  }

  /** Somebody who holds the mail has the address. @returns their login and id. */
  async function provenBy(tx: Tx, invited: { email: string; locale: Locale; name: string }) {
    const known = (await provenOf(tx, invited.email)) ?? (await guestOf(tx, invited.email));
    const named = known?.id ?? (await guests.guest(tx, invited)).personId;
    const proof = await logins.prove(tx, named);
    if (!proof) throw tokenOver();
    const { personId, guestPersonId, newlyProven } = proof;
    if (newlyProven || guestPersonId) await deps.onAddressProven(tx, { personId, guestPersonId });
    return proof;
  }

  /** Ends an open invitation or makes its mail anew. @throws Refusal `not_found` */
  async function changeOpen(
    by: Authority,
    id: string,
    change: {
      kind: 'staff.invited_again' | 'staff.invitation_withdrawn';
      set: { endedAt: string } | { askedAt: string };
    },
    then: (tx: Tx) => Promise<void> = async () => {},
  ): Promise<void> {
    authorizeAccess(by);
    if (!isId(id)) throw new Refusal('not_found');
    await database.transaction(async (tx) => {
      const row = await tx
        .updateTable('staffInvitation')
        .set({ ...change.set, tokenHash: null, sentAt: null, expiresAt: null })
        .where('id', '=', id)
        .where('endedAt', 'is', null)
        .returning(['email', 'role'])
        .executeTakeFirst();
      if (!row) throw new Refusal('not_found');
      await accessLog.record(tx, { kind: change.kind, by, personId: null, detail: { invitation: id, role: row.role } });
      await then(tx);
    });
  }

  return {
    /**
     * Asks somebody to become a colleague.
     * @throws Refusal `conflict` when they are one or are invited already, `invalid`, `limited`, `forbidden`,
     *   `unauthenticated`
     */
    async inviteStaff(
      by: Authority,
      input: { email: string; role: StaffRole; locale: Locale },
    ): Promise<{ id: string }> {
      authorizeAccess(by);
      const invited = readInput(inviteInput, input);
      await guards.invitation(invited.email);
      const id = newId(runtime);
      const now = instant(runtime.now());
      const invitedBy = by.kind === 'person' ? by.personId : null;
      const unsent = { tokenHash: null, sentAt: null, expiresAt: null, endedAt: null, personId: null };
      try {
        await database.transaction(async (tx) => {
          const known = await provenOf(tx, invited.email);
          if (known && known.role !== 'customer') throw taken('access.invite.colleague');
          await tx
            .insertInto('staffInvitation')
            .values({ id, ...invited, invitedBy, createdAt: now, askedAt: now, ...unsent })
            .execute();
          const detail = { invitation: id, role: invited.role };
          await accessLog.record(tx, { kind: 'staff.invited', by, personId: known?.id ?? null, detail });
          await oweMail(tx, id, now);
        });
      } catch (error) {
        if (isUniqueViolation(error)) throw taken('access.invite.open');
        throw error;
      }
      return { id };
    },

    /** Invitations that nobody has accepted, the newest first. @throws Refusal `forbidden`, `unauthenticated` */
    async staffInvitations(by: Authority): Promise<StaffInvitation[]> {
      authorizeAccess(by);
      return database.db
        .selectFrom('staffInvitation')
        .leftJoin('person', 'person.id', 'staffInvitation.invitedBy')
        .select(['staffInvitation.id', 'staffInvitation.email', 'staffInvitation.role', 'staffInvitation.locale'])
        .select(['person.name as invitedBy', 'askedAt', 'expiresAt'])
        .where('endedAt', 'is', null)
        .orderBy('staffInvitation.id', 'desc')
        .execute();
    },

    /** The link works no more. @throws Refusal `not_found`, `forbidden`, `unauthenticated` */
    withdrawInvitation: (by: Authority, id: string): Promise<void> =>
      changeOpen(by, id, { kind: 'staff.invitation_withdrawn', set: { endedAt: instant(runtime.now()) } }),

    /** A new mail with a new link; the old one works no more. @throws Refusal `limited`; else as `withdrawInvitation` */
    async sendInvitationAgain(by: Authority, id: string): Promise<void> {
      authorizeAccess(by);
      await guards.invitation(id);
      const askedAt = instant(runtime.now());
      await changeOpen(by, id, { kind: 'staff.invited_again', set: { askedAt } }, (tx) => oweMail(tx, id, askedAt));
    },

    /** The mail of an invitation with a token made this moment; null when it is over. May be called again. */
    async composeInvitation(id: string): Promise<InvitationMail | null> {
      return database.transaction(async (tx) => {
        const token = newToken(runtime);
        const now = runtime.now();
        const expiresAt = instant(now + LIFETIME_MS);
        const row = await tx
          .updateTable('staffInvitation')
          .set({ tokenHash: hashToken(token), sentAt: instant(now), expiresAt })
          .where('id', '=', id)
          .where('endedAt', 'is', null)
          .returning(['email', 'role', 'locale', 'invitedBy'])
          .executeTakeFirst();
        if (!row) return null;
        const inviter =
          row.invitedBy === null
            ? undefined
            : await tx.selectFrom('person').select('name').where('id', '=', row.invitedBy).executeTakeFirst();
        return {
          to: row.email,
          role: row.role,
          locale: row.locale,
          invitedBy: inviter?.name ?? null,
          token,
          expiresAt,
        };
      });
    },

    /** What an invitation's link is for, without spending it. */
    async lookAtInvitation(token: string): Promise<InvitationLook> {
      const row = await ready(database.db, token);
      if (!row || row.expiresAt === null) return { state: 'over' };
      const { email: address, role, invitedBy, expiresAt } = row;
      return { state: 'ready', email: address, role, invitedBy, expiresAt, isNew: await isNew(database.db, address) };
    },

    /**
     * Spends the token: the address is proven, the role given, a session starts.
     * @param input name and password, for whoever has none yet.
     * @throws Refusal `invalid` on `name`, `password` (the token stays good) or `token`; `limited`
     */
    async acceptInvitation(
      token: string,
      input: { name: string; password: string },
      client: Client,
    ): Promise<{ cookies: string[]; secondStep: boolean; personId: string }> {
      await guards.enter(client);
      const look = await ready(database.db, token);
      if (!look) throw tokenOver();
      const fresh = (await isNew(database.db, look.email)) ? readInput(joinInput, input) : null;
      const hash = fresh ? await passwords.hash(fresh.password) : null;
      return whileUnique(() =>
        database.transaction(async (tx) => {
          const now = instant(runtime.now());
          const spent = await tx
            .updateTable('staffInvitation')
            .set({ endedAt: now, tokenHash: null })
            .where('tokenHash', '=', hashToken(token))
            .where('endedAt', 'is', null)
            .where('expiresAt', '>', now)
            .returningAll()
            .executeTakeFirst();
          if (!spent) throw tokenOver();
          const { role, locale } = spent;
          const { personId, loginId } = await provenBy(tx, { ...spent, name: fresh?.name ?? spent.email });
          await tx.updateTable('staffInvitation').set({ personId }).where('id', '=', spent.id).execute();
          if (fresh && hash) {
            await tx.updateTable('person').set({ name: fresh.name, locale }).where('id', '=', personId).execute();
            await tx.updateTable('login').set({ name: fresh.name }).where('id', '=', loginId).execute();
            await logins.setPassword(tx, loginId, hash);
          }
          const by = { kind: 'operator' } as const;
          await roles.give(tx, by, personId, role);
          const detail = { invitation: spent.id, role, invitedBy: spent.invitedBy };
          await accessLog.record(tx, { kind: 'staff.joined', by, personId, detail });
          const { cookie, secondStep } = await sessions.start(tx, loginId, client);
          return { cookies: [cookie], secondStep, personId };
        }),
      );
    },
  };
}

function taken(key: string): Refusal {
  return new Refusal('conflict', { fields: [{ field: 'email', key }] });
}
