import { z } from 'zod';
import type { Database, Tx } from '../platform/database/index.ts';
import { email, readInput } from '../platform/fields/index.ts';
import type { Locale } from '../platform/i18n/index.ts';
import { Refusal } from '../platform/refusal.ts';
import { instant, newId, type Runtime } from '../platform/runtime.ts';
import { recordChange } from './accountEvents.ts';
import { authorize } from './authorize.ts';
import type { EnterTokens } from './enterTokens.ts';
import { provenOf, type Guests } from './guests.ts';
import { isId } from './input.ts';
import { roleField, sightFields } from './members.ts';
import type { Client, MailPort } from './ports.ts';
import type { Guards } from './rates.ts';
import type { AccountRole } from './tables.ts';
import type { Viewer } from './viewer.ts';

/** How long an invitation stands, in milliseconds. What enters lives for a day at most, and is asked for anew. */
const STANDS_MS = 7 * 86_400_000;

const inviteInput = z.object({ email: email(), role: roleField(), ...sightFields });

/** What an invitation's page shows. */
export type MemberInvitationLook =
  | {
      state: 'ready';
      account: string;
      invitedBy: string | null;
      role: AccountRole;
      orders: 'own' | 'all';
      tickets: 'own' | 'all' | 'answer';
      endsAt: string;
    }
  /** It stands, and is another address's than the viewer's: nothing of it is shown. */
  | { state: 'prove' }
  | { state: 'over' };

/** The mail of an invitation. An unproven address is told nothing that its sender chose, and gets the way in with it. */
export interface MemberInvitationMail {
  to: string;
  locale: Locale;
  personId: string;
  account: string;
  invitedBy: string | null;
  invitation: string;
  /** For an unproven address: it enters, once, within a day. */
  token: { token: string; expiresAt: string } | null;
  endsAt: string;
}

export interface AccountInvitationDeps {
  database: Database;
  runtime: Runtime;
  mail: MailPort;
  guards: Guards;
  guests: Guests;
  tokens: EnterTokens;
  requestLink(input: { email: string; locale: Locale; returnTo: unknown }, client: Client): Promise<unknown>;
}

/**
 * Invitations into a company's account. An invitation grants nothing to whoever holds its link: only who has proven
 * the address joins. Inviting does the same whether or not the address is known, so it tells nobody which.
 */
export function createAccountInvitations(deps: AccountInvitationDeps) {
  const { database, runtime, mail, guards, guests, tokens } = deps;

  async function oweMail(tx: Tx, invitationId: string, locale: Locale): Promise<void> {
    const key = `mail.member:${invitationId}:${newId(runtime)}`;
    await mail.enqueue(tx, { kind: 'mail.member', key, requestId: invitationId, locale });
  }

  function standing(tx: Tx | Database['db'], id: string) {
    return tx
      .selectFrom('invitation')
      .innerJoin('account', 'account.id', 'invitation.accountId')
      .leftJoin('person as inviter', 'inviter.id', 'invitation.invitedBy')
      .selectAll('invitation')
      .select(['account.name as accountName', 'inviter.name as inviterName'])
      .where('invitation.id', '=', id)
      .where('invitation.endedAt', 'is', null);
  }

  const isFor = (viewer: Viewer, address: string): boolean =>
    viewer.kind === 'person' && viewer.verified && viewer.email === address;

  async function ended(tx: Tx, id: string, outcome: 'joined' | 'withdrawn' | 'declined' | 'replaced'): Promise<void> {
    const endedAt = instant(runtime.now());
    await tx
      .updateTable('invitation')
      .set({ endedAt, outcome })
      .where('id', '=', id)
      .where('endedAt', 'is', null)
      .execute();
  }

  /** An invitation that the viewer may change: of their account, for a role they may give. */
  async function keptBy(viewer: Viewer, id: string, tx: Tx) {
    const row = isId(id) ? await standing(tx, id).executeTakeFirst() : undefined;
    if (!row) throw new Refusal('not_found');
    authorize(viewer, 'members.keep', { accountId: row.accountId, role: row.role, own: false });
    return row;
  }

  /** The invitation that the viewer was sent, alone with it until the transaction ends. */
  async function sentTo(viewer: Viewer, id: string, tx: Tx) {
    const row = isId(id) ? await standing(tx, id).executeTakeFirst() : undefined;
    const stands = row && row.expiresAt > instant(runtime.now()) && isFor(viewer, row.email);
    authorize(viewer, 'invitation.join', stands ? {} : null);
    if (!row || viewer.kind !== 'person') throw new Refusal('not_found');
    const account = tx.selectFrom('account').select('id').where('id', '=', row.accountId);
    await (database.dialect === 'postgres' ? account.forUpdate() : account).execute();
    return { row, personId: viewer.personId };
  }

  return {
    /**
     * Invites an address. Invited before, the new invitation takes the place of the old one.
     * @throws Refusal `invalid`, `limited`, `forbidden`, `not_found`
     */
    async inviteMember(viewer: Viewer, accountId: string, input: unknown): Promise<void> {
      authorize(viewer, 'members.keep', { accountId, role: null, own: false });
      const { email: address, role, orders, tickets } = readInput(inviteInput, input);
      authorize(viewer, 'members.keep', { accountId, role, own: false });
      if (viewer.kind !== 'person') throw new Refusal('forbidden');
      const { personId, locale } = viewer;
      await guards.invitation(`account:${accountId}:${address}`);
      await guards.inviter(personId);
      await database.transaction(async (tx) => {
        const member = await tx
          .selectFrom('membership')
          .innerJoin('person', 'person.id', 'membership.personId')
          .select('person.id')
          .where('membership.accountId', '=', accountId)
          .where('membership.endedAt', 'is', null)
          .where('person.email', '=', address)
          .executeTakeFirst();
        if (member) throw new Refusal('invalid', { fields: [{ field: 'email', key: 'companies.invite.member' }] });
        await tx
          .updateTable('invitation')
          .set({ endedAt: instant(runtime.now()), outcome: 'replaced' })
          .where('accountId', '=', accountId)
          .where('email', '=', address)
          .where('endedAt', 'is', null)
          .execute();
        const id = newId(runtime);
        const now = runtime.now();
        await tx
          .insertInto('invitation')
          .values({
            ...{ id, accountId, email: address, role, orders, tickets, locale, invitedBy: personId },
            ...{ createdAt: instant(now), expiresAt: instant(now + STANDS_MS) },
            ...{ mailedAt: null, endedAt: null, outcome: null },
          })
          .execute();
        await oweMail(tx, id, locale);
        const change = { accountId, actorId: personId, personId: null };
        await recordChange(tx, runtime, { type: 'member.invited', ...change, body: { invitation: id, role } });
      });
    },

    /** Sends its mail again; it stands for another 7 days. @throws Refusal `limited`, `forbidden`, `not_found` */
    async inviteAgain(viewer: Viewer, id: string): Promise<void> {
      authorize(viewer, 'account.secure');
      await guards.invitation(id);
      await database.transaction(async (tx) => {
        const row = await keptBy(viewer, id, tx);
        const expiresAt = instant(runtime.now() + STANDS_MS);
        await tx.updateTable('invitation').set({ expiresAt, mailedAt: null }).where('id', '=', row.id).execute();
        await oweMail(tx, row.id, row.locale as Locale);
      });
    },

    /** Takes it back. @throws Refusal `forbidden`, `not_found` */
    async withdrawMemberInvitation(viewer: Viewer, id: string): Promise<void> {
      authorize(viewer, 'account.secure');
      await database.transaction(async (tx) => {
        const { accountId } = await keptBy(viewer, id, tx);
        if (viewer.kind !== 'person') return;
        await ended(tx, id, 'withdrawn');
        const change = { accountId, actorId: viewer.personId, personId: null, body: { invitation: id } };
        await recordChange(tx, runtime, { type: 'invitation.withdrawn', ...change });
      });
    },

    /** What its page shows to this viewer. */
    async lookAtMemberInvitation(viewer: Viewer, id: string): Promise<MemberInvitationLook> {
      const row = isId(id) ? await standing(database.db, id).executeTakeFirst() : undefined;
      if (!row || row.expiresAt <= instant(runtime.now())) return { state: 'over' };
      if (!isFor(viewer, row.email)) return { state: 'prove' };
      const { accountName: account, inviterName: invitedBy, role, orders, tickets, expiresAt: endsAt } = row;
      return { state: 'ready', account, invitedBy, role, orders, tickets, endsAt };
    },

    /** Mails the way in to the address that was invited. Silent when it stands no more. @throws Refusal `limited` */
    async enterForInvitation(id: string, locale: Locale, client: Client): Promise<void> {
      const row = isId(id) ? await standing(database.db, id).executeTakeFirst() : undefined;
      if (!row || row.expiresAt <= instant(runtime.now())) return;
      await database.transaction((tx) => guests.guest(tx, { email: row.email, name: row.email, locale }));
      await deps.requestLink({ email: row.email, locale, returnTo: `/${locale}/invitation?id=${id}` }, client);
    },

    /** Joins the account, and acts in it. @throws Refusal `unauthenticated`, `not_found` for another address */
    async joinAccount(viewer: Viewer, id: string): Promise<{ accountId: string }> {
      return database.transaction(async (tx) => {
        const { row, personId } = await sentTo(viewer, id, tx);
        const { accountId, role, orders, tickets, invitedBy } = row;
        const seat = { role, orders, tickets, endedAt: null };
        await tx
          .insertInto('membership')
          .values({ accountId, personId, ...seat, createdAt: instant(runtime.now()) })
          .onConflict((conflict) =>
            conflict
              .columns(['accountId', 'personId'])
              .doUpdateSet(seat)
              // Whoever came in on another way meanwhile stays what they are.
              .where('membership.endedAt', 'is not', null),
          )
          .execute();
        await ended(tx, id, 'joined');
        await tx.updateTable('person').set({ accountId }).where('id', '=', personId).execute();
        const body = { invitedBy, role, orders, tickets };
        await recordChange(tx, runtime, { accountId, type: 'member.joined', actorId: personId, personId, body });
        return { accountId };
      });
    },

    /** Says no. @throws Refusal `unauthenticated`, `not_found` */
    async declineInvitation(viewer: Viewer, id: string): Promise<void> {
      await database.transaction(async (tx) => {
        await sentTo(viewer, id, tx);
        await ended(tx, id, 'declined');
      });
    },

    /**
     * What the worker sends; null when it stands no more, `later` when the address had its one mail of the day.
     * It may be called again for the same mail when sending failed.
     */
    async composeMemberInvitation(id: string): Promise<MemberInvitationMail | 'later' | null> {
      return database.transaction(async (tx) => {
        const row = await standing(tx, id).executeTakeFirst();
        if (!row || row.expiresAt <= instant(runtime.now())) return null;
        const proven = await provenOf(tx, row.email);
        const { email: to, accountName: account, expiresAt: endsAt } = row;
        const mailed = { mailedAt: instant(runtime.now()) };
        if (proven) {
          await tx.updateTable('invitation').set(mailed).where('id', '=', id).execute();
          const { id: personId, locale } = proven;
          return { to, locale, personId, account, invitedBy: row.inviterName, invitation: id, token: null, endsAt };
        }
        const locale = row.locale as Locale;
        const { personId } = await guests.guest(tx, { email: to, name: to, locale });
        if (row.mailedAt === null && !(await guests.claimUnverifiedMail(tx, personId))) return 'later';
        await tx.updateTable('invitation').set(mailed).where('id', '=', id).execute();
        const returnTo = `/${locale}/invitation?id=${id}`;
        const token = await tokens.mint(tx, { personId, purpose: 'guest', returnTo });
        return { to, locale, personId, account, invitedBy: null, invitation: id, token, endsAt };
      });
    },
  };
}
