import type { Dialect, Tx } from '../platform/database/index.ts';
import { Refusal } from '../platform/refusal.ts';
import { instant, type Runtime } from '../platform/runtime.ts';
import type { AccessLog } from './accessLog.ts';
import type { EnterTokens } from './enterTokens.ts';
import type { Authority } from './operator.ts';
import type { Sessions } from './sessions.ts';
import type { Role, StaffRole } from './viewer.ts';

export interface RolesDeps {
  dialect: Dialect;
  runtime: Runtime;
  sessions: Sessions;
  tokens: EnterTokens;
  accessLog: AccessLog;
}

/** Giving and taking roles. There is always an administrator. */
export function createRoles({ dialect, runtime, sessions, tokens, accessLog }: RolesDeps) {
  /** @throws Refusal `conflict` on `role` */
  async function requireAnotherAdministrator(tx: Tx, personId: string): Promise<void> {
    // Held, so that two administrators who take each other's role wait for each other.
    const administrators = await tx
      .selectFrom('person')
      .select('id')
      .where('role', '=', 'administrator')
      .where('verifiedAt', 'is not', null)
      .orderBy('id')
      .$if(dialect === 'postgres', (query) => query.forUpdate())
      .execute();
    if (administrators.some(({ id }) => id !== personId)) return;
    throw new Refusal('conflict', { fields: [{ field: 'role', key: 'access.role.last' }] });
  }

  async function present(tx: Tx, personId: string): Promise<Role> {
    const { role } = await tx.selectFrom('person').select('role').where('id', '=', personId).executeTakeFirstOrThrow();
    return role;
  }

  /** What goes with a role that is taken: sessions, links that sign in, acting for customers. */
  async function shut(tx: Tx, personId: string, now: string): Promise<void> {
    await sessions.endAll(tx, personId);
    await tokens.voidAll(tx, personId);
    await tx
      .updateTable('acting')
      .set({ endedAt: now })
      .where('staffId', '=', personId)
      .where('endedAt', 'is', null)
      .execute();
  }

  return {
    /**
     * What somebody may do from now on. Among colleagues' roles nothing else changes; whoever becomes a customer is
     * signed out everywhere.
     * @throws Refusal `conflict` for the last administrator
     */
    async give(tx: Tx, by: Authority, personId: string, role: Role): Promise<void> {
      // Before the role is looked at: it may be taken by somebody else at this moment.
      if (role !== 'administrator' && (await present(tx, personId)) === 'administrator') {
        await requireAnotherAdministrator(tx, personId);
      }
      const before = await present(tx, personId);
      if (before === role) return;
      const now = instant(runtime.now());
      const left: { staffLeftAt: string; staffLeftRole: StaffRole } | { staffLeftAt: null; staffLeftRole: null } =
        role === 'customer' && before !== 'customer'
          ? { staffLeftAt: now, staffLeftRole: before }
          : { staffLeftAt: null, staffLeftRole: null };
      await tx
        .updateTable('person')
        .set({ role, ...left })
        .where('id', '=', personId)
        .execute();
      if (role === 'customer') await shut(tx, personId, now);
      const kind = role === 'customer' ? 'staff.left' : 'role.changed';
      await accessLog.record(tx, { kind, by, personId, detail: { from: before, to: role } });
    },
  };
}

export type Roles = ReturnType<typeof createRoles>;
