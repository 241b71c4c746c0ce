import type { Database, Db, Tx } from '../platform/database/index.ts';
import { readInput } from '../platform/fields/index.ts';
import type { Locale } from '../platform/i18n/index.ts';
import { instant, type Runtime } from '../platform/runtime.ts';
import { tokenOver, type EnterLook, type EnterTokens, type MintedToken } from './enterTokens.ts';
import { guestOf, provenOf, whileUnique, type Guests } from './guests.ts';
import { setUpInput } from './input.ts';
import type { Logins } from './logins.ts';
import type { Passwords } from './passwords.ts';
import type { Client, OnAddressProven } from './ports.ts';
import type { Guards } from './rates.ts';
import type { Sessions } from './sessions.ts';

export interface SetUpInput {
  name: string;
  email: string;
  password: string;
  locale?: Locale;
}

export interface SetUpDeps {
  database: Database;
  runtime: Runtime;
  passwords: Passwords;
  tokens: EnterTokens;
  guests: Guests;
  logins: Logins;
  sessions: Sessions;
  guards: Guards;
  onAddressProven: OnAddressProven;
}

/** The first administrator, who has nobody to ask. */
export function createSetUp(deps: SetUpDeps) {
  const { database, runtime, passwords, tokens, guests, logins, sessions, guards, onAddressProven } = deps;

  return {
    /**
     * A one-time token for the set-up page, printed by the one who starts the portal; earlier ones stop working. Null
     * when there is an administrator.
     */
    async mintSetUpToken(): Promise<MintedToken | null> {
      return database.transaction(async (tx) => {
        if (await hasAdministrator(tx)) return null;
        await tx
          .updateTable('enterToken')
          .set({ spentAt: instant(runtime.now()) })
          .where('purpose', '=', 'set-up')
          .where('spentAt', 'is', null)
          .execute();
        return tokens.mint(tx, { purpose: 'set-up', personId: null });
      });
    },

    /** Whether a set-up token works, without spending it. */
    lookAtSetUp: (token: string): Promise<EnterLook> => tokens.look(database.db, token, ['set-up']),

    /**
     * Makes the first administrator and signs them in. Whoever could read the token on the server's own output vouches
     * for the address.
     * @throws Refusal `invalid` (a field, or `token`), `limited`
     */
    async setUp(token: string, input: SetUpInput, client: Client): Promise<{ cookies: string[]; personId: string }> {
      const { name, email, password, locale } = readInput(setUpInput, input);
      await guards.enter(client);
      const hash = await passwords.hash(password);
      return whileUnique(() =>
        database.transaction(async (tx) => {
          await tokens.spend(tx, token, ['set-up']);
          if (await hasAdministrator(tx)) throw tokenOver();
          const known = (await provenOf(tx, email)) ?? (await guestOf(tx, email));
          const named = known?.id ?? (await guests.guest(tx, { name, email, locale })).personId;
          const proof = await logins.prove(tx, named);
          if (!proof) throw tokenOver();
          const { personId, loginId, guestPersonId } = proof;
          await onAddressProven(tx, { personId, guestPersonId });
          await tx
            .updateTable('person')
            .set({ name, locale, role: 'administrator' })
            .where('id', '=', personId)
            .execute();
          await logins.setPassword(tx, loginId, hash);
          const { cookie } = await sessions.start(tx, loginId, client);
          return { cookies: [cookie], personId };
        }),
      );
    },
  };
}

async function hasAdministrator(db: Db | Tx): Promise<boolean> {
  const found = await db
    .selectFrom('person')
    .select('id')
    .where('role', '=', 'administrator')
    .where('verifiedAt', 'is not', null)
    .limit(1)
    .execute();
  return found.length > 0;
}
