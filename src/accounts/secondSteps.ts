import { z } from 'zod';
import type { Database } from '../platform/database/index.ts';
import { oneLine, readInput } from '../platform/fields/index.ts';
import { Refusal } from '../platform/refusal.ts';
import { instant, type Runtime } from '../platform/runtime.ts';
import { hashToken } from '../platform/secrets/index.ts';
import type { AccessLog } from './accessLog.ts';
import { tokenOver } from './enterTokens.ts';
import { operator } from './operator.ts';
import type { Client } from './ports.ts';
import type { Guards } from './rates.ts';
import type { SecondFactors } from './secondFactors.ts';
import type { SessionCookies } from './sessionCookies.ts';
import type { Sessions } from './sessions.ts';

/** Longer than any code with the blanks people type in it. */
const CODE_LENGTH = 60;

export const codeInput = z.object({ code: oneLine(CODE_LENGTH) });

/** Wrong, used, too old: one answer. */
export function wrongCode(): Refusal {
  return new Refusal('invalid', { fields: [{ field: 'code', key: 'access.code.wrong' }] });
}

export interface SecondStepDeps {
  database: Database;
  runtime: Runtime;
  cookies: SessionCookies;
  sessions: Sessions;
  factors: SecondFactors;
  guards: Guards;
  accessLog: AccessLog;
}

/** The second step of signing in: a code, after a password or a mailed link was right. */
export function createSecondSteps(deps: SecondStepDeps) {
  const { database, runtime, cookies, sessions, factors, guards, accessLog } = deps;

  /** Whose second step a request owes. */
  async function stepOf(headers: Headers) {
    const token = await cookies.stepOf(headers);
    if (!token) return null;
    const row = await database.db
      .selectFrom('signInStep')
      .innerJoin('person', 'person.loginId', 'signInStep.loginId')
      .select(['signInStep.hash', 'signInStep.loginId', 'person.id as personId', 'person.email'])
      .where('signInStep.hash', '=', hashToken(token))
      .where('signInStep.expiresAt', '>', instant(runtime.now()))
      .executeTakeFirst();
    return row ?? null;
  }

  return {
    /** Whether the browser owes a second step, and to which address; for the page that asks for the code. */
    async lookAtSecondStep(headers: Headers): Promise<{ email: string } | null> {
      const step = await stepOf(headers);
      return step && { email: step.email };
    },

    /**
     * Takes the second step with a code of the app or a recovery code.
     * @throws Refusal `invalid` on `code`, or on `token` when the first step is to be taken again; `limited`
     */
    async takeSecondStep(
      input: { code: string },
      request: { headers: Headers; client: Client },
    ): Promise<{ cookies: string[]; isStaff: boolean; usedRecoveryCode: boolean }> {
      const { code } = readInput(codeInput, input);
      const step = await stepOf(request.headers);
      if (!step) throw tokenOver();
      await guards.code({ loginId: step.loginId, step: step.hash }, request.client);
      const done = await database.transaction(async (tx) => {
        const gone = await tx.deleteFrom('signInStep').where('hash', '=', step.hash).executeTakeFirst();
        if (gone.numDeletedRows === 0n) throw tokenOver();
        const taken = await factors.take(tx, step.loginId, code);
        if (!taken) throw wrongCode();
        if (taken === 'recovery') {
          const event = { kind: 'second_factor.recovery_used', by: operator, personId: step.personId } as const;
          await accessLog.record(tx, { ...event, detail: { left: await factors.codesLeft(tx, step.loginId) } });
        }
        const session = await sessions.startAfterStep(tx, step.loginId, request.client);
        const person = await tx.selectFrom('person').select('role').where('id', '=', step.personId).executeTakeFirst();
        return { session, isStaff: person?.role !== 'customer', usedRecoveryCode: taken === 'recovery' };
      });
      const { session, isStaff, usedRecoveryCode } = done;
      return { cookies: [session, await cookies.noStep()], isStaff, usedRecoveryCode };
    },
  };
}
