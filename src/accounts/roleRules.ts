import { z } from 'zod';
import type { Database } from '../platform/database/index.ts';
import { readInput } from '../platform/fields/index.ts';
import { Refusal } from '../platform/refusal.ts';
import { instant, type Runtime } from '../platform/runtime.ts';
import type { AccessLog } from './accessLog.ts';
import { authorizeAccess, type Authority } from './operator.ts';
import type { SecondFactors } from './secondFactors.ts';
import type { StaffRole } from './viewer.ts';

const STAFF_ROLES = ['author', 'agent', 'administrator'] as const satisfies StaffRole[];

export const staffRoleField = () => z.enum(STAFF_ROLES, { error: 'errors.choice' });

/** Whether a role asks for a second step. */
export type SecondFactorRules = Record<StaffRole, boolean>;

const ruleInput = z.object({ role: staffRoleField(), required: z.boolean({ error: 'errors.choice' }) });

export interface RoleRuleDeps {
  database: Database;
  runtime: Runtime;
  factors: SecondFactors;
  accessLog: AccessLog;
}

/** What administrators ask of everybody with a role. It holds from the next request on, for sessions that are open, too. */
export function createRoleRules({ database, runtime, factors, accessLog }: RoleRuleDeps) {
  return {
    /** @throws Refusal `forbidden`, `unauthenticated` */
    async secondFactorRules(by: Authority): Promise<SecondFactorRules> {
      authorizeAccess(by);
      const rows = await database.db.selectFrom('roleRule').select(['role', 'secondFactor']).execute();
      const asked = new Set(rows.filter(({ secondFactor }) => secondFactor === 1).map(({ role }) => role));
      const rules = STAFF_ROLES.map((role) => [role, asked.has(role)]);
      return Object.fromEntries(rules) as SecondFactorRules;
    },

    /**
     * Asks a role for the second step, or no longer.
     * @throws Refusal `conflict` for administrators who would shut themselves out, having none; `invalid`, `forbidden`,
     *   `unauthenticated`
     */
    async setSecondFactorRule(by: Authority, input: { role: StaffRole; required: boolean }): Promise<void> {
      authorizeAccess(by);
      const { role, required } = readInput(ruleInput, input);
      await database.transaction(async (tx) => {
        if (required && by.kind === 'person' && by.role === role) {
          const own = await tx.selectFrom('person').select('loginId').where('id', '=', by.personId).executeTakeFirst();
          if (!own?.loginId || !(await factors.isOn(tx, own.loginId))) {
            throw new Refusal('conflict', { fields: [{ field: 'rules', key: 'access.rule.youFirst' }] });
          }
        }
        const row = { secondFactor: required ? 1 : 0, changedAt: instant(runtime.now()) };
        await tx
          .insertInto('roleRule')
          .values({ role, ...row })
          .onConflict((conflict) => conflict.column('role').doUpdateSet(row))
          .execute();
        await accessLog.record(tx, { kind: 'rule.changed', by, personId: null, detail: { role, required } });
      });
    },
  };
}
