import { betterAuth, type BetterAuthOptions } from 'better-auth';
import type { Database } from '../platform/database/index.ts';
import type { Log } from '../platform/log/index.ts';
import { instant, newId, type Runtime } from '../platform/runtime.ts';
import { passwordLength } from './input.ts';
import type { CredentialCheck } from './credentialCheck.ts';
import type { Passwords } from './passwords.ts';

/** Where our front's belief about the client's address is handed to the library; it never comes from outside. */
export const CLIENT_HEADER = 'x-waypost-client';

/** A session ends so long after signing in; reading it never writes. In seconds. */
export const SESSION_SECONDS = 14 * 24 * 3600;

export interface LibraryDeps {
  database: Database;
  runtime: Runtime;
  secret: string;
  publicUrl: string;
  passwords: Passwords;
  check: Pick<CredentialCheck, 'verify'>;
  log: Log;
}

/**
 * better-auth keeps logins, passwords and sessions. What proves an address is ours (`enterTokens.ts`): its own links
 * are spent by GET, which mail scanners do, and its sign-up stores the password of whoever came first.
 */
export function createLibrary(deps: LibraryDeps) {
  return betterAuth(libraryOptions(deps));
}

export type Library = ReturnType<typeof createLibrary>;

/** The library's settings; a test compares the tables they ask for with those that our migration makes. */
export function libraryOptions({ database, runtime, secret, publicUrl, passwords, check, log }: LibraryDeps) {
  const { origin, protocol } = new URL(publicUrl);
  return {
    appName: 'Waypost',
    baseURL: origin,
    basePath: '/api/auth',
    trustedOrigins: [origin],
    secret,
    // Without plugins: the library names columns itself and would meet CamelCasePlugin's names on the way back.
    database: { db: database.db.withoutPlugins(), type: database.dialect, transaction: false },
    telemetry: { enabled: false },
    ...tableNames,
    session: {
      ...tableNames.session,
      expiresIn: SESSION_SECONDS,
      disableSessionRefresh: true,
      deferSessionRefresh: true,
      freshAge: 0,
    },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      autoSignIn: false,
      requireEmailVerification: true,
      minPasswordLength: passwordLength.min,
      maxPasswordLength: 2 * passwordLength.max, // it counts UTF-16 units, we count characters
      password: { hash: passwords.hash, verify: check.verify },
    },
    rateLimit: {
      ...tableNames.rateLimit,
      enabled: true,
      storage: 'database',
      window: 60,
      max: 120,
      // Sign-ins are counted by our own limits, by account as well; the library's window would start anew with each try.
      customRules: { '/sign-in/email': false, '/get-session': false },
    },
    advanced: {
      cookiePrefix: 'waypost',
      useSecureCookies: protocol === 'https:',
      ipAddress: { ipAddressHeaders: [CLIENT_HEADER] },
      database: { generateId: () => newId(runtime), validateSchema: false },
      disableOriginCheck: false,
      disableCSRFCheck: false,
    },
    databaseHooks: {
      session: {
        create: {
          // The application's clock, as everywhere.
          before: async (session) => ({ data: { ...session, ...sessionTimes(runtime) } }),
          after: async ({ userId }) => {
            const lastSignInAt = instant(runtime.now());
            await database.db.updateTable('login').set({ lastSignInAt }).where('id', '=', userId).execute();
          },
        },
      },
    },
    // Its warnings name addresses and say nothing that an operator could mend. (With `level` it would also write to
    // the console by itself.)
    logger: { log: (level, message) => void (level === 'error' && log.error({ library: 'better-auth' }, message)) },
  } satisfies BetterAuthOptions;
}

function sessionTimes(runtime: Runtime) {
  const now = runtime.now();
  return { createdAt: new Date(now), updatedAt: new Date(now), expiresAt: new Date(now + SESSION_SECONDS * 1000) };
}

/** {@link sessionTimes} as our own statements write them. */
export function sessionInstants(runtime: Runtime) {
  const now = runtime.now();
  return { createdAt: instant(now), updatedAt: instant(now), expiresAt: instant(now + SESSION_SECONDS * 1000) };
}

const times = { createdAt: 'created_at', updatedAt: 'updated_at' };

/** The library's tables under our names: `user`, `session`, `account` mean other things here. */
const tableNames = {
  user: { modelName: 'login', fields: { emailVerified: 'email_verified', ...times } },
  session: {
    modelName: 'login_session',
    fields: {
      userId: 'user_id',
      expiresAt: 'expires_at',
      ipAddress: 'ip_address',
      userAgent: 'user_agent',
      ...times,
    },
  },
  account: {
    modelName: 'credential',
    fields: {
      accountId: 'account_id',
      providerId: 'provider_id',
      userId: 'user_id',
      accessToken: 'access_token',
      refreshToken: 'refresh_token',
      idToken: 'id_token',
      accessTokenExpiresAt: 'access_token_expires_at',
      refreshTokenExpiresAt: 'refresh_token_expires_at',
      ...times,
    },
  },
  verification: {
    modelName: 'login_token',
    storeIdentifier: 'hashed',
    fields: { expiresAt: 'expires_at', ...times },
  },
  rateLimit: { modelName: 'login_limit', fields: { lastRequest: 'last_request' } },
} as const;
