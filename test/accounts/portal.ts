import type { KyselyPlugin } from 'kysely';
import {
  createAccounts,
  accountsMigration,
  staffAccessMigration,
  companiesMigration,
  operator,
  type Accounts,
  type AccountsDeps,
} from '../../src/accounts/index.ts';
import type {
  AccessMailJob,
  ActingChange,
  AccountMailJob,
  ProvenAddress,
  Role,
  Viewer,
} from '../../src/accounts/index.ts';
import { platformMigration, type Database } from '../../src/platform/database/index.ts';
import { createLimits } from '../../src/platform/limits/index.ts';
import { createLog } from '../../src/platform/log/index.ts';
import { systemRuntime, type Runtime } from '../../src/platform/runtime.ts';
import { asRefusal, type Refusal } from '../../src/platform/refusal.ts';
import type { DatabaseSource } from '../support/databases.ts';

const generous = { max: 100_000, windowSeconds: 60 };

export const client = { address: '192.0.2.7', userAgent: 'Test/1.0' };
export const password = 'three ordinary words';

/** The room on a fresh database, with the doors that the application would connect. */
export interface Portal {
  accounts: Accounts;
  database: Database;
  /** Jobs that were owed, oldest first. */
  jobs: AccountMailJob[];
  /** Mails about access that were owed, oldest first. */
  notices: AccessMailJob[];
  /** What the hook was told. */
  proven: ProvenAddress[];
  /** What the hook of acting was told. */
  acted: ActingChange[];
  logged: string[];
  /** How many queries were asked outside transactions so far. */
  queries(): number;
  /** Moves the clock. */
  later(milliseconds: number): void;
  now(): number;
  /** Composes the newest owed mail. */
  newestMail(): ReturnType<Accounts['composeMail']>;
  /** The token in the newest owed mail. */
  newestToken(): Promise<string>;
  /** Adds somebody with a proven address and the common password. */
  person(email: string, role?: Role): Promise<string>;
  /** Who a set of cookies stands for. */
  viewer(cookies: string[]): Promise<Viewer>;
}

export async function openPortal(source: DatabaseSource, deps: Partial<AccountsDeps> = {}): Promise<Portal> {
  const opened = await source.fresh([platformMigration, accountsMigration, companiesMigration, staffAccessMigration]);
  let queries = 0;
  const counting: KyselyPlugin = {
    transformQuery: ({ node }) => node,
    // Statements that are kept compiled have no query to transform.
    transformResult: async ({ result }) => {
      queries += 1;
      return result;
    },
  };
  const database = { ...opened, db: opened.db.withPlugin(counting) };
  let shift = 0;
  const runtime: Runtime = { ...systemRuntime(), now: () => Date.now() + shift };
  const jobs: AccountMailJob[] = [];
  const notices: AccessMailJob[] = [];
  const proven: ProvenAddress[] = [];
  const acted: ActingChange[] = [];
  const logged: string[] = [];
  const accounts = createAccounts({
    database,
    runtime,
    secret: 'a secret of the tests, long enough to be one',
    publicUrl: 'http://portal.example:4321',
    mail: { enqueue: async (_tx, job) => void jobs.push(job), notify: async (_tx, job) => void notices.push(job) },
    onAddressProven: async (_tx, address) => void proven.push(address),
    onActing: async (_tx, change) => void acted.push(change),
    limits: createLimits({ database, runtime, key: new Uint8Array(32) }),
    rates: {
      signInPerAccount: generous,
      signInPerClient: generous,
      mailPerAddress: generous,
      mailPerClient: generous,
      enterPerClient: generous,
      codePerLogin: generous,
      codePerStep: generous,
      codePerClient: generous,
    },
    log: createLog({ level: 'debug', destination: { write: (line) => void logged.push(line) } }),
    passwordCost: { n: 1024, r: 8, p: 1 },
    ...deps,
  });
  const newestMail = () => accounts.composeMail(jobs.at(-1)?.requestId ?? '');
  return {
    accounts,
    database,
    jobs,
    notices,
    proven,
    acted,
    logged,
    queries: () => queries,
    later: (milliseconds) => void (shift += milliseconds),
    now: () => runtime.now(),
    newestMail,
    async newestToken() {
      const mail = await newestMail();
      if (!mail || !('token' in mail)) throw new Error('No mail with a token is owed.');
      return mail.token;
    },
    async person(email, role = 'customer') {
      return (await accounts.addPerson(operator, { email, name: `Name of ${email}`, role, verified: true, password }))
        .personId;
    },
    viewer: (cookies) => accounts.viewerOf({ headers: cookieHeaders(cookies) }),
  };
}

/** What a browser would send back. */
export function cookieHeaders(cookies: string[]): Headers {
  return new Headers({ cookie: cookies.map((cookie) => cookie.split(';')[0]).join('; ') });
}

/** The refusal that a call ends in. */
export async function refusalOf(work: Promise<unknown>): Promise<Refusal> {
  try {
    await work;
  } catch (error) {
    const refusal = asRefusal(error);
    if (refusal) return refusal;
    throw error;
  }
  throw new Error('It was not refused.');
}
