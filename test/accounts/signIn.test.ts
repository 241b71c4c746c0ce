import { beforeAll, describe, expect, it } from 'vitest';
import { anonymous, noStanding } from '../../src/accounts/index.ts';
import { eachDatabase } from '../support/databases.ts';
import { client, cookieHeaders, openPortal, password, refusalOf, type Portal } from './portal.ts';

eachDatabase('accounts: signing in', (source) => {
  let portal: Portal;
  let mei: string;
  beforeAll(async () => {
    portal = await openPortal(source);
    mei = await portal.person('mei@kitewood.example');
  });

  it('signs in with e-mail, in any case, and password', async () => {
    const { cookies } = await portal.accounts.signIn({ email: ' Mei@Kitewood.example ', password }, client);
    expect(await portal.viewer(cookies)).toEqual({
      kind: 'person',
      personId: mei,
      name: 'Name of mei@kitewood.example',
      email: 'mei@kitewood.example',
      verified: true,
      role: 'customer',
      locale: 'en',
      ...noStanding,
    });
  });

  it('refuses a wrong password, an unknown address and no password in the same words', async () => {
    const { accounts } = portal;
    const wrong = await refusalOf(
      accounts.signIn({ email: 'mei@kitewood.example', password: 'not hers at all' }, client),
    );
    const unknown = await refusalOf(accounts.signIn({ email: 'nobody@kitewood.example', password }, client));
    expect(wrong.code).toBe('invalid');
    expect(wrong.fields).toEqual([{ field: 'password', key: 'accounts.signIn.wrong' }]);
    expect([unknown.code, unknown.fields]).toEqual([wrong.code, wrong.fields]);
    const long = await refusalOf(
      accounts.signIn({ email: 'mei@kitewood.example', password: 'x'.repeat(5000) }, client),
    );
    expect(long.fields).toEqual(wrong.fields);
    const empty = await refusalOf(accounts.signIn({ email: '', password: '' }, client));
    expect(empty.fields).toEqual([
      { field: 'email', key: 'errors.required' },
      { field: 'password', key: 'errors.required' },
    ]);
  });

  it('gives a cookie that scripts and other sites do not get, Secure only over https', async () => {
    const plain = await portal.accounts.signIn({ email: 'mei@kitewood.example', password }, client);
    expect(plain.cookies).toHaveLength(1);
    expect(plain.cookies[0]).toMatch(/^waypost\.session_token=[^;]+;.*HttpOnly/i);
    expect(plain.cookies[0]).toMatch(/SameSite=Lax/i);
    expect(plain.cookies[0]).not.toMatch(/Secure/i);
    const secure = await openPortal(source, { publicUrl: 'https://portal.example' });
    await secure.person('mei@kitewood.example');
    const { cookies } = await secure.accounts.signIn({ email: 'mei@kitewood.example', password }, client);
    expect(cookies[0]).toMatch(/^__Secure-waypost\.session_token=.*Secure/i);
    expect(await secure.viewer(cookies)).toMatchObject({ kind: 'person', verified: true });
  });

  it('takes a broken, changed, foreign or ended cookie for nobody', async () => {
    const { accounts, database } = portal;
    const { cookies } = await accounts.signIn({ email: 'mei@kitewood.example', password }, client);
    const [name = '', value = ''] = (cookies[0] ?? '').split(';')[0]?.split(/=(.*)/s) ?? [];
    const decoded = decodeURIComponent(value);
    for (const broken of [
      '',
      '%',
      'a',
      '.',
      'a.b',
      decoded.slice(0, -2),
      `x${decoded}`,
      decoded.replace('.', '..'),
      '\u00ff.x',
    ]) {
      const headers = new Headers();
      headers.set('cookie', `${name}=${broken}`);
      expect(await accounts.viewerOf({ headers })).toEqual(anonymous);
    }
    expect(await accounts.viewerOf({ headers: cookieHeaders(cookies) })).toMatchObject({ kind: 'person' });
    const out = await accounts.signOut(cookieHeaders(cookies));
    expect(out.cookies[0]).toMatch(/Max-Age=0/);
    expect(await portal.viewer(cookies)).toEqual(anonymous);
    const rows = await database.db.selectFrom('loginSession').select('token').execute();
    expect(rows.map((row) => row.token)).not.toContain(decoded.split('.')[0]);
  });

  it('ends a session after fourteen days, whatever it was used for', async () => {
    const own = await openPortal(source);
    await own.person('mei@kitewood.example');
    const { cookies } = await own.accounts.signIn({ email: 'mei@kitewood.example', password }, client);
    own.later(13 * 24 * 3_600_000);
    expect(await own.viewer(cookies)).toMatchObject({ kind: 'person' });
    own.later(1.1 * 24 * 3_600_000);
    expect(await own.viewer(cookies)).toEqual(anonymous);
  });

  it('lists sessions and ends them everywhere', async () => {
    const own = await openPortal(source);
    await own.person('mei@kitewood.example');
    await own.person('tom@kitewood.example');
    const signIn = async (email: string) => (await own.accounts.signIn({ email, password }, client)).cookies;
    const [one, two, tom] = [
      await signIn('mei@kitewood.example'),
      await signIn('mei@kitewood.example'),
      await signIn('tom@kitewood.example'),
    ];
    const viewer = await own.viewer(two);
    const open = await own.accounts.sessions(viewer, cookieHeaders(two));
    expect(open).toHaveLength(2);
    expect(open.filter((session) => session.current)).toHaveLength(1);
    expect(open[0]).toMatchObject({ userAgent: 'Test/1.0' });
    await own.accounts.signOutEverywhere(viewer);
    expect(await own.viewer(one)).toEqual(anonymous);
    expect(await own.viewer(two)).toEqual(anonymous);
    expect(await own.viewer(tom)).toMatchObject({ kind: 'person' });
    expect((await refusalOf(own.accounts.signOutEverywhere(anonymous))).code).toBe('unauthenticated');
  });

  it('changes a password against the present one and keeps only the session that asks', async () => {
    const own = await openPortal(source);
    await own.person('mei@kitewood.example');
    const signIn = async (word: string) =>
      (await own.accounts.signIn({ email: 'mei@kitewood.example', password: word }, client)).cookies;
    const [other, here] = [await signIn(password), await signIn(password)];
    const viewer = await own.viewer(here);
    const request = { headers: cookieHeaders(here), client };
    const wrong = await refusalOf(
      own.accounts.changePassword(
        viewer,
        { current: 'something else', password: 'four other ordinary words' },
        request,
      ),
    );
    expect(wrong.fields).toEqual([{ field: 'current', key: 'accounts.account.password.wrong' }]);
    await own.accounts.changePassword(viewer, { current: password, password: 'four other ordinary words' }, request);
    expect(await own.viewer(other)).toEqual(anonymous);
    expect(await own.viewer(here)).toMatchObject({ kind: 'person' });
    expect((await refusalOf(signIn(password))).code).toBe('invalid');
    expect(await own.viewer(await signIn('four other ordinary words'))).toMatchObject({ kind: 'person' });
  });

  describe('limits', () => {
    it('counts tries for one account, known or not, and for one client', async () => {
      const own = await openPortal(source, {
        rates: {
          signInPerAccount: { max: 2, windowSeconds: 3600 },
          signInPerClient: { max: 5, windowSeconds: 3600 },
        },
      });
      await own.person('mei@kitewood.example');
      const from = (address: string, email: string) =>
        refusalOf(own.accounts.signIn({ email, password: 'wrong one, sorry' }, { address })).then(
          (refusal) => refusal.code,
        );
      for (const email of ['mei@kitewood.example', 'nobody@kitewood.example']) {
        expect(await from('192.0.2.1', email)).toBe('invalid');
        expect(await from('192.0.2.2', email)).toBe('invalid');
        expect(await from('192.0.2.3', email)).toBe('limited');
      }
      for (let tries = 0; tries < 5; tries++) await from('192.0.2.9', `one${tries}@kitewood.example`);
      expect(await from('192.0.2.9', 'another@kitewood.example')).toBe('limited');
      expect(await from('192.0.2.10', 'another@kitewood.example')).toBe('invalid');
    });
  });
});
