import type { Database, Db, Tx } from '../platform/database/index.ts';
import { readInput } from '../platform/fields/index.ts';
import type { Locale } from '../platform/i18n/index.ts';
import { Refusal } from '../platform/refusal.ts';
import { instant, type Runtime } from '../platform/runtime.ts';
import type { AccessLog } from './accessLog.ts';
import { authorize } from './authorize.ts';
import { isId } from './input.ts';
import type { Logins } from './logins.ts';
import { authorizeAccess, type Authority } from './operator.ts';
import type { Passwords } from './passwords.ts';
import type { Client, MailPort } from './ports.ts';
import type { Guards } from './rates.ts';
import { qrPicture, type QrPicture } from './qrCode.ts';
import type { SecondFactors } from './secondFactors.ts';
import { codeInput, wrongCode } from './secondSteps.ts';
import type { Sessions } from './sessions.ts';
import { authenticatorAddress, base32 } from './totp.ts';
import type { PersonViewer, Viewer } from './viewer.ts';

/** Where a viewer stands with the second step of signing in. */
export interface SecondFactorState {
  /** `pending`: a secret is made, and no code of it was shown yet. */
  state: 'off' | 'pending' | 'on';
  since: string | null;
  codesLeft: number;
  /** Whether their role asks for it, so that it cannot be turned off. */
  required: boolean;
  /** Whether there is a password to ask for. */
  hasPassword: boolean;
  /** What the authenticator app is told; only while pending. */
  pending: { key: string; address: string; picture: QrPicture } | null;
}

/** The mail about a change of somebody's second step. */
export interface AccessNotice {
  change: 'on' | 'off' | 'reset';
  at: string;
  personId: string;
  to: string;
  locale: Locale;
}

export interface SecurityRequest {
  headers: Headers;
  client: Client;
}

export interface SecurityDeps {
  database: Database;
  runtime: Runtime;
  factors: SecondFactors;
  sessions: Sessions;
  logins: Logins;
  passwords: Passwords;
  guards: Guards;
  accessLog: AccessLog;
  mail: MailPort;
}

/** What people do about their own second step, and what an administrator may. */
export function createSecurity(deps: SecurityDeps) {
  const { database, runtime, factors, sessions, logins, passwords, guards, accessLog, mail } = deps;

  /** The viewer's login. @throws Refusal `unauthenticated`, `forbidden` */
  async function ownLogin(viewer: Viewer): Promise<{ person: PersonViewer; loginId: string }> {
    authorize(viewer, 'account.secure');
    if (viewer.kind !== 'person' || !viewer.verified) throw new Refusal('forbidden');
    const loginId = await loginOf(database.db, viewer.personId);
    if (!loginId) throw new Refusal('unauthenticated');
    return { person: viewer, loginId };
  }

  async function requirePassword(person: PersonViewer, loginId: string, password: unknown, client: Client) {
    const present = await database.transaction((tx) => logins.passwordOf(tx, loginId));
    if (!present) return;
    await guards.signIn(person.email, client);
    if (!(await passwords.verify(String(password ?? ''), present))) {
      throw new Refusal('invalid', { fields: [{ field: 'password', key: 'accounts.account.password.wrong' }] });
    }
  }

  async function isRequired(db: Db, person: PersonViewer): Promise<boolean> {
    const role = person.withheldRole ?? person.role;
    if (role === 'customer') return false;
    const rule = await db.selectFrom('roleRule').select('secondFactor').where('role', '=', role).executeTakeFirst();
    return rule?.secondFactor === 1;
  }

  /** Checks a code of the viewer's own factor inside the transaction that it permits. */
  async function withCode<T>(
    viewer: Viewer,
    input: { code: string },
    { client }: SecurityRequest,
    work: (tx: Tx, own: { person: PersonViewer; loginId: string }) => Promise<T>,
  ): Promise<T> {
    const own = await ownLogin(viewer);
    const { code } = readInput(codeInput, input);
    await guards.code({ loginId: own.loginId, step: null }, client);
    return database.transaction(async (tx) => {
      if ((await factors.take(tx, own.loginId, code)) === null) throw wrongCode();
      return work(tx, own);
    });
  }

  /** Owes the person a mail about what happened to their second step. */
  async function tell(tx: Tx, eventId: string): Promise<void> {
    await mail.notify(tx, { kind: 'mail.access', key: `mail.access:${eventId}`, id: eventId });
  }

  return {
    /** @param issuer the company's name, as the app shows it. @throws Refusal `unauthenticated`, `forbidden` */
    async secondFactor(viewer: Viewer, issuer: string): Promise<SecondFactorState> {
      const { person, loginId } = await ownLogin(viewer);
      const { db } = database;
      const factor = await factors.secretOf(db, loginId);
      const password = await database.transaction((tx) => logins.passwordOf(tx, loginId));
      const standing = { required: await isRequired(db, person), hasPassword: password !== null };
      if (!factor) return { state: 'off', since: null, codesLeft: 0, pending: null, ...standing };
      if (factor.confirmedAt !== null) {
        const codesLeft = await factors.codesLeft(db, loginId);
        return { state: 'on', since: factor.confirmedAt, codesLeft, pending: null, ...standing };
      }
      const { secret } = factor;
      const key = base32(secret).match(/.{4}/g)?.join(' ') ?? '';
      const address = authenticatorAddress({ issuer, email: person.email, secret });
      const pending = { key, address, picture: qrPicture(address) };
      return { state: 'pending', since: null, codesLeft: 0, pending, ...standing };
    },

    /**
     * Makes a secret for an authenticator app. It counts once a code of it was typed.
     * @throws Refusal `invalid` on `password`, `limited`, `unauthenticated`, `forbidden`
     */
    async beginSecondFactor(viewer: Viewer, input: { password?: string }, { client }: SecurityRequest): Promise<void> {
      const { person, loginId } = await ownLogin(viewer);
      await requirePassword(person, loginId, input.password, client);
      await database.transaction((tx) => factors.begin(tx, loginId));
    },

    /**
     * Turns the second step on with a first code. This session has taken it thereby; every other one ends.
     * @returns the recovery codes, for the only time.
     * @throws Refusal `invalid` on `code`, `limited`, `unauthenticated`, `forbidden`
     */
    async confirmSecondFactor(
      viewer: Viewer,
      input: { code: string },
      { headers, client }: SecurityRequest,
    ): Promise<{ codes: string[] }> {
      const { person, loginId } = await ownLogin(viewer);
      const { code } = readInput(codeInput, input);
      await guards.code({ loginId, step: null }, client);
      const token = await sessions.tokenOf(headers);
      return database.transaction(async (tx) => {
        if (!token || !(await factors.confirm(tx, loginId, code))) throw wrongCode();
        const secondFactorAt = instant(runtime.now());
        await sessions.endAll(tx, person.personId, token);
        await tx.updateTable('loginSession').set({ secondFactorAt }).where('token', '=', token).execute();
        await tell(tx, await accessLog.record(tx, { kind: 'second_factor.on', by: viewer, personId: person.personId }));
        return { codes: await factors.renewCodes(tx, loginId) };
      });
    },

    /** Ten new recovery codes against a code; the old ones work no more. @throws as `confirmSecondFactor` */
    renewRecoveryCodes: (viewer: Viewer, input: { code: string }, request: SecurityRequest) =>
      withCode(viewer, input, request, async (tx, { person, loginId }) => {
        const event = { kind: 'second_factor.codes_renewed', by: viewer, personId: person.personId } as const;
        await accessLog.record(tx, event);
        return { codes: await factors.renewCodes(tx, loginId) };
      }),

    /**
     * Turns the second step off, with the password (where there is one) and a code.
     * @throws Refusal `conflict` when the role asks for it; else as `confirmSecondFactor`, also on `password`
     */
    async turnOffSecondFactor(
      viewer: Viewer,
      input: { password?: string; code: string },
      request: SecurityRequest,
    ): Promise<void> {
      const { person, loginId } = await ownLogin(viewer);
      if (await isRequired(database.db, person)) {
        throw new Refusal('conflict', { fields: [{ field: 'code', key: 'access.off.required' }] });
      }
      await requirePassword(person, loginId, input.password, request.client);
      await withCode(viewer, input, request, async (tx) => {
        await factors.drop(tx, loginId);
        await tell(
          tx,
          await accessLog.record(tx, { kind: 'second_factor.off', by: viewer, personId: person.personId }),
        );
      });
    },

    /** What the worker writes about a change of somebody's second step; null when they are gone. */
    async composeAccessNotice(eventId: string): Promise<AccessNotice | null> {
      const row = await database.db
        .selectFrom('accessEvent')
        .innerJoin('person', 'person.id', 'accessEvent.personId')
        .select(['kind', 'at', 'person.id as personId', 'person.email as to', 'person.locale'])
        .where('accessEvent.id', '=', eventId)
        .executeTakeFirst();
      const change = row && changes[row.kind];
      return change ? { change, at: row.at, personId: row.personId, to: row.to, locale: row.locale } : null;
    },

    /**
     * Takes somebody's second factor away, who lost it: their sessions end, and they are told by mail. Where their role
     * asks for one they set up another at the next sign-in.
     * @throws Refusal `not_found` when they have none, `forbidden`, `unauthenticated`
     */
    async resetSecondFactor(by: Authority, personId: string): Promise<void> {
      authorizeAccess(by);
      if (!isId(personId)) throw new Refusal('not_found');
      await database.transaction(async (tx) => {
        const loginId = await loginOf(tx, personId);
        if (!loginId || !(await factors.drop(tx, loginId))) throw new Refusal('not_found');
        await sessions.endAll(tx, personId);
        await tell(tx, await accessLog.record(tx, { kind: 'second_factor.reset', by, personId }));
      });
    },
  };
}

const changes: Readonly<Record<string, AccessNotice['change']>> = {
  'second_factor.on': 'on',
  'second_factor.off': 'off',
  'second_factor.reset': 'reset',
};

async function loginOf(db: Db, personId: string): Promise<string | null> {
  const row = await db.selectFrom('person').select('loginId').where('id', '=', personId).executeTakeFirst();
  return row?.loginId ?? null;
}
