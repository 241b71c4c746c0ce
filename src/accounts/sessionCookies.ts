import { createHmac, timingSafeEqual } from 'node:crypto';
import { SESSION_SECONDS, type Library } from './library.ts';

/**
 * The two cookies of signing in. A session's is the library's: token and HMAC, so that a stolen database signs nobody
 * in. That of a second step that is owed holds a token which opens nothing else.
 */
export function createSessionCookies({ secret, library }: { secret: string; library: Library }) {
  const mac = (token: string) => createHmac('sha256', secret).update(token).digest();

  async function sessionKind() {
    const { sessionToken } = (await library.$context).authCookies;
    return { name: sessionToken.name, secure: sessionToken.attributes.secure === true };
  }

  async function stepKind() {
    const { name, attributes } = (await library.$context).createAuthCookie('second_step');
    return { name, secure: attributes.secure === true };
  }

  return {
    /** The session token of a request whose cookie is whole and signed by us, or null. */
    async tokenOf(headers: Headers): Promise<string | null> {
      const cookies = headers.get('cookie');
      if (!cookies) return null;
      const value = cookieNamed(cookies, (await sessionKind()).name);
      const dot = value?.lastIndexOf('.') ?? -1;
      if (!value || dot < 1) return null;
      const token = value.slice(0, dot);
      const given = Buffer.from(value.slice(dot + 1), 'base64');
      const wanted = mac(token);
      return given.length === wanted.length && timingSafeEqual(given, wanted) ? token : null;
    },

    session: async (token: string): Promise<string> =>
      written({
        ...(await sessionKind()),
        value: `${token}.${mac(token).toString('base64')}`,
        maxAge: SESSION_SECONDS,
      }),

    noSession: async (): Promise<string> => written({ ...(await sessionKind()), value: '', maxAge: 0 }),

    /** The token of a second step that the browser owes, or null. */
    async stepOf(headers: Headers): Promise<string | null> {
      const cookies = headers.get('cookie');
      return cookies ? cookieNamed(cookies, (await stepKind()).name) || null : null;
    },

    step: async (token: string, maxAge: number): Promise<string> =>
      written({ ...(await stepKind()), value: token, maxAge }),

    noStep: async (): Promise<string> => written({ ...(await stepKind()), value: '', maxAge: 0 }),
  };
}

export type SessionCookies = ReturnType<typeof createSessionCookies>;

function written({ name, value, maxAge, secure }: { name: string; value: string; maxAge: number; secure: boolean }) {
  const parts = [`${name}=${encodeURIComponent(value)}`, `Max-Age=${maxAge}`, 'Path=/', 'HttpOnly'];
  return [...parts, ...(secure ? ['Secure'] : []), 'SameSite=Lax'].join('; ');
}

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
