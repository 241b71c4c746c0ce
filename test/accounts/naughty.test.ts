import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, it } from 'vitest';
import { operator } from '../../src/accounts/index.ts';
import { asRefusal } from '../../src/platform/refusal.ts';
import { eachDatabase } from '../support/databases.ts';
import { client, openPortal, password, refusalOf, type Portal } from './portal.ts';

/** Strings that break text handling, which nobody here wrote; they live beside the project. */
const corpus = fileURLToPath(new URL('../../../shared/corpora/naughty-strings.json', import.meta.url));
const own = [
  '',
  ' ',
  'a\u0000b',
  '\ud800',
  'x\udc00y',
  '\r\nBcc: x@evil.example',
  '椅子 Ünï 🪑',
  "Robert'); drop table person;--",
  '\u202Etxt',
];

function naughty(): string[] {
  if (existsSync(corpus)) return [...own, ...(JSON.parse(readFileSync(corpus, 'utf8')) as string[])];
  console.log('The corpus of naughty strings is not beside the project: only our own list was tried.');
  return own;
}

eachDatabase('accounts: strings that break text handling', (source) => {
  let portal: Portal;
  beforeAll(async () => {
    portal = await openPortal(source, { passwordCost: { n: 16, r: 1, p: 1 } });
    await portal.person('mei@kitewood.example');
  });

  /** The fields and keys that were refused, or null when all was taken. Anything else that is thrown fails the test. */
  async function refused(work: Promise<unknown>): Promise<string[] | null> {
    try {
      await work;
      return null;
    } catch (error) {
      const refusal = asRefusal(error);
      if (refusal?.code !== 'invalid') throw error;
      expect(refusal.fields.every((fault) => /^(errors|accounts)\./.test(fault.key))).toBe(true);
      return refusal.fields.map((fault) => fault.field);
    }
  }

  it('come back byte-equal as a name, or are refused in words', { timeout: 60_000 }, async () => {
    let taken = 0;
    for (const [index, name] of naughty().entries()) {
      const email = `name${index}@kitewood.example`;
      const fields = await refused(
        portal.accounts.addPerson(operator, { email, name, role: 'customer', verified: false }),
      );
      if (fields) {
        expect([name, fields]).toEqual([name, ['name']]);
        continue;
      }
      taken += 1;
      const row = await portal.database.db
        .selectFrom('person')
        .select('name')
        .where('email', '=', email)
        .executeTakeFirstOrThrow();
      expect(Buffer.from(row.name)).toEqual(Buffer.from(name));
    }
    expect(taken).toBeGreaterThanOrEqual(own.length / 3);
  });

  it('are never an address that something else follows from', { timeout: 60_000 }, async () => {
    for (const email of naughty()) {
      const fields = [
        await refused(portal.accounts.requestLink({ email }, client)),
        await refused(portal.accounts.signUp({ name: 'X', email, password }, client)),
        await refused(
          portal.database.transaction((tx) => portal.accounts.guest(tx, { email, name: 'X', locale: 'en' })),
        ),
      ];
      for (const faulty of fields) expect([email, faulty]).toEqual([email, ['email']]);
      expect(await refused(portal.accounts.signIn({ email, password }, client))).not.toBeNull();
    }
  });

  it('work as a password, or are refused in words', { timeout: 60_000 }, async () => {
    const login = { email: 'word@kitewood.example', name: 'Word', role: 'customer', verified: true } as const;
    await portal.accounts.addPerson(operator, { ...login, password });
    for (const word of naughty()) {
      expect(await refused(portal.accounts.signIn({ email: login.email, password: word }, client))).not.toBeNull();
      await portal.accounts.requestReset({ email: login.email }, client);
      const fields = await refused(
        portal.accounts.resetPassword(await portal.newestToken(), { password: word }, client),
      );
      if (fields) {
        expect([word, fields]).toEqual([word, ['password']]);
        continue;
      }
      expect((await portal.accounts.signIn({ email: login.email, password: word }, client)).cookies).toHaveLength(1);
      await portal.accounts.requestReset({ email: login.email }, client);
      await portal.accounts.resetPassword(await portal.newestToken(), { password }, client);
    }
  });

  it('open nothing as a token, a key or a cookie', { timeout: 60_000 }, async () => {
    for (const token of naughty()) {
      expect(await portal.accounts.lookAtEnter(token)).toEqual({ state: 'over' });
      expect(await refused(portal.accounts.enter(token, client))).toEqual(['token']);
      await portal.accounts.refuseEnter(token, client);
      expect(await portal.accounts.personById(portal.database.db, token)).toBeNull();
      expect((await refusalOf(portal.accounts.revokeKey(operator, token))).code).toBe('not_found');
      const headers = new Headers({ cookie: `waypost.session_token=${encodeURIComponent(token.toWellFormed())}` });
      expect(await portal.accounts.viewerOf({ headers })).toEqual({ kind: 'anonymous' });
    }
  });
});
