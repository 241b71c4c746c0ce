import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Database, Tx } from '../platform/database/index.ts';
import { instant, newId, newToken, type Runtime } from '../platform/runtime.ts';
import { SESSION_SECONDS, sessionInstants, type Library } from './library.ts';
import type { Client } from './ports.ts';
import { noStanding, type PersonViewer } from './viewer.ts';

const LONGEST_AGENT = 300;

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

export interface SessionDeps {
  database: Database;
  runtime: Runtime;
  secret: string;
  library: Library;
}

/**
 * Sessions of the library, started and read by our own statements: started in the transaction that proves an address,
 * read with the person in one query. The cookie is the library's: token and HMAC, so that a stolen database signs
 * nobody in.
 */
export function createSessions({ database, runtime, secret, library }: SessionDeps) {
  const mac = (token: string) => createHmac('sha256', secret).update(token).digest();

  /** The session token of a request whose cookie is whole and signed by us, or null. */
  async function tokenOf(headers: Headers): Promise<string | null> {
    const cookies = headers.get('cookie');
    if (!cookies) return null;
    const value = cookieNamed(cookies, (await cookieKind()).name);
    const dot = value?.lastIndexOf('.') ?? -1;
    if (!value || dot < 1) return null;
    const token = value.slice(0, dot);
    const given = Buffer.from(value.slice(dot + 1), 'base64');
    const wanted = mac(token);
    return given.length === wanted.length && timingSafeEqual(given, wanted) ? token : null;
  }

  async function cookieKind() {
    const { sessionToken } = (await library.$context).authCookies;
    return { name: sessionToken.name, secure: sessionToken.attributes.secure === true };
  }

  async function cookie(value: string, maxAge: number): Promise<string> {
    const { name, secure } = await cookieKind();
    const parts = [`${name}=${encodeURIComponent(value)}`, `Max-Age=${maxAge}`, 'Path=/', 'HttpOnly'];
    return [...parts, ...(secure ? ['Secure'] : []), 'SameSite=Lax'].join('; ');
  }

  return {
    tokenOf,

    /** Opens a session for a login. @returns the cookie to set, once the transaction is through. */
    async start(tx: Tx, loginId: string, client: Client): Promise<string> {
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
        })
        .execute();
      return cookie(`${token}.${mac(token).toString('base64')}`, SESSION_SECONDS);
    },

    /** Whose session a request carries, or null. No cookie of ours, no query; otherwise one, by index. */
    async personOf(headers: Headers): Promise<PersonViewer | null> {
      const token = await tokenOf(headers);
      if (!token) return null;
      const person = await database.db
        .selectFrom('loginSession')
        .innerJoin('person', 'person.loginId', 'loginSession.userId')
        .select(['person.id', 'person.name', 'person.email', 'person.verifiedAt', 'person.role', 'person.locale'])
        .where('loginSession.token', '=', token)
        .where('loginSession.expiresAt', '>', instant(runtime.now()))
        .executeTakeFirst();
      if (!person) return null;
      const { id, name, email, verifiedAt, role, locale } = person;
      return { kind: 'person', personId: id, name, email, verified: verifiedAt !== null, role, locale, ...noStanding };
    },

    /** Ends the session that a request carries, if any. @returns the cookie that clears the browser's. */
    async end(headers: Headers): Promise<string> {
      const token = await tokenOf(headers);
      if (token) await database.db.deleteFrom('loginSession').where('token', '=', token).execute();
      return cookie('', 0);
    },

    /** Ends every session of a person but, if given, the one with `keepToken`. */
    async endAll(tx: Tx, personId: string, keepToken?: string | null): Promise<void> {
      let ending = tx
        .deleteFrom('loginSession')
        .where('userId', 'in', (eb) =>
          eb.selectFrom('person').select('loginId').where('id', '=', personId).$castTo<{ loginId: string }>(),
        );
      if (keepToken) ending = ending.where('token', '!=', keepToken);
      await ending.execute();
    },

    clearingCookie: () => cookie('', 0),

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

function cookieNamed(header: string, name: string): string | null {
  for (const pair of header.split(';')) {
    const [key, value] = pair.split(/=(.*)/s);
    if (key?.trim() !== name || value === undefined) continue;
    try {
      return decodeURIComponent(value.trim());
    } catch {
      return null;
    }
  }
  return null;
}
