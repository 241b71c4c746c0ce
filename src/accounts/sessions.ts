import type { Database, Tx } from '../platform/database/index.ts';
import { instant, newId, newToken, type Runtime } from '../platform/runtime.ts';
import { hashToken } from '../platform/secrets/index.ts';
import { sessionInstants } from './library.ts';
import type { Client } from './ports.ts';
import type { SecondFactors } from './secondFactors.ts';
import type { SessionCookies } from './sessionCookies.ts';
import { viewerOfSession } from './sessionViewer.ts';
import type { PersonViewer } from './viewer.ts';

const LONGEST_AGENT = 300;

/** How long the second step may take after the first, in seconds. */
const STEP_SECONDS = 600;

/** One place where somebody is signed in. */
export interface OpenSession {
  id: string;
  startedAt: string;
  endsAt: string;
  /** The browser as it named itself; may be empty. */
  userAgent: string;
  /** Whether it is the one that asks. */
  current: boolean;
}

/** How somebody came in. */
export interface Started {
  /** To be set once the transaction is through. */
  cookie: string;
  /** The cookie is none of a session yet: an authenticator app's code is owed first. */
  secondStep: boolean;
}

export interface SessionDeps {
  database: Database;
  runtime: Runtime;
  cookies: SessionCookies;
  factors: SecondFactors;
}

/**
 * Sessions of the library, started and read by our own statements: started in the transaction that proves an address,
 * read with the person in one query, where they stand in another.
 */
export function createSessions({ database, runtime, cookies, factors }: SessionDeps) {
  const { tokenOf } = cookies;

  /** A session of somebody who has done all that is asked of them. @returns the cookie to set. */
  async function begin(tx: Tx, loginId: string, client: Client, secondFactorAt: string | null): Promise<string> {
    const token = newToken(runtime);
    await tx
      .insertInto('loginSession')
      .values({
        id: newId(runtime),
        userId: loginId,
        token,
        ...sessionInstants(runtime),
        ipAddress: client.address,
        userAgent: (client.userAgent ?? '').slice(0, LONGEST_AGENT).toWellFormed(),
        secondFactorAt,
      })
      .execute();
    const lastSignInAt = instant(runtime.now());
    await tx.updateTable('login').set({ lastSignInAt }).where('id', '=', loginId).execute();
    return cookies.session(token);
  }

  async function beginStep(tx: Tx, loginId: string): Promise<string> {
    const token = newToken(runtime);
    const now = runtime.now();
    const times = { createdAt: instant(now), expiresAt: instant(now + STEP_SECONDS * 1000) };
    await tx
      .insertInto('signInStep')
      .values({ hash: hashToken(token), loginId, ...times })
      .execute();
    return cookies.step(token, STEP_SECONDS);
  }

  return {
    tokenOf,

    /** Lets a login in, as far as it goes: whoever has a second factor owes it first, whichever way they came. */
    async start(tx: Tx, loginId: string, client: Client): Promise<Started> {
      const secondStep = await factors.isOn(tx, loginId);
      const cookie = secondStep ? await beginStep(tx, loginId) : await begin(tx, loginId, client, null);
      return { cookie, secondStep };
    },

    /**
     * The first step of a password that was right, where a second one is owed.
     * @returns the cookie of that step; null when there is none, and the library may sign in.
     */
    async owedStep(email: string): Promise<string | null> {
      const owing = await database.db
        .selectFrom('login')
        .innerJoin('secondFactor', 'secondFactor.loginId', 'login.id')
        .select('login.id')
        .where('login.email', '=', email)
        .where('secondFactor.confirmedAt', 'is not', null)
        .executeTakeFirst();
      return owing ? database.transaction((tx) => beginStep(tx, owing.id)) : null;
    },

    /** {@link start} after the second step. @returns the cookie to set. */
    startAfterStep: (tx: Tx, loginId: string, client: Client): Promise<string> =>
      begin(tx, loginId, client, instant(runtime.now())),

    /** Whose session a request carries, or null. No cookie of ours, no query; otherwise two, by index. */
    async personOf(headers: Headers): Promise<PersonViewer | null> {
      const token = await tokenOf(headers);
      return token ? viewerOfSession(database.db, token, instant(runtime.now())) : null;
    },

    /** Ends the session that a request carries, if any. @returns the cookie that clears the browser's. */
    async end(headers: Headers): Promise<string> {
      const token = await tokenOf(headers);
      if (token) await database.db.deleteFrom('loginSession').where('token', '=', token).execute();
      return cookies.noSession();
    },

    /** Ends every session of a person but, if given, the one with `keepToken`; steps on the way to one, too. */
    async endAll(tx: Tx, personId: string, keepToken?: string | null): Promise<void> {
      const ofPerson = (table: 'loginSession' | 'signInStep', column: 'userId' | 'loginId') =>
        tx
          .deleteFrom(table as 'loginSession')
          .where(column as 'userId', 'in', (eb) =>
            eb.selectFrom('person').select('loginId').where('id', '=', personId).$castTo<{ loginId: string }>(),
          );
      const ending = ofPerson('loginSession', 'userId');
      await (keepToken ? ending.where('token', '!=', keepToken) : ending).execute();
      await ofPerson('signInStep', 'loginId').execute();
    },

    clearingCookie: () => cookies.noSession(),

    /** Where a person is signed in, newest first. */
    async open(personId: string, headers: Headers): Promise<OpenSession[]> {
      const current = await tokenOf(headers);
      const rows = await database.db
        .selectFrom('loginSession')
        .innerJoin('person', 'person.loginId', 'loginSession.userId')
        .select(['loginSession.id', 'token', 'loginSession.createdAt', 'expiresAt', 'userAgent'])
        .where('person.id', '=', personId)
        .where('expiresAt', '>', instant(runtime.now()))
        .orderBy('loginSession.createdAt', 'desc')
        .execute();
      return rows.map((row) => ({
        id: row.id,
        startedAt: new Date(row.createdAt).toISOString(),
        endsAt: new Date(row.expiresAt).toISOString(),
        userAgent: row.userAgent ?? '',
        current: row.token === current,
      }));
    },
  };
}

export type Sessions = ReturnType<typeof createSessions>;
