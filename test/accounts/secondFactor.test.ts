import { beforeEach, expect, it } from 'vitest';
import { operator, type PersonViewer } from '../../src/accounts/index.ts';
import { eachDatabase } from '../support/databases.ts';
import { authenticator } from './authenticator.ts';
import { client, cookieHeaders, openPortal, password, refusalOf, type Portal } from './portal.ts';

const HALF_MINUTE = 30_000;

eachDatabase('accounts: the second step of signing in', (source) => {
  let portal: Portal;
  beforeEach(async () => {
    portal = await openPortal(source);
  });

  const signIn = (email: string) => portal.accounts.signIn({ email, password }, client);

  async function viewerOf(cookies: string[]): Promise<PersonViewer> {
    const viewer = await portal.viewer(cookies);
    if (viewer.kind !== 'person') throw new Error('Nobody is signed in.');
    return viewer;
  }

  /** Sets somebody's app up. */
  async function withApp(email: string, cookies?: string[]) {
    const { accounts } = portal;
    const own = cookies ?? (await signIn(email)).cookies;
    const request = { headers: cookieHeaders(own), client };
    const viewer = await viewerOf(own);
    await accounts.beginSecondFactor(viewer, { password }, request);
    const { pending } = await accounts.secondFactor(viewer, 'Kitewood');
    const app = authenticator(pending?.key ?? '');
    const { codes } = await accounts.confirmSecondFactor(viewer, { code: app.codeAt(portal.now()) }, request);
    portal.later(HALF_MINUTE);
    return { cookies: own, request, app, codes, code: () => app.codeAt(portal.now()) };
  }

  const step = (cookies: string[], code: string) =>
    portal.accounts.takeSecondStep({ code }, { headers: cookieHeaders(cookies), client });

  it('lets nobody in with the password alone once it is on', async () => {
    await portal.person('mei@kitewood.example');
    const mei = await withApp('mei@kitewood.example');
    const first = await signIn('mei@kitewood.example');
    expect(first).toMatchObject({ secondStep: true, isStaff: false });
    expect(first.cookies).toEqual([expect.stringMatching(/^waypost\.second_step=.*HttpOnly/)]);
    expect(await portal.viewer(first.cookies)).toEqual({ kind: 'anonymous' });
    expect(await portal.accounts.lookAtSecondStep(cookieHeaders(first.cookies))).toEqual({
      email: 'mei@kitewood.example',
    });
    const { cookies, usedRecoveryCode } = await step(first.cookies, mei.code());
    expect(usedRecoveryCode).toBe(false);
    expect(await viewerOf(cookies)).toMatchObject({ email: 'mei@kitewood.example', role: 'customer' });
    expect(await portal.accounts.lookAtSecondStep(cookieHeaders(first.cookies))).toBe(null);
  });

  it('takes each code of the app once, in any window', async () => {
    await portal.person('mei@kitewood.example');
    const mei = await withApp('mei@kitewood.example');
    const code = mei.code();
    await step((await signIn('mei@kitewood.example')).cookies, ` ${code.slice(0, 3)} ${code.slice(3)}`);
    const again = (await signIn('mei@kitewood.example')).cookies;
    expect(await refusalOf(step(again, code))).toMatchObject({
      code: 'invalid',
      fields: [{ field: 'code', key: 'access.code.wrong' }],
    });
    portal.later(HALF_MINUTE);
    await refusalOf(step(again, code));
    expect(await step(again, mei.code())).toMatchObject({ isStaff: false });
  });

  it('lets one in of two that come with the same code', async () => {
    await portal.person('mei@kitewood.example');
    const mei = await withApp('mei@kitewood.example');
    const [one, other] = [await signIn('mei@kitewood.example'), await signIn('mei@kitewood.example')];
    const came = await Promise.allSettled([step(one.cookies, mei.code()), step(other.cookies, mei.code())]);
    expect(came.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    const codes = await Promise.allSettled([
      step((await signIn('mei@kitewood.example')).cookies, mei.codes[0] ?? ''),
      step((await signIn('mei@kitewood.example')).cookies, mei.codes[0] ?? ''),
    ]);
    expect(codes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });

  it('has ten recovery codes, each for once, and makes new ones', async () => {
    await portal.person('mei@kitewood.example');
    const mei = await withApp('mei@kitewood.example');
    expect(new Set(mei.codes).size).toBe(10);
    for (const code of mei.codes) expect(code).toMatch(/^(?:[a-z2-7]{4}-){3}[a-z2-7]{4}$/);
    const [first = '', second = '', third = ''] = mei.codes;
    const { cookies, usedRecoveryCode } = await step((await signIn('mei@kitewood.example')).cookies, first);
    expect(usedRecoveryCode).toBe(true);
    const viewer = await viewerOf(cookies);
    expect(await portal.accounts.secondFactor(viewer, 'Kitewood')).toMatchObject({ state: 'on', codesLeft: 9 });
    const owed = (await signIn('mei@kitewood.example')).cookies;
    expect((await refusalOf(step(owed, first))).code).toBe('invalid');
    await step(owed, second.toUpperCase().replaceAll('-', ' '));
    const { codes } = await portal.accounts.renewRecoveryCodes(viewer, { code: mei.code() }, mei.request);
    expect(codes).toHaveLength(10);
    const later = (await signIn('mei@kitewood.example')).cookies;
    expect((await refusalOf(step(later, third))).code).toBe('invalid');
    expect(await step(later, codes[3] ?? '')).toMatchObject({ usedRecoveryCode: true });
  });

  it('is asked for after a mailed link and a new password, too', async () => {
    const { accounts } = portal;
    await portal.person('mei@kitewood.example');
    const mei = await withApp('mei@kitewood.example');
    await accounts.requestLink({ email: 'mei@kitewood.example' }, client);
    const entered = await accounts.enter(await portal.newestToken(), client);
    expect(entered.secondStep).toBe(true);
    expect(await portal.viewer(entered.cookies)).toEqual({ kind: 'anonymous' });
    await accounts.requestReset({ email: 'mei@kitewood.example' }, client);
    const reset = await accounts.resetPassword(
      await portal.newestToken(),
      { password: 'four new ordinary words' },
      client,
    );
    expect(reset.secondStep).toBe(true);
    expect(await portal.viewer(reset.cookies)).toEqual({ kind: 'anonymous' });
    expect(await viewerOf((await step(reset.cookies, mei.code())).cookies)).toMatchObject({ verified: true });
  });

  it('is asked for by the library’s own doors', async () => {
    await portal.person('mei@kitewood.example');
    const mei = await withApp('mei@kitewood.example');
    const post = (path: string, body: unknown, cookie = '') =>
      portal.accounts.handleAuth(
        new Request(`http://portal.example:4321/api/auth/${path}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', origin: 'http://portal.example:4321', cookie },
          body: JSON.stringify(body),
        }),
        client.address,
      );
    const first = await post('sign-in/email', { email: 'mei@kitewood.example', password });
    expect(await first.json()).toEqual({ twoFactorRedirect: true, twoFactorMethods: ['totp'] });
    const cookies = first.headers.getSetCookie();
    expect(await portal.viewer(cookies)).toEqual({ kind: 'anonymous' });
    const cookie = cookieHeaders(cookies).get('cookie') ?? '';
    expect((await refusalOf(post('two-factor/verify-totp', { code: '000000' }, cookie))).code).toBe('invalid');
    const second = await post('two-factor/verify-totp', { code: mei.code() }, cookie);
    expect(await viewerOf(second.headers.getSetCookie().slice(0, 1))).toMatchObject({ verified: true });
    for (const path of ['two-factor/disable', 'two-factor/enable', 'two-factor/generate-backup-codes']) {
      expect((await refusalOf(post(path, {}, cookie))).code).toBe('not_found');
    }
  });

  it('ends what was open when it is turned on, and reads no session that came without it', async () => {
    await portal.person('mei@kitewood.example');
    const before = await signIn('mei@kitewood.example');
    const mei = await withApp('mei@kitewood.example');
    expect(await portal.viewer(before.cookies)).toEqual({ kind: 'anonymous' });
    expect(await viewerOf(mei.cookies)).toMatchObject({ verified: true });
    await portal.database.db.updateTable('loginSession').set({ secondFactorAt: null }).execute();
    expect(await portal.viewer(mei.cookies)).toEqual({ kind: 'anonymous' });
  });

  it('keeps no secret and no code as it is', async () => {
    await portal.person('mei@kitewood.example');
    const mei = await withApp('mei@kitewood.example');
    const rows = JSON.stringify([
      await portal.database.db.selectFrom('secondFactor').selectAll().execute(),
      await portal.database.db.selectFrom('recoveryCode').selectAll().execute(),
      portal.logged,
    ]);
    for (const code of mei.codes) expect(rows).not.toContain(code.replaceAll('-', ''));
  });

  it('is turned off with the password and a code alone', async () => {
    await portal.person('mei@kitewood.example');
    const mei = await withApp('mei@kitewood.example');
    const off = (input: { password?: string; code: string }) =>
      viewerOf(mei.cookies).then((viewer) => portal.accounts.turnOffSecondFactor(viewer, input, mei.request));
    expect((await refusalOf(off({ password: 'not hers at all', code: mei.code() }))).fields[0]?.field).toBe('password');
    expect((await refusalOf(off({ code: mei.code() }))).fields[0]?.field).toBe('password');
    expect((await refusalOf(off({ password, code: '000000' }))).fields[0]?.field).toBe('code');
    await off({ password, code: mei.code() });
    expect(await signIn('mei@kitewood.example')).toMatchObject({ secondStep: false });
    expect(portal.notices.map(({ kind }) => kind)).toEqual(['mail.access', 'mail.access']);
    expect(await portal.database.db.selectFrom('recoveryCode').select('hash').execute()).toEqual([]);
  });

  it('counts tries for the account and for the first step', async () => {
    const rates = {
      codePerLogin: { max: 4, windowSeconds: 900 },
      codePerStep: { max: 2, windowSeconds: 900 },
      codePerClient: { max: 100, windowSeconds: 60 },
    };
    portal = await openPortal(source, { rates });
    await portal.person('mei@kitewood.example');
    const mei = await withApp('mei@kitewood.example'); // takes one
    const one = (await signIn('mei@kitewood.example')).cookies;
    for (const code of ['000000', '000000']) expect((await refusalOf(step(one, code))).code).toBe('invalid');
    expect((await refusalOf(step(one, mei.code()))).code).toBe('limited');
    const other = (await signIn('mei@kitewood.example')).cookies;
    expect((await refusalOf(step(other, '000000'))).code).toBe('invalid');
    expect((await refusalOf(step(other, mei.code()))).code).toBe('limited');
  });

  it('makes a colleague of nobody who lacks it where the role asks for it, in sessions that are open, too', async () => {
    const { accounts } = portal;
    await portal.person('ravi@kitewood.example', 'agent');
    const old = (await signIn('ravi@kitewood.example')).cookies;
    expect(await viewerOf(old)).toMatchObject({ role: 'agent', withheldRole: null });
    await accounts.setSecondFactorRule(operator, { role: 'agent', required: true });
    expect(await viewerOf(old)).toMatchObject({ role: 'customer', withheldRole: 'agent' });
    expect(await signIn('ravi@kitewood.example')).toMatchObject({ isStaff: true, secondStep: false });
    expect((await refusalOf(accounts.staffPeople(await viewerOf(old)))).code).toBe('forbidden');
    const ravi = await withApp('ravi@kitewood.example', old);
    expect(await viewerOf(old)).toMatchObject({ role: 'agent', withheldRole: null });
    const off = accounts.turnOffSecondFactor(await viewerOf(old), { password, code: ravi.code() }, ravi.request);
    expect((await refusalOf(off)).code).toBe('conflict');
    await accounts.setSecondFactorRule(operator, { role: 'agent', required: false });
    await accounts.turnOffSecondFactor(await viewerOf(old), { password, code: ravi.code() }, ravi.request);
    expect(await viewerOf(old)).toMatchObject({ role: 'agent' });
  });

  it('is asked of administrators by one who has it', async () => {
    const { accounts } = portal;
    await portal.person('root@kitewood.example', 'administrator');
    const { cookies } = await signIn('root@kitewood.example');
    const rule = { role: 'administrator', required: true } as const;
    const refused = await refusalOf(accounts.setSecondFactorRule(await viewerOf(cookies), rule));
    expect([refused.code, refused.fields[0]?.key]).toEqual(['conflict', 'access.rule.youFirst']);
    await withApp('root@kitewood.example', cookies);
    await accounts.setSecondFactorRule(await viewerOf(cookies), rule);
    expect(await accounts.secondFactorRules(await viewerOf(cookies))).toEqual({
      author: false,
      agent: false,
      administrator: true,
    });
  });

  it('is reset by an administrator: sessions end, and its owner is told', async () => {
    const { accounts } = portal;
    const personId = await portal.person('ravi@kitewood.example', 'agent');
    const ravi = await withApp('ravi@kitewood.example');
    const viewer = await viewerOf(ravi.cookies);
    expect((await refusalOf(accounts.resetSecondFactor(viewer, personId))).code).toBe('forbidden');
    const told = portal.notices.length;
    await accounts.resetSecondFactor(operator, personId);
    expect(await portal.viewer(ravi.cookies)).toEqual({ kind: 'anonymous' });
    expect(portal.notices.slice(told)).toMatchObject([{ kind: 'mail.access' }]);
    expect(await signIn('ravi@kitewood.example')).toMatchObject({ secondStep: false, isStaff: true });
    expect((await refusalOf(accounts.resetSecondFactor(operator, personId))).code).toBe('not_found');
  });
});
