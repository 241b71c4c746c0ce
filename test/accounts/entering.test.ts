import { beforeAll, describe, expect, it } from 'vitest';
import { anonymous, operator } from '../../src/accounts/index.ts';
import type { AccountMail } from '../../src/accounts/index.ts';
import { eachDatabase } from '../support/databases.ts';
import { client, openPortal, password, refusalOf, type Portal } from './portal.ts';

const HOUR = 3_600_000;
const over = [{ field: 'token', key: 'accounts.expired.text' }];

eachDatabase('accounts: coming in by mail', (source) => {
  let portal: Portal;
  beforeAll(async () => {
    portal = await openPortal(source);
  });

  const signUp = (email: string, word = password, at = portal) =>
    at.accounts.signUp({ name: 'Mei Lin', email, password: word, locale: 'zh-cn', returnTo: '/zh-cn/tickets' }, client);
  const link = (email: string, at = portal) => at.accounts.requestLink({ email, returnTo: '/en/orders' }, client);
  const guest = (email: string, at = portal) =>
    at.database.transaction(async (tx) => {
      const { personId } = await at.accounts.guest(tx, { email, name: 'A guest', locale: 'en' });
      return { personId, mailed: await at.accounts.claimUnverifiedMail(tx, personId) };
    });
  const guestToken = (personId: string, at = portal) =>
    at.database.transaction(
      async (tx) => (await at.accounts.mintEnterToken(tx, { personId, returnTo: '/en/tickets' })).token,
    );
  const signIn = (email: string, word = password, at = portal) => at.accounts.signIn({ email, password: word }, client);

  it('signs up: nothing counts before the button behind the mail is pressed', async () => {
    await signUp('new@kitewood.example');
    expect((await refusalOf(signIn('new@kitewood.example'))).fields[0]?.key).toBe('accounts.signIn.wrong');
    const mail = await portal.newestMail();
    expect(mail).toMatchObject({ template: 'verify', to: 'new@kitewood.example', name: null, locale: 'zh-cn' });
    const { token } = mail as Extract<AccountMail, { token: string }>;
    for (let looks = 0; looks < 3; looks++) {
      expect(await portal.accounts.lookAtEnter(token)).toMatchObject({
        state: 'ready',
        purpose: 'sign-up',
        email: 'new@kitewood.example',
      });
    }
    const entered = await portal.accounts.enter(token, client);
    expect(entered).toMatchObject({ returnTo: '/zh-cn/tickets', hasPassword: true });
    expect(await portal.viewer(entered.cookies)).toMatchObject({
      name: 'Mei Lin',
      verified: true,
      role: 'customer',
      locale: 'zh-cn',
    });
    expect(portal.proven.at(-1)).toEqual({ personId: entered.personId, guestPersonId: null });
    expect(await portal.viewer((await signIn('new@kitewood.example')).cookies)).toMatchObject({
      personId: entered.personId,
    });
  });

  it('spends a token once, also when two press at the same moment', async () => {
    const { personId } = await guest('twice@kitewood.example');
    const token = await guestToken(personId);
    const presses = await Promise.allSettled([1, 2, 3].map(() => portal.accounts.enter(token, client)));
    expect(presses.filter((press) => press.status === 'fulfilled')).toHaveLength(1);
    expect((await refusalOf(portal.accounts.enter(token, client))).fields).toEqual(over);
    expect(await portal.accounts.lookAtEnter(token)).toEqual({ state: 'over' });
  });

  it('lets two different links of one address be pressed at the same moment', async () => {
    const { personId } = await guest('both@kitewood.example');
    const tokens = [await guestToken(personId), await guestToken(personId)];
    const entered = await Promise.all(tokens.map((token) => portal.accounts.enter(token, client)));
    expect(new Set(entered.map((one) => one.personId)).size).toBe(1);
  });

  it('takes no token of another purpose, too old, or made up', async () => {
    const own = await openPortal(source);
    await own.person('mei@kitewood.example');
    await own.accounts.requestReset({ email: 'mei@kitewood.example' }, client);
    const reset = await own.newestToken();
    expect((await refusalOf(own.accounts.enter(reset, client))).fields).toEqual(over);
    expect(await own.accounts.lookAtEnter(reset)).toEqual({ state: 'over' });
    await link('mei@kitewood.example', own);
    const enter = await own.newestToken();
    expect(
      (await refusalOf(own.accounts.resetPassword(enter, { password: 'four other ordinary words' }, client))).fields,
    ).toEqual(over);
    expect(
      (await refusalOf(own.accounts.setUp(enter, { name: 'X', email: 'x@kitewood.example', password }, client))).fields,
    ).toEqual(over);
    own.later(HOUR + 1);
    expect((await refusalOf(own.accounts.enter(enter, client))).fields).toEqual(over);
    for (const made of ['', 'x', '\u0000', '🙂'.repeat(50), 'x'.repeat(10_000)]) {
      expect((await refusalOf(own.accounts.enter(made, client))).fields).toEqual(over);
    }
  });

  it('stores tokens and keys hashed only', async () => {
    const { personId } = await guest('hashed@kitewood.example');
    const token = await guestToken(personId);
    const rows = await portal.database.db.selectFrom('enterToken').selectAll().execute();
    expect(JSON.stringify(rows)).not.toContain(token);
  });

  it('signs in by link, and tells an unknown address nothing', async () => {
    const own = await openPortal(source);
    const mei = await own.person('mei@kitewood.example');
    expect(await link('mei@kitewood.example', own)).toEqual({ email: 'mei@kitewood.example' });
    expect(await own.newestMail()).toMatchObject({
      template: 'link',
      personId: mei,
      name: 'Name of mei@kitewood.example',
    });
    const entered = await own.accounts.enter(await own.newestToken(), client);
    expect(entered).toMatchObject({ personId: mei, returnTo: '/en/orders', hasPassword: true });
    expect(own.proven).toEqual([]);
    expect(await link('nobody@kitewood.example', own)).toEqual({ email: 'nobody@kitewood.example' });
    expect(await own.newestMail()).toBeNull();
    expect(
      await own.database.db.selectFrom('person').select('id').where('email', '=', 'nobody@kitewood.example').execute(),
    ).toEqual([]);
  });

  it('owes jobs that carry ids alone', async () => {
    await signUp('canary-7719@kitewood.example');
    await link('canary-7719@kitewood.example');
    expect(JSON.stringify(portal.jobs)).not.toContain('canary-7719');
  });

  it('tells a known address by mail that it has an account, once a day, and changes nothing', async () => {
    const own = await openPortal(source);
    await own.person('mei@kitewood.example');
    expect(await signUp('Mei@kitewood.example', 'a password of a stranger', own)).toEqual({
      email: 'mei@kitewood.example',
    });
    expect(await own.newestMail()).toMatchObject({
      template: 'known',
      locale: 'en',
      name: 'Name of mei@kitewood.example',
    });
    await signUp('mei@kitewood.example', 'a password of a stranger', own);
    expect(await own.newestMail()).toBeNull();
    expect((await refusalOf(signIn('mei@kitewood.example', 'a password of a stranger', own))).code).toBe('invalid');
    await signIn('mei@kitewood.example', password, own);
  });

  it('chooses a new password: every session and every older link ends', async () => {
    const own = await openPortal(source);
    await own.person('mei@kitewood.example');
    const { cookies } = await signIn('mei@kitewood.example', password, own);
    await own.accounts.requestReset({ email: 'mei@kitewood.example' }, client);
    const older = await own.newestToken();
    const token = await own.newestToken();
    const weak = await refusalOf(own.accounts.resetPassword(token, { password: 'short' }, client));
    expect(weak.fields).toEqual([{ field: 'password', key: 'errors.tooShort', params: { min: 10 } }]);
    expect(await own.accounts.lookAtReset(token)).toMatchObject({ state: 'ready', email: 'mei@kitewood.example' });
    const entered = await own.accounts.resetPassword(token, { password: 'four other ordinary words' }, client);
    expect(await own.viewer(entered.cookies)).toMatchObject({ kind: 'person' });
    expect(await own.viewer(cookies)).toEqual(anonymous);
    expect(
      (await refusalOf(own.accounts.resetPassword(older, { password: 'another try at the door' }, client))).fields,
    ).toEqual(over);
    expect((await refusalOf(signIn('mei@kitewood.example', password, own))).code).toBe('invalid');
    await signIn('mei@kitewood.example', 'four other ordinary words', own);
  });

  it('lets somebody say that it was not them', async () => {
    const own = await openPortal(source);
    await signUp('victim@kitewood.example', password, own);
    const token = await own.newestToken();
    await own.accounts.refuseEnter(token, client);
    await own.accounts.refuseEnter(token, client);
    expect((await refusalOf(own.accounts.enter(token, client))).fields).toEqual(over);
    const kept = await own.database.db.selectFrom('enterRequest').select('passwordHash').execute();
    expect(kept).toEqual([{ passwordHash: null }]);
  });

  describe('guests', () => {
    it('makes one guest of an address, also when several ask at once', async () => {
      const ids = await Promise.all([1, 2, 3, 4].map(() => guest('many@kitewood.example')));
      expect(new Set(ids.map((one) => one.personId)).size).toBe(1);
      expect(ids.filter((one) => one.mailed)).toHaveLength(1);
    });

    it('gives an unproven address one mail a day, whoever asks, and the same mail again when sending failed', async () => {
      const own = await openPortal(source);
      expect((await guest('quiet@kitewood.example', own)).mailed).toBe(true);
      expect((await guest('quiet@kitewood.example', own)).mailed).toBe(false);
      await signUp('quiet@kitewood.example', password, own);
      expect(await own.newestMail()).toBeNull();
      await link('quiet@kitewood.example', own);
      expect(await own.newestMail()).toBeNull();
      own.later(24 * HOUR + 1);
      await link('quiet@kitewood.example', own);
      expect(await own.newestMail()).toMatchObject({ template: 'link', name: null });
      expect(await own.newestMail()).toMatchObject({ template: 'link' });
      expect((await guest('quiet@kitewood.example', own)).mailed).toBe(false);
    });

    it('becomes a proven person, and is told once', async () => {
      const { personId } = await guest('ask@kitewood.example');
      expect(await portal.accounts.contact(portal.database.db, personId)).toEqual({
        name: 'A guest',
        email: 'ask@kitewood.example',
        locale: 'en',
        verified: false,
      });
      const entered = await portal.accounts.enter(await guestToken(personId), client);
      expect(entered).toMatchObject({ personId, returnTo: '/en/tickets', hasPassword: false });
      expect(portal.proven.at(-1)).toEqual({ personId, guestPersonId: null });
      expect(await portal.viewer(entered.cookies)).toMatchObject({ personId, verified: true });
    });

    it('stays apart from the proven person of the address until proven, then merges', async () => {
      const mei = await portal.person('merge@kitewood.example');
      const { personId } = await guest('merge@kitewood.example');
      expect(personId).not.toBe(mei);
      const entered = await portal.accounts.enter(await guestToken(personId), client);
      expect(entered.personId).toBe(mei);
      expect(portal.proven.at(-1)).toEqual({ personId: mei, guestPersonId: personId });
      expect(await portal.accounts.personById(portal.database.db, personId)).toMatchObject({ id: mei, verified: true });
      const again = await guest('merge@kitewood.example');
      expect(again.personId).not.toBe(personId);
      await link('merge@kitewood.example');
      await portal.accounts.enter(await portal.newestToken(), client);
      expect(portal.proven.at(-1)).toEqual({ personId: mei, guestPersonId: again.personId });
    });

    it('is not proven away under somebody who is writing for it', async () => {
      const seen: number[] = [];
      const own = await openPortal(source, {
        onAddressProven: async (tx, { personId }) => {
          seen.push((await tx.selectFrom('membership').selectAll().where('personId', '=', personId).execute()).length);
        },
      });
      const { accountId } = await own.accounts.addAccount(operator, { name: 'Written in the meantime' });
      const token = await guestToken((await guest('busy@kitewood.example', own)).personId, own);
      const [started, go] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      const writing = own.database.transaction(async (tx) => {
        const { personId } = await own.accounts.guest(tx, { email: 'busy@kitewood.example', name: 'G', locale: 'en' });
        started.resolve();
        await go.promise;
        await tx
          .insertInto('membership')
          .values({ accountId, personId, role: 'member', createdAt: new Date().toISOString() })
          .execute();
      });
      await started.promise;
      const entering = own.accounts.enter(token, client);
      setTimeout(go.resolve, 150);
      await Promise.all([writing, entering]);
      expect(seen).toEqual([1]);
    });

    it('rolls everything back when another room cannot follow, the token included', async () => {
      const failing = await openPortal(source, { onAddressProven: () => Promise.reject(new Error('no')) });
      const { personId } = await guest('failing@kitewood.example', failing);
      const token = await guestToken(personId, failing);
      await expect(failing.accounts.enter(token, client)).rejects.toThrow('no');
      expect(await failing.accounts.lookAtEnter(token)).toMatchObject({ state: 'ready' });
      expect(await failing.accounts.contact(failing.database.db, personId)).toMatchObject({ verified: false });
      expect(await failing.database.db.selectFrom('login').select('id').execute()).toEqual([]);
    });
  });

  describe('a password that a stranger chose for the address', () => {
    it('is not taken over when the owner came for another reason', async () => {
      const own = await openPortal(source);
      await signUp('owner@kitewood.example', 'a password of a stranger', own);
      const token = await own.newestToken();
      await guest('owner@kitewood.example', own);
      const entered = await own.accounts.enter(token, client);
      expect(entered.hasPassword).toBe(false);
      expect((await refusalOf(signIn('owner@kitewood.example', 'a password of a stranger', own))).code).toBe('invalid');
    });

    it('is not taken over when two sign-ups differ; the same one sent twice is one', async () => {
      const own = await openPortal(source);
      await signUp('owner@kitewood.example', 'a password of a stranger', own);
      const token = await own.newestToken();
      await signUp('owner@kitewood.example', password, own);
      expect((await own.accounts.enter(token, client)).hasPassword).toBe(false);
      await signUp('double@kitewood.example', password, own);
      const first = await own.newestToken();
      await signUp('double@kitewood.example', password, own);
      expect((await own.accounts.enter(first, client)).hasPassword).toBe(true);
    });

    it('is not taken over by a link of another kind', async () => {
      const own = await openPortal(source);
      await signUp('owner@kitewood.example', 'a password of a stranger', own);
      const { personId } = await guest('owner@kitewood.example', own);
      expect((await own.accounts.enter(await guestToken(personId, own), client)).hasPassword).toBe(false);
      const kept = await own.database.db.selectFrom('enterRequest').select('passwordHash').execute();
      expect(kept.every((row) => row.passwordHash === null)).toBe(true);
    });
  });

  it('keeps neither addresses nor tokens in the log', () => {
    expect(portal.logged.join('')).not.toMatch(/kitewood\.example/);
  });

  it('forgets what has run out', async () => {
    const own = await openPortal(source);
    await own.person('mei@kitewood.example');
    await signIn('mei@kitewood.example', password, own);
    await link('mei@kitewood.example', own);
    await own.newestToken();
    own.later(15 * 24 * HOUR);
    await own.accounts.sweep();
    for (const table of ['loginSession', 'enterToken', 'enterRequest'] as const) {
      expect(await own.database.db.selectFrom(table).selectAll().execute()).toEqual([]);
    }
  });
});
