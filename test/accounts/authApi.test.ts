import { beforeAll, expect, it } from 'vitest';
import { anonymous } from '../../src/accounts/index.ts';
import { eachDatabase } from '../support/databases.ts';
import { cookieHeaders, openPortal, password, refusalOf, type Portal } from './portal.ts';

eachDatabase('accounts: /api/auth', (source) => {
  let portal: Portal;
  beforeAll(async () => {
    portal = await openPortal(source);
    await portal.person('mei@kitewood.example');
  });

  const origin = 'http://portal.example:4321';
  const call = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}, at = portal) =>
    at.accounts.handleAuth(
      new Request(`http://whatever-host-says.example/api/auth/${path}`, {
        method,
        headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
      '192.0.2.7',
    );
  const signIn = async () => {
    const response = await call('POST', 'sign-in/email', { email: 'mei@kitewood.example', password });
    expect(response.status).toBe(200);
    return response.headers.getSetCookie();
  };

  it('signs in with JSON, and out', async () => {
    const cookies = await signIn();
    expect(await portal.viewer(cookies)).toMatchObject({ email: 'mei@kitewood.example' });
    const cookie = cookieHeaders(cookies).get('cookie') ?? '';
    const session = (await (await call('GET', 'get-session', undefined, { cookie })).json()) as {
      user: { email: string };
    };
    expect(session.user.email).toBe('mei@kitewood.example');
    expect((await call('POST', 'sign-out', {}, { cookie, origin })).status).toBe(200);
    expect(await portal.viewer(cookies)).toEqual(anonymous);
  });

  it('knows the sessions that our own pages start, and the pages know its', async () => {
    await portal.accounts.requestLink({ email: 'mei@kitewood.example' }, { address: '192.0.2.7' });
    const { cookies } = await portal.accounts.enter(await portal.newestToken(), { address: '192.0.2.7' });
    const cookie = cookieHeaders(cookies).get('cookie') ?? '';
    const session = (await (await call('GET', 'get-session', undefined, { cookie })).json()) as {
      user: { email: string };
    };
    expect(session.user.email).toBe('mei@kitewood.example');
    expect((await call('POST', 'revoke-sessions', {}, { cookie, origin })).status).toBe(200);
    expect(await portal.viewer(cookies)).toEqual(anonymous);
  });

  it('answers a wrong password, an unknown address and an unproven one alike', async () => {
    const own = await openPortal(source);
    await own.person('mei@kitewood.example');
    const unproven = await own.person('unproven@kitewood.example');
    await own.database.db.updateTable('person').set({ verifiedAt: null }).where('id', '=', unproven).execute();
    await own.database.db
      .updateTable('login')
      .set({ emailVerified: false })
      .where('email', '=', 'unproven@kitewood.example')
      .execute();
    const answer = async (email: string, word: string) => {
      const response = await call('POST', 'sign-in/email', { email, password: word }, {}, own);
      return [response.status, await response.text(), response.headers.getSetCookie()];
    };
    const wrong = await answer('mei@kitewood.example', 'not hers at all');
    expect(wrong[0]).toBe(401);
    expect(await answer('nobody@kitewood.example', password)).toEqual(wrong);
    expect(await answer('unproven@kitewood.example', password)).toEqual(wrong);
  });

  it('writes nothing on reading a session', async () => {
    const cookies = await signIn();
    const before = await portal.database.db.selectFrom('loginSession').selectAll().orderBy('id').execute();
    const limits = await portal.database.db.selectFrom('loginLimit').selectAll().execute();
    await call('GET', 'get-session', undefined, { cookie: cookieHeaders(cookies).get('cookie') ?? '' });
    expect(await portal.database.db.selectFrom('loginSession').selectAll().orderBy('id').execute()).toEqual(before);
    expect(await portal.database.db.selectFrom('loginLimit').selectAll().execute()).toEqual(limits);
  });

  it('refuses a write with a cookie from another site', async () => {
    const cookie = cookieHeaders(await signIn()).get('cookie') ?? '';
    expect((await call('POST', 'sign-out', {}, { cookie, origin: 'https://evil.example' })).status).toBe(403);
    expect(
      (
        await call(
          'POST',
          'sign-in/email',
          { email: 'mei@kitewood.example', password },
          { cookie, origin: 'https://evil.example' },
        )
      ).status,
    ).toBe(403);
  });

  it('has sign-up, link and new password go the way of the pages', async () => {
    const signUp = { name: 'New', email: 'new@kitewood.example', password };
    for (const email of ['new@kitewood.example', 'mei@kitewood.example']) {
      const response = await call('POST', 'sign-up/email', { ...signUp, email });
      expect([response.status, await response.json()]).toEqual([200, { token: null, status: true }]);
      const link = await call('POST', 'sign-in/magic-link', { email, callbackURL: 'https://evil.example/' });
      expect([link.status, await link.json()]).toEqual([200, { status: true }]);
      const reset = await call('POST', 'request-password-reset', { email, redirectTo: '/en/account' });
      expect([reset.status, await reset.json()]).toEqual([200, { status: true }]);
    }
    const token = await portal.newestToken();
    const chosen = await call('POST', 'reset-password', { token, newPassword: 'four other ordinary words' });
    expect(chosen.status).toBe(200);
    expect(await portal.viewer(chosen.headers.getSetCookie())).toMatchObject({ email: 'mei@kitewood.example' });
    await portal.accounts.requestReset({ email: 'mei@kitewood.example' }, { address: '192.0.2.7' });
    await portal.accounts.resetPassword(await portal.newestToken(), { password }, { address: '192.0.2.7' });
    const rows = await portal.database.db.selectFrom('enterRequest').select('returnTo').execute();
    expect(rows.every((row) => row.returnTo === null || row.returnTo.startsWith('/en'))).toBe(true);
  });

  it('opens nothing else, above all no link that acts on GET', async () => {
    const closed = [
      ['GET', 'verify-email?token=x'],
      ['GET', 'magic-link/verify?token=x'],
      ['GET', 'reset-password/x?callbackURL=/'],
      ['GET', 'sign-out'],
      ['GET', 'sign-in/email'],
      ['PUT', 'sign-in/email'],
      ['GET', 'list-sessions'],
      ['GET', 'ok'],
      ['GET', 'error'],
      ['POST', 'update-user'],
      ['POST', 'change-email'],
      ['POST', 'change-password'],
      ['POST', 'set-password'],
      ['POST', 'delete-user'],
      ['GET', 'delete-user/callback'],
      ['POST', 'link-social'],
      ['POST', 'sign-in/social'],
      ['GET', 'callback/github'],
      ['POST', 'send-verification-email'],
      ['POST', 'unlink-account'],
      ['POST', 'sign-in/email/'],
      ['POST', 'SIGN-OUT'],
      ['GET', ''],
      ['POST', '../sign-out'],
      ['POST', 'constructor'],
    ];
    for (const [method = '', path = ''] of closed) {
      const refusal = await refusalOf(call(method, path, method === 'GET' ? undefined : {}));
      expect([path, refusal.code]).toEqual([path, 'not_found']);
    }
  });

  it('refuses bodies that are not what it takes', async () => {
    const refused = async (path: string, body: unknown, headers: Record<string, string> = {}) =>
      refusalOf(call('POST', path, body, headers)).then(({ code, fields }) => [
        code,
        ...fields.map((fault) => fault.field),
      ]);
    expect(await refused('sign-in/email', '{')).toEqual(['malformed']);
    expect(
      await refused('sign-in/email', 'email=a&password=b', { 'content-type': 'application/x-www-form-urlencoded' }),
    ).toEqual(['malformed']);
    expect(await refused('sign-in/email', {})).toEqual(['invalid', 'email', 'password']);
    expect(await refused('sign-in/email', { email: ['a'], password: { x: 1 } })).toEqual([
      'invalid',
      'email',
      'password',
    ]);
    for (const body of ['[]', 'null', '7', '"x"', '{"email":{"a":1}}']) {
      for (const path of [
        'sign-in/email',
        'sign-up/email',
        'sign-in/magic-link',
        'request-password-reset',
        'reset-password',
      ]) {
        expect((await refused(path, body))[0]).toBe('invalid');
      }
    }
  });
});
