import type { Database } from '../platform/database/index.ts';
import { readInput } from '../platform/fields/index.ts';
import { Refusal } from '../platform/refusal.ts';
import type { Acting } from './acting.ts';
import { authorize } from './authorize.ts';
import type { CredentialCheck } from './credentialCheck.ts';
import { newPasswordInput, signInInput } from './input.ts';
import { CLIENT_HEADER, type Library } from './library.ts';
import type { Logins } from './logins.ts';
import type { Passwords } from './passwords.ts';
import type { Client } from './ports.ts';
import type { Guards } from './rates.ts';
import type { OpenSession, Sessions } from './sessions.ts';
import { isStaff, type Viewer } from './viewer.ts';

export interface SigningInDeps {
  database: Database;
  library: Library;
  check: CredentialCheck;
  sessions: Sessions;
  logins: Logins;
  passwords: Passwords;
  guards: Guards;
  endActing: Acting['endActing'];
}

/** Signing in with a password, signing out, and what a person may do about their own sessions and password. */
export function createSigningIn(deps: SigningInDeps) {
  const { database, library, check, sessions, logins, passwords, guards, endActing } = deps;

  function ownId(viewer: Viewer): string {
    authorize(viewer, 'account.secure');
    if (viewer.kind !== 'person') throw new Refusal('forbidden');
    return viewer.personId;
  }

  return {
    /**
     * @returns `Set-Cookie` values, whether they lead to the second step and not in yet, and whether they are staff's,
     *   who start elsewhere than customers.
     * @throws Refusal `invalid` (a field, or `accounts.signIn.wrong` on `password`), `limited`
     */
    async signIn(
      input: { email: string; password: string },
      client: Client,
    ): Promise<{ cookies: string[]; isStaff: boolean; secondStep: boolean }> {
      const { email, password } = readInput(signInInput, input);
      await guards.signIn(email, client);
      const headers = new Headers({ [CLIENT_HEADER]: client.address });
      const agent = client.userAgent?.replace(/[^\x20-\x7e]/g, '').trim();
      if (agent) headers.set('user-agent', agent.slice(0, 300));
      const response = await check.whenRight({ email, password }, async () => {
        const step = await sessions.owedStep(email);
        return step ?? library.api.signInEmail({ body: { email, password }, headers, asResponse: true });
      });
      if (typeof response === 'string') return { cookies: [response], isStaff: false, secondStep: true };
      if (!response.ok) throw new Error(`The sign-in library answered ${response.status}.`);
      const cookies = response.headers.getSetCookie();
      const cookie = cookies.map((line) => line.split(';', 1)[0]).join('; ');
      const person = await sessions.personOf(new Headers({ cookie }));
      return {
        cookies,
        isStaff: person !== null && (isStaff(person) || person.withheldRole !== null),
        secondStep: false,
      };
    },

    /** Ends the session that the request carries, if any. */
    async signOut(headers: Headers): Promise<{ cookies: string[] }> {
      await endActing(headers);
      return { cookies: [await sessions.end(headers)] };
    },

    /** Ends every session of the viewer, this one too. @throws Refusal `unauthenticated`, `forbidden` */
    async signOutEverywhere(viewer: Viewer): Promise<{ cookies: string[] }> {
      const personId = ownId(viewer);
      await database.transaction((tx) => sessions.endAll(tx, personId));
      return { cookies: [await sessions.clearingCookie()] };
    },

    /** Ends every session of the viewer but the one that asks. @throws Refusal `unauthenticated`, `forbidden` */
    async signOutOthers(viewer: Viewer, headers: Headers): Promise<void> {
      const personId = ownId(viewer);
      const keep = await sessions.tokenOf(headers);
      await database.transaction((tx) => sessions.endAll(tx, personId, keep));
    },

    /** Ends one of the viewer's sessions; silent when it has ended. @throws Refusal `unauthenticated`, `forbidden` */
    async signOutOne(viewer: Viewer, sessionId: string): Promise<void> {
      const personId = ownId(viewer);
      await database.db
        .deleteFrom('loginSession')
        .where('id', '=', sessionId)
        .where('userId', 'in', (eb) =>
          eb.selectFrom('person').select('loginId').where('id', '=', personId).$castTo<{ loginId: string }>(),
        )
        .execute();
    },

    /** Where the viewer is signed in. @throws Refusal `unauthenticated`, `forbidden` */
    async sessions(viewer: Viewer, headers: Headers): Promise<OpenSession[]> {
      return sessions.open(ownId(viewer), headers);
    },

    /**
     * Chooses a new password, against the present one if there is one; every other session ends.
     * @throws Refusal `invalid` on `current` or `password`, `limited`
     */
    async changePassword(
      viewer: Viewer,
      input: { current?: string; password: string },
      request: { headers: Headers; client: Client },
    ): Promise<void> {
      const personId = ownId(viewer);
      const { password } = readInput(newPasswordInput, { password: input.password });
      if (viewer.kind !== 'person' || !viewer.verified) throw new Refusal('forbidden');
      await guards.signIn(viewer.email, request.client);
      const { loginId, present } = await database.transaction(async (tx) => {
        const row = await tx.selectFrom('person').select('loginId').where('id', '=', personId).executeTakeFirst();
        if (!row?.loginId) throw new Refusal('unauthenticated');
        return { loginId: row.loginId, present: await logins.passwordOf(tx, row.loginId) };
      });
      if (present && !(await passwords.verify(String(input.current ?? ''), present))) {
        throw new Refusal('invalid', { fields: [{ field: 'current', key: 'accounts.account.password.wrong' }] });
      }
      const hash = await passwords.hash(password);
      const keep = await sessions.tokenOf(request.headers);
      await database.transaction(async (tx) => {
        await logins.setPassword(tx, loginId, hash);
        await sessions.endAll(tx, personId, keep);
      });
    },
  };
}
