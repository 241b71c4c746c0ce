import type { Database, Tx } from '../platform/database/index.ts';
import type { Limits } from '../platform/limits/index.ts';
import type { Log } from '../platform/log/index.ts';
import type { Runtime } from '../platform/runtime.ts';
import { createSecrets } from '../platform/secrets/index.ts';
import { createAccessLog } from './accessLog.ts';
import { createActing } from './acting.ts';
import { createAccountInvitations } from './accountInvitations.ts';
import { createAuthApi } from './authApi.ts';
import { createColleagues } from './colleagues.ts';
import { createCompanies } from './companies.ts';
import { createCredentialCheck } from './credentialCheck.ts';
import { createEntering } from './entering.ts';
import { createEnterTokens, enterLifetime, type MintedToken } from './enterTokens.ts';
import { createFacts } from './facts.ts';
import { createFirstOwner } from './firstOwner.ts';
import { createGuests } from './guests.ts';
import { passwordLength } from './input.ts';
import { createKeys } from './keys.ts';
import { createLibrary } from './library.ts';
import { localPath } from './localPath.ts';
import { createLogins } from './logins.ts';
import { createOwners } from './owners.ts';
import { createMailChoices } from './mailChoices.ts';
import { createParts } from './parts.ts';
import { createMembers } from './members.ts';
import { createPasswords, type ScryptCost } from './passwords.ts';
import { createPeople } from './people.ts';
import type { MailPort, OnActing, OnAddressProven } from './ports.ts';
import { createGuards, defaultRates, type AccountRates } from './rates.ts';
import { createCorrecting } from './privacy/correcting.ts';
import { createErasures } from './privacy/erasures.ts';
import { createRequests } from './requests.ts';
import { createRoleRules } from './roleRules.ts';
import { createRoles } from './roles.ts';
import { createSecondFactors } from './secondFactors.ts';
import { createSecondSteps } from './secondSteps.ts';
import { createSecurity } from './security.ts';
import { createSessionCookies } from './sessionCookies.ts';
import { createSessions } from './sessions.ts';
import { createSetUp } from './setUp.ts';
import { createSigningIn } from './signingIn.ts';
import { createStaffInvitations } from './staffInvitations.ts';
import { createSweeping } from './sweeping.ts';
import type {} from './tables.ts';
import { createViewers } from './viewers.ts';

export interface AccountsDeps {
  database: Database;
  runtime: Runtime;
  /** Signs session cookies: at least 32 characters, for this purpose alone. */
  secret: string;
  /** Where people reach the portal: links, cookies and origins come from here, never from a request. */
  publicUrl: string;
  mail: MailPort;
  onAddressProven: OnAddressProven;
  onActing: OnActing;
  limits: Limits;
  /** How often what is allowed; left out: {@link defaultRates}. */
  rates?: Partial<AccountRates> | undefined;
  log: Log;
  /** What a password hash costs; left out: what OWASP asks for. */
  passwordCost?: ScryptCost | undefined;
}

/** The room, put together. */
export function createAccounts(deps: AccountsDeps) {
  const { database, runtime, secret, publicUrl, mail, onAddressProven, onActing, log } = deps;
  const passwords = createPasswords({ runtime, cost: deps.passwordCost });
  const guards = createGuards({ limits: deps.limits, rates: { ...defaultRates, ...deps.rates } });
  const check = createCredentialCheck({ database, runtime, passwords });
  const library = createLibrary({ database, runtime, secret, publicUrl, passwords, check, log });
  const cookies = createSessionCookies({ secret, library });
  const factors = createSecondFactors({ runtime, key: createSecrets(secret).key('second-factor') });
  const sessions = createSessions({ database, runtime, cookies, factors });
  const accessLog = createAccessLog({ runtime });
  const tokens = createEnterTokens({ runtime });
  const logins = createLogins({ runtime });
  const keys = createKeys({ database, runtime, accessLog });
  const guests = createGuests({ runtime, dialect: database.dialect });
  const requests = createRequests({ database, runtime, secret, mail, guards, passwords, guests, tokens });
  const entrance = createEntering({ database, passwords, tokens, logins, sessions, guards, onAddressProven });
  const roles = createRoles({ dialect: database.dialect, runtime, sessions, tokens, accessLog });
  const acting = createActing({ database, runtime, sessions, accessLog, mail, onActing });
  const { endActing } = acting;
  const steps = createSecondSteps({ database, runtime, cookies, sessions, factors, guards, accessLog });
  const { viewerOfKey: _, ...keyRing } = keys;
  const { claimMail: __, ...guestBook } = guests;
  return {
    /** Characters of a password; for the forms. */
    passwordLength,
    /** How long each kind of mailed link works, in milliseconds; for the pages that say so. */
    enterLifetime,
    /** A local path, or null; for a page that is told where to go. */
    localPath,
    ...createViewers({ keys, sessions }),
    ...createSigningIn({ database, library, check, sessions, logins, passwords, guards, endActing }),
    ...requests,
    ...entrance,
    ...steps,
    ...acting,
    ...createColleagues({ database, runtime, roles, sessions, accessLog }),
    ...createStaffInvitations({
      ...{ database, runtime, mail, guards, passwords, guests, logins, roles, sessions, onAddressProven, accessLog },
    }),
    ...createRoleRules({ database, runtime, factors, accessLog }),
    ...createSecurity({ database, runtime, factors, sessions, logins, passwords, guards, accessLog, mail }),
    ...createAuthApi({ library, check, publicUrl, guards, sessions, ...requests, ...entrance, ...steps }),
    ...guestBook,
    ...createPeople({ database, runtime, passwords, logins, roles }),
    ...createCorrecting({ database, runtime, mail, guards, sessions, tokens, onAddressProven }),
    erasures: createErasures({ runtime, dialect: database.dialect }),
    /** Ends every session of a person, in the caller's transaction. @returns the cookie that clears the browser's. */
    async endSessions(tx: Tx, personId: string): Promise<{ cookies: string[] }> {
      await sessions.endAll(tx, personId);
      return { cookies: [await sessions.clearingCookie()] };
    },
    ...createCompanies({ database, runtime }),
    ...createFacts({ database, runtime }),
    ...createFirstOwner({ database, runtime }),
    ...createOwners({ database }),
    ...createMailChoices({ database }),
    ...createParts({ database, runtime }),
    ...createMembers({ database, runtime }),
    ...createAccountInvitations({ database, runtime, mail, guards, guests, tokens, requestLink: requests.requestLink }),
    ...keyRing,
    ...createSetUp({ database, runtime, passwords, tokens, guests, logins, sessions, guards, onAddressProven }),
    ...createSweeping({ database, runtime }),

    /**
     * A token for the mail that asks a guest to prove their address, made when the mail is sent. For rooms that mail
     * guests about their own things, after `claimUnverifiedMail`.
     */
    mintEnterToken: (tx: Tx, order: { personId: string; returnTo?: string | null }): Promise<MintedToken> =>
      tokens.mint(tx, { ...order, purpose: 'guest' }),
  };
}

export type Accounts = ReturnType<typeof createAccounts>;
