import { z } from 'zod';
import type { Database, Tx } from '../platform/database/index.ts';
import { readInput } from '../platform/fields/index.ts';
import { Refusal } from '../platform/refusal.ts';
import { instant, type Runtime } from '../platform/runtime.ts';
import { changesOf, recordChange, type AccountEventView } from './accountEvents.ts';
import { authorize, may } from './authorize.ts';
import { lastOwner, seatIn } from './memberRules.ts';
import { seatOf } from './standing.ts';
import type { AccountRole, SeenOrders, SeenTickets } from './tables.ts';
import type { Viewer } from './viewer.ts';

/** What a member sees of the account. */
export interface Sight {
  orders: SeenOrders;
  tickets: SeenTickets;
}

export interface Member extends Sight {
  personId: string;
  name: string;
  email: string;
  role: AccountRole;
  /** When they last signed in; null: we do not know. */
  lastSignInAt: string | null;
  you: boolean;
  /** What the viewer may do about them. */
  mayChange: boolean;
  mayRemove: boolean;
}

/** An invitation that stands. */
export interface Invited extends Sight {
  id: string;
  email: string;
  role: AccountRole;
  invitedAt: string;
  endsAt: string;
  over: boolean;
  mayChange: boolean;
}

/** An account as its members see it. */
export interface MembersView {
  account: { id: string; name: string; externalId: string | null; since: string } & Sight;
  /** What the viewer is there. */
  role: AccountRole;
  members: Member[];
  invitations: Invited[];
  changes: AccountEventView[];
  mayInvite: boolean;
  maySettle: boolean;
  /** Roles that the viewer may give to somebody they invite. */
  roles: AccountRole[];
}

export const roleField = () => z.enum(['owner', 'manager', 'member'], { error: 'errors.choice' });
export const sightFields = {
  orders: z.enum(['own', 'all'], { error: 'errors.choice' }),
  tickets: z.enum(['own', 'all', 'answer'], { error: 'errors.choice' }),
};
const changeInput = z.object({ role: roleField(), ...sightFields });
const sightInput = z.object(sightFields);

/** Members of a company's account: who is in, what they see, and who leaves. Every change is written down. */
export function createMembers({ database, runtime }: { database: Database; runtime: Runtime }) {
  const { db } = database;

  /** One change at a time in one account, so that of two owners who leave together one stays. */
  async function hold(tx: Tx, accountId: string): Promise<void> {
    const query = tx.selectFrom('account').select('id').where('id', '=', accountId);
    await (database.dialect === 'postgres' ? query.forUpdate() : query).execute();
  }

  async function memberOf(tx: Tx, accountId: string, personId: string) {
    const row = await tx
      .selectFrom('membership')
      .select(['personId', 'role', 'orders', 'tickets'])
      .where('accountId', '=', accountId)
      .where('personId', '=', personId)
      .where('endedAt', 'is', null)
      .executeTakeFirst();
    if (!row) throw new Refusal('not_found');
    return row;
  }

  /** @throws Refusal `invalid` when nobody else owns the account. */
  async function requireOtherOwner(tx: Tx, accountId: string, personId: string): Promise<void> {
    const other = await tx
      .selectFrom('membership')
      .select('personId')
      .where('accountId', '=', accountId)
      .where('role', '=', 'owner')
      .where('endedAt', 'is', null)
      .where('personId', '<>', personId)
      .limit(1)
      .executeTakeFirst();
    if (!other) throw lastOwner();
  }

  /** Whoever may not invite any more has not invited. */
  async function endInvitations(tx: Tx, accountId: string, invitedBy: string): Promise<void> {
    await tx
      .updateTable('invitation')
      .set({ endedAt: instant(runtime.now()), outcome: 'withdrawn' })
      .where('accountId', '=', accountId)
      .where('invitedBy', '=', invitedBy)
      .where('endedAt', 'is', null)
      .execute();
  }

  /** The role of the viewer as it is inside the transaction: it may have been taken meanwhile. */
  async function asNow(tx: Tx, viewer: Viewer, accountId: string): Promise<Viewer> {
    if (viewer.kind !== 'person') throw new Refusal('forbidden');
    const own = await memberOf(tx, accountId, viewer.personId);
    const name = seatIn(viewer, accountId)?.name ?? '';
    return { ...viewer, seats: [seatOf({ ...own, id: accountId, name })] };
  }

  return {
    /** Acts in an account from now on; null: for oneself alone. @throws Refusal `invalid` for another's account */
    async actIn(viewer: Viewer, accountId: string | null): Promise<void> {
      authorize(viewer, 'account.secure');
      if (viewer.kind !== 'person') throw new Refusal('forbidden');
      if (accountId !== null && !viewer.seats.some((seat) => seat.accountId === accountId)) {
        throw new Refusal('invalid', { fields: [{ field: 'account', key: 'errors.choice' }] });
      }
      await db.updateTable('person').set({ accountId }).where('id', '=', viewer.personId).execute();
    },

    /** An account, who is in it and what they see. @throws Refusal `not_found` for others than its members */
    async members(viewer: Viewer, accountId: string): Promise<MembersView> {
      authorize(viewer, 'members.read', { accountId });
      const account = await db.selectFrom('account').selectAll().where('id', '=', accountId).executeTakeFirst();
      const seat = seatIn(viewer, accountId);
      if (!account || !seat || viewer.kind !== 'person') throw new Refusal('not_found');
      const { personId } = viewer;
      const mayInvite = may(viewer, 'members.keep', { accountId, role: 'member', own: false });
      const now = instant(runtime.now());
      const [members, invitations, changes] = await Promise.all([
        db
          .selectFrom('membership')
          .innerJoin('person', 'person.id', 'membership.personId')
          .leftJoin('login', 'login.id', 'person.loginId')
          .select(['person.id', 'person.name', 'person.email', 'login.lastSignInAt'])
          .select(['membership.role', 'membership.orders', 'membership.tickets'])
          .where('membership.accountId', '=', accountId)
          .where('membership.endedAt', 'is', null)
          .orderBy('person.name')
          .orderBy('person.id')
          .execute(),
        mayInvite
          ? db
              .selectFrom('invitation')
              .selectAll()
              .where('accountId', '=', accountId)
              .where('endedAt', 'is', null)
              .orderBy('id')
              .execute()
          : [],
        changesOf(db, accountId, mayInvite ? null : personId),
      ]);
      return {
        account: {
          ...{ id: account.id, name: account.name, externalId: account.externalId, since: account.createdAt },
          ...{ orders: account.orders, tickets: account.tickets },
        },
        role: seat.role,
        members: members.map((row) => {
          const you = row.id === personId;
          const { role, orders, tickets } = seatOf({ ...row, id: accountId });
          return {
            ...{ personId: row.id, name: row.name, email: row.email, role, orders, tickets, you },
            lastSignInAt: row.lastSignInAt,
            mayChange: may(viewer, 'members.settle', { accountId }),
            mayRemove: may(viewer, 'members.keep', { accountId, role, own: you }),
          };
        }),
        invitations: invitations.map(({ id, email, role, orders, tickets, createdAt, expiresAt }) => ({
          ...{ id, email, role, orders, tickets, invitedAt: createdAt, endsAt: expiresAt, over: expiresAt <= now },
          mayChange: may(viewer, 'members.keep', { accountId, role, own: false }),
        })),
        changes,
        mayInvite,
        maySettle: may(viewer, 'members.settle', { accountId }),
        roles: seat.role === 'owner' ? ['member', 'manager', 'owner'] : ['member'],
      };
    },

    /**
     * Gives a member another role, or lets them see more or less. Owners alone.
     * @throws Refusal `invalid` (`companies.lastOwner` on `role`), `forbidden`, `not_found`
     */
    async changeMember(viewer: Viewer, accountId: string, personId: string, input: unknown): Promise<void> {
      authorize(viewer, 'members.settle', { accountId });
      const wanted = readInput(changeInput, input);
      await database.transaction(async (tx) => {
        await hold(tx, accountId);
        const actor = await asNow(tx, viewer, accountId);
        authorize(actor, 'members.settle', { accountId });
        const before = await memberOf(tx, accountId, personId);
        const same = (['role', 'orders', 'tickets'] as const).every((name) => before[name] === wanted[name]);
        if (same || actor.kind !== 'person') return;
        if (before.role === 'owner' && wanted.role !== 'owner') await requireOtherOwner(tx, accountId, personId);
        await tx
          .updateTable('membership')
          .set(wanted)
          .where('accountId', '=', accountId)
          .where('personId', '=', personId)
          .execute();
        if (wanted.role === 'member') await endInvitations(tx, accountId, personId);
        const change = { accountId, actorId: actor.personId, personId, body: wanted };
        await recordChange(tx, runtime, { type: 'member.changed', ...change });
      });
    },

    /**
     * Takes somebody out of the account, or leaves it oneself. What they asked for the company stays with it.
     * @throws Refusal `invalid` (`companies.lastOwner` on `role`), `forbidden`, `not_found`
     */
    async removeMember(viewer: Viewer, accountId: string, personId: string): Promise<void> {
      authorize(viewer, 'members.read', { accountId });
      await database.transaction(async (tx) => {
        await hold(tx, accountId);
        const actor = await asNow(tx, viewer, accountId);
        const { role } = await memberOf(tx, accountId, personId);
        if (actor.kind !== 'person') return;
        const own = actor.personId === personId;
        authorize(actor, 'members.keep', { accountId, role, own });
        if (role === 'owner') await requireOtherOwner(tx, accountId, personId);
        await tx
          .updateTable('membership')
          .set({ endedAt: instant(runtime.now()) })
          .where('accountId', '=', accountId)
          .where('personId', '=', personId)
          .execute();
        await tx
          .updateTable('person')
          .set({ accountId: null })
          .where('id', '=', personId)
          .where('accountId', '=', accountId)
          .execute();
        await endInvitations(tx, accountId, personId);
        const change = { accountId, actorId: actor.personId, personId, body: {} };
        await recordChange(tx, runtime, { type: own ? 'member.left' : 'member.removed', ...change });
      });
    },

    /** What new members see. Owners alone. @throws Refusal `invalid`, `forbidden`, `not_found` */
    async setMemberDefaults(viewer: Viewer, accountId: string, input: unknown): Promise<void> {
      authorize(viewer, 'members.settle', { accountId });
      const wanted = readInput(sightInput, input);
      await database.transaction(async (tx) => {
        await hold(tx, accountId);
        const actor = await asNow(tx, viewer, accountId);
        authorize(actor, 'members.settle', { accountId });
        if (actor.kind !== 'person') return;
        await tx.updateTable('account').set(wanted).where('id', '=', accountId).execute();
        const change = { accountId, actorId: actor.personId, personId: null, body: wanted };
        await recordChange(tx, runtime, { type: 'account.defaults_set', ...change });
      });
    },
  };
}
