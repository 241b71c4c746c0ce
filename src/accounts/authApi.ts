import { z } from 'zod';
import { readInput } from '../platform/fields/index.ts';
import { asRefusal, Refusal } from '../platform/refusal.ts';
import type { CredentialCheck } from './credentialCheck.ts';
import { signInInput } from './input.ts';
import { CLIENT_HEADER, type Library } from './library.ts';
import type { Client } from './ports.ts';
import type { Guards } from './rates.ts';
import type { MailRequestInput, SignUpInput } from './requests.ts';
import type { Sessions } from './sessions.ts';

const BASE = '/api/auth/';

/** What the library itself answers. Everything else of it is off, above all the links that act on GET. */
const libraryPaths = new Set([
  'POST sign-in/email',
  'POST sign-out',
  'POST revoke-sessions',
  'POST revoke-other-sessions',
  'GET get-session',
]);

export interface AuthApiDeps {
  library: Library;
  check: CredentialCheck;
  publicUrl: string;
  guards: Guards;
  signUp(input: SignUpInput, client: Client): Promise<unknown>;
  requestLink(input: MailRequestInput, client: Client): Promise<unknown>;
  requestReset(input: MailRequestInput, client: Client): Promise<unknown>;
  resetPassword(
    token: string,
    input: { password: string },
    client: Client,
  ): Promise<{ cookies: string[]; secondStep: boolean }>;
  takeSecondStep(
    input: { code: string },
    request: { headers: Headers; client: Client },
  ): Promise<{ cookies: string[] }>;
  sessions: Sessions;
}

const bodyOf = {
  signUp: z.looseObject({ name: z.unknown(), email: z.unknown(), password: z.unknown() }),
  code: z.object({ code: z.string({ error: 'errors.required' }) }),
  reset: z.object({ token: z.string({ error: 'errors.required' }), newPassword: z.unknown() }),
};

/** What the library's clients know: nobody is signed in before the second step. */
const stepOwed = { twoFactorRedirect: true, twoFactorMethods: ['totp'] };

/** better-auth's own API under `/api/auth/`, as far as it is open. Sign-up and mails go the way the pages go. */
export function createAuthApi(deps: AuthApiDeps) {
  const { library, publicUrl, guards } = deps;
  const { origin } = new URL(publicUrl);

  type Own = (
    body: unknown,
    client: Client,
    headers: Headers,
  ) => Promise<{ cookies?: string[] | undefined; answer: unknown }>;
  const secondStep: Own = async (body, client, headers) => {
    const { cookies } = await deps.takeSecondStep(readInput(bodyOf.code, body), { headers, client });
    return { cookies, answer: { status: true } };
  };

  const ours: Record<string, Own> = {
    'POST sign-up/email': async (body, client) => {
      // Checked again, field by field, by the use case itself.
      await deps.signUp(readInput(bodyOf.signUp, body) as SignUpInput & Record<string, unknown>, client);
      return { answer: { token: null, status: true } };
    },
    'POST sign-in/magic-link': async (body, client) => {
      await deps.requestLink(mailRequest(body, 'callbackURL'), client);
      return { answer: { status: true } };
    },
    'POST request-password-reset': async (body, client) => {
      await deps.requestReset(mailRequest(body, 'redirectTo'), client);
      return { answer: { status: true } };
    },
    'POST reset-password': async (body, client) => {
      const { token, newPassword } = readInput(bodyOf.reset, body);
      const done = await deps.resetPassword(token, { password: newPassword as string }, client);
      return { cookies: done.cookies, answer: done.secondStep ? stepOwed : { status: true } };
    },
    'POST two-factor/verify-totp': secondStep,
    'POST two-factor/verify-backup-code': secondStep,
  };

  /** The request as the library may see it: our address, our word for the client, no other header that it might trust. */
  function toLibrary(request: Request, path: string, client: Client, body: unknown, withCookie: boolean): Request {
    const headers = new Headers({ [CLIENT_HEADER]: client.address });
    for (const name of [
      'cookie',
      'origin',
      'referer',
      'user-agent',
      'sec-fetch-site',
      'sec-fetch-mode',
      'sec-fetch-dest',
    ]) {
      const value = name === 'cookie' && !withCookie ? null : request.headers.get(name);
      if (value !== null) headers.set(name, value);
    }
    if (request.method === 'GET') return new Request(`${origin}${BASE}${path}`, { headers });
    headers.set('content-type', 'application/json');
    return new Request(`${origin}${BASE}${path}`, { method: 'POST', headers, body: JSON.stringify(body ?? {}) });
  }

  return {
    /**
     * Answers `/api/auth/*`. Bodies are JSON.
     * @throws Refusal `not_found` for whatever is not open, `malformed`, `invalid`, `limited`
     */
    async handleAuth(request: Request, clientAddress: string): Promise<Response> {
      const path = new URL(request.url).pathname.slice(BASE.length);
      const name = `${request.method} ${path}`;
      const client = { address: clientAddress, userAgent: request.headers.get('user-agent') };
      const own = Object.hasOwn(ours, name) ? ours[name] : undefined;
      if (own) {
        const { cookies = [], answer } = await own(await readJson(request), client, request.headers);
        return json(200, answer, cookies);
      }
      if (!libraryPaths.has(name)) throw new Refusal('not_found');
      const body = request.method === 'POST' ? await readJson(request) : null;
      if (path !== 'sign-in/email') {
        // What the library finds by itself is compared with what our own reading would let pass.
        const known = path === 'sign-out' || (await deps.sessions.personOf(request.headers)) !== null;
        return library.handler(toLibrary(request, path, client, body, known));
      }
      const credentials = readInput(signInInput, body);
      await guards.signIn(credentials.email, client);
      return deps.check
        .whenRight(credentials, async () => {
          const step = await deps.sessions.owedStep(credentials.email);
          return step === null
            ? library.handler(toLibrary(request, path, client, credentials, true))
            : json(200, stepOwed, [step]);
        })
        .catch((error: unknown) => {
          if (asRefusal(error)?.code !== 'invalid') throw error;
          return json(401, { code: 'INVALID_EMAIL_OR_PASSWORD', message: 'Invalid email or password' });
        });
    },
  };
}

function mailRequest(body: unknown, target: string): MailRequestInput {
  const { [target]: returnTo, ...rest } = readInput(z.looseObject({}), body);
  return { ...rest, returnTo } as MailRequestInput & { returnTo: unknown };
}

async function readJson(request: Request): Promise<unknown> {
  const text = await request.text();
  if (text.trim() === '') return {};
  if (!/^application\/json\b/i.test(request.headers.get('content-type') ?? '')) throw new Refusal('malformed');
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new Refusal('malformed');
  }
}

function json(status: number, body: unknown, cookies: string[] = []): Response {
  const headers = new Headers({ 'content-type': 'application/json', 'cache-control': 'no-store' });
  for (const cookie of cookies) headers.append('set-cookie', cookie);
  return new Response(JSON.stringify(body), { status, headers });
}
