import { createHmac } from 'node:crypto';
import type { Selectable } from 'kysely';
import type { Database, Tx } from '../platform/database/index.ts';
import { readInput } from '../platform/fields/index.ts';
import type { Locale } from '../platform/i18n/index.ts';
import { instant, newId, type Runtime } from '../platform/runtime.ts';
import type { EnterTokens } from './enterTokens.ts';
import { guestOf, provenOf, type Guests } from './guests.ts';
import { mailRequestInput, signUpInput } from './input.ts';
import { SALT_BYTES, type Passwords } from './passwords.ts';
import type { Client, MailPort } from './ports.ts';
import type { Guards } from './rates.ts';
import type { EnterRequestTable } from './tables.ts';

/** A request that the worker reaches later than this is not answered any more: whoever asked has gone. */
const STALE_MS = 24 * 3_600_000;

type EnterRequest = Selectable<EnterRequestTable>;

/** A mail to send now. Nothing in it was chosen by whoever asked. */
export type AccountMail =
  | {
      template: 'verify' | 'link' | 'reset';
      to: string;
      /** The person's name, once their address is proven; before, anybody could have chosen it. */
      name: string | null;
      locale: Locale;
      personId: string;
      token: string;
      askedAt: string;
      expiresAt: string;
    }
  /** Somebody tried to sign up with an address that has an account. */
  | { template: 'known'; to: string; name: string; locale: Locale; personId: string; askedAt: string };

export interface SignUpInput {
  name: string;
  email: string;
  password: string;
  locale?: Locale;
  returnTo?: unknown;
}

export interface MailRequestInput {
  email: string;
  locale?: Locale;
  returnTo?: unknown;
}

export interface RequestDeps {
  database: Database;
  runtime: Runtime;
  secret: string;
  mail: MailPort;
  guards: Guards;
  passwords: Passwords;
  guests: Guests;
  tokens: EnterTokens;
}

/**
 * Asking for a mail: sign-up, link, new password. The request looks nobody up, it only writes down what was asked, so
 * known and unknown addresses cannot differ in text, status or time. The worker finds out whom it is about.
 */
export function createRequests(deps: RequestDeps) {
  const { database, runtime, secret, mail, guards, passwords, guests, tokens } = deps;

  type Asked = Pick<EnterRequest, 'purpose' | 'email' | 'name' | 'passwordHash' | 'locale' | 'returnTo'>;

  async function write(asked: Asked): Promise<{ email: string }> {
    const id = newId(runtime);
    await database.transaction(async (tx) => {
      await tx
        .insertInto('enterRequest')
        .values({ id, ...asked, createdAt: instant(runtime.now()), claimedAt: null })
        .execute();
      const kind = asked.purpose === 'reset' ? 'mail.reset' : 'mail.enter';
      await mail.enqueue(tx, { kind, key: `${kind}:${id}`, requestId: id, locale: asked.locale });
    });
    return { email: asked.email };
  }

  /** The same for every sign-up of an address, so that a form sent twice is seen to hold the same password. */
  function signUpSalt(email: string): Buffer {
    return createHmac('sha256', secret).update(`sign-up-salt\n${email}`).digest().subarray(0, SALT_BYTES);
  }

  async function ask(purpose: 'link' | 'reset', input: MailRequestInput, client: Client): Promise<{ email: string }> {
    const { email, locale, returnTo } = readInput(mailRequestInput, input);
    await guards.mail(email, client);
    return write({ purpose, email, name: null, passwordHash: null, locale, returnTo });
  }

  /** The address's one mail of the day, unless this very request has it already (the job is tried again). */
  async function claim(tx: Tx, request: EnterRequest, personId: string): Promise<boolean> {
    if (request.claimedAt) return true;
    if (!(await guests.claimMail(tx, personId))) return false;
    const claimedAt = instant(runtime.now());
    await tx.updateTable('enterRequest').set({ claimedAt }).where('id', '=', request.id).execute();
    return true;
  }

  async function compose(tx: Tx, request: EnterRequest): Promise<AccountMail | null> {
    const { email: to, createdAt: askedAt } = request;
    const proven = await provenOf(tx, to);
    const locale = proven?.locale ?? request.locale;
    const link = async (template: 'verify' | 'link' | 'reset', personId: string): Promise<AccountMail> => {
      const purpose = template === 'verify' ? 'sign-up' : template;
      // A guest gets no second mail today, so this one has to last as long.
      const lasting = template === 'link' && !proven ? { lifetimeMs: STALE_MS } : {};
      const order = { personId, purpose, requestId: request.id, returnTo: request.returnTo, ...lasting } as const;
      return { template, to, name: proven?.name ?? null, locale, personId, askedAt, ...(await tokens.mint(tx, order)) };
    };
    if (request.purpose === 'sign-up') {
      if (!proven) {
        const { personId } = await guests.guest(tx, { email: to, name: request.name ?? to, locale });
        return (await claim(tx, request, personId)) ? link('verify', personId) : null;
      }
      const { id: personId, name } = proven;
      return (await claim(tx, request, personId)) ? { template: 'known', to, name, locale, personId, askedAt } : null;
    }
    if (request.purpose === 'reset') return proven ? link('reset', proven.id) : null;
    if (proven) return link('link', proven.id);
    const guest = await guestOf(tx, to);
    return guest && (await claim(tx, request, guest.id)) ? link('link', guest.id) : null;
  }

  return {
    /**
     * Asks for an account. The answer is the same for every address; the mail says whether there is one already.
     * @throws Refusal `invalid`, `limited`
     */
    async signUp(input: SignUpInput, client: Client): Promise<{ email: string }> {
      const { name, email, password, locale, returnTo } = readInput(signUpInput, input);
      await guards.mail(email, client);
      const passwordHash = await passwords.hash(password, signUpSalt(email));
      return write({ purpose: 'sign-up', email, name, passwordHash, locale, returnTo });
    },

    /** Asks for a link that signs in. @throws Refusal `invalid`, `limited` */
    requestLink: (input: MailRequestInput, client: Client) => ask('link', input, client),

    /** Asks for a link to choose a new password. @throws Refusal `invalid`, `limited` */
    requestReset: (input: MailRequestInput, client: Client) => ask('reset', input, client),

    /**
     * What the worker sends for a request, with a token made this moment; null when nothing is to be sent. It may be
     * called again for the same request when sending failed.
     */
    async composeMail(requestId: string): Promise<AccountMail | null> {
      return database.transaction(async (tx) => {
        const request = await tx
          .selectFrom('enterRequest')
          .selectAll()
          .where('id', '=', requestId)
          .where('createdAt', '>', instant(runtime.now() - STALE_MS))
          .executeTakeFirst();
        return request ? compose(tx, request) : null;
      });
    },
  };
}
