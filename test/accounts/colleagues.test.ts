import { beforeEach, describe, expect, it } from 'vitest';
import { operator, type PersonViewer, type Role } from '../../src/accounts/index.ts';
import { eachDatabase } from '../support/databases.ts';
import { client, cookieHeaders, openPortal, password, refusalOf, type Portal } from './portal.ts';

const HOUR = 3_600_000;

eachDatabase('accounts: colleagues', (source) => {
  let portal: Portal;
  let root: { id: string; viewer: PersonViewer; cookies: string[] };
  let ravi: { id: string; viewer: PersonViewer; cookies: string[] };

  async function signedIn(email: string, role: Role) {
    const id = await portal.person(email, role);
    const { cookies } = await portal.accounts.signIn({ email, password }, client);
    const viewer = await portal.viewer(cookies);
    if (viewer.kind !== 'person') throw new Error('Nobody is signed in.');
    return { id, viewer, cookies };
  }

  beforeEach(async () => {
    portal = await openPortal(source);
    root = await signedIn('root@kitewood.example', 'administrator');
    ravi = await signedIn('ravi@kitewood.example', 'agent');
  });

  it('lists them by name with how they sign in, finds them, and shows nobody else', async () => {
    await portal.person('mei@kitewood.example');
    const { accounts } = portal;
    const all = await accounts.colleagues(root.viewer);
    expect(all.map(({ email, role }) => [email, role])).toEqual([
      ['ravi@kitewood.example', 'agent'],
      ['root@kitewood.example', 'administrator'],
    ]);
    expect(all[0]).toMatchObject({ hasPassword: true, secondFactor: false, lacksSecondFactor: false });
    expect(Date.parse(all[0]?.lastSignInAt ?? '')).toBeLessThanOrEqual(portal.now());
    const found = async (words: string) => (await accounts.colleagues(root.viewer, words)).map(({ email }) => email);
    expect(await found(' RAVI@')).toEqual(['ravi@kitewood.example']);
    expect(await found('%')).toEqual([]);
    expect(await found('_avi')).toEqual([]);
    await accounts.setSecondFactorRule(operator, { role: 'agent', required: true });
    expect(await accounts.colleague(root.viewer, ravi.id)).toMatchObject({ lacksSecondFactor: true });
  });

  it('changes a role without ending anything, and says so in the log', async () => {
    const { accounts } = portal;
    await accounts.changeRole(root.viewer, ravi.id, { role: 'author' });
    expect(await portal.viewer(ravi.cookies)).toMatchObject({ role: 'author' });
    const page = await accounts.colleague(root.viewer, ravi.id);
    expect(page.sessions).toHaveLength(1);
    expect(page.events[0]).toMatchObject({
      kind: 'role.changed',
      actor: { id: root.id },
      detail: { from: 'agent', to: 'author' },
    });
    expect((await refusalOf(accounts.changeRole(root.viewer, ravi.id, { role: 'customer' as never }))).code).toBe(
      'invalid',
    );
  });

  it('keeps the last administrator, whoever asks', async () => {
    const { accounts } = portal;
    for (const deed of [
      () => accounts.changeRole(root.viewer, root.id, { role: 'agent' }),
      () => accounts.removeColleague(root.viewer, root.id),
      () => accounts.setRole(operator, { email: 'root@kitewood.example', role: 'customer' }),
    ]) {
      const { code, fields } = await refusalOf(deed());
      expect([code, fields[0]?.key]).toEqual(['conflict', 'access.role.last']);
    }
    expect(await accounts.colleague(root.viewer, root.id)).toMatchObject({ isLastAdministrator: true });
    expect(await portal.viewer(root.cookies)).toMatchObject({ role: 'administrator' });
  });

  it('keeps one of two administrators who take each other’s role at once', async () => {
    const { accounts } = portal;
    const other = await signedIn('anna@kitewood.example', 'administrator');
    const both = await Promise.allSettled([
      accounts.removeColleague(root.viewer, other.id),
      accounts.removeColleague(other.viewer, root.id),
    ]);
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    const left = await portal.database.db
      .selectFrom('person')
      .select('id')
      .where('role', '=', 'administrator')
      .execute();
    expect(left).toHaveLength(1);
  });

  it('signs out whoever leaves, voids their links, and remembers them', async () => {
    const { accounts } = portal;
    await accounts.requestLink({ email: 'ravi@kitewood.example' }, client);
    const token = await portal.newestToken();
    await accounts.removeColleague(root.viewer, ravi.id);
    expect(await portal.viewer(ravi.cookies)).toEqual({ kind: 'anonymous' });
    expect((await refusalOf(accounts.enter(token, client))).code).toBe('invalid');
    expect(await accounts.formerColleagues(root.viewer)).toMatchObject([{ id: ravi.id, role: 'agent' }]);
    expect(await accounts.colleague(root.viewer, ravi.id)).toMatchObject({ role: null, left: { role: 'agent' } });
    expect((await accounts.colleagues(root.viewer)).map(({ id }) => id)).toEqual([root.id]);
    const again = await accounts.signIn({ email: 'ravi@kitewood.example', password }, client);
    expect(await portal.viewer(again.cookies)).toMatchObject({ role: 'customer' });
    expect((await refusalOf(accounts.removeColleague(root.viewer, ravi.id))).code).toBe('not_found');
    await accounts.setRole(operator, { email: 'ravi@kitewood.example', role: 'agent' });
    expect(await accounts.formerColleagues(root.viewer)).toEqual([]);
  });

  it('ends somebody’s sessions everywhere with one call', async () => {
    const { accounts } = portal;
    const elsewhere = await accounts.signIn({ email: 'ravi@kitewood.example', password }, client);
    expect((await accounts.colleague(root.viewer, ravi.id)).sessions).toHaveLength(2);
    await accounts.endColleagueSessions(root.viewer, ravi.id);
    for (const { cookies } of [ravi, elsewhere]) expect(await portal.viewer(cookies)).toEqual({ kind: 'anonymous' });
    expect((await accounts.colleague(root.viewer, ravi.id)).sessions).toEqual([]);
  });

  it('answers administrators alone, and knows no customers', async () => {
    const { accounts } = portal;
    const mei = await signedIn('mei@kitewood.example', 'customer');
    const deeds: ((viewer: PersonViewer) => Promise<unknown>)[] = [
      (viewer) => accounts.colleagues(viewer),
      (viewer) => accounts.formerColleagues(viewer),
      (viewer) => accounts.colleague(viewer, ravi.id),
      (viewer) => accounts.changeRole(viewer, ravi.id, { role: 'author' }),
      (viewer) => accounts.removeColleague(viewer, ravi.id),
      (viewer) => accounts.endColleagueSessions(viewer, ravi.id),
      (viewer) => accounts.resetSecondFactor(viewer, ravi.id),
      (viewer) => accounts.inviteStaff(viewer, { email: 'new@kitewood.example', role: 'agent', locale: 'en' }),
      (viewer) => accounts.staffInvitations(viewer),
      (viewer) => accounts.secondFactorRules(viewer),
      (viewer) => accounts.setSecondFactorRule(viewer, { role: 'agent', required: true }),
      (viewer) => accounts.listKeys(viewer),
    ];
    for (const deed of deeds) {
      for (const { viewer } of [ravi, mei]) expect((await refusalOf(deed(viewer))).code).toBe('forbidden');
    }
    for (const id of [mei.id, 'nonsense', '\u0000']) {
      expect((await refusalOf(accounts.colleague(root.viewer, id))).code).toBe('not_found');
      expect((await refusalOf(accounts.changeRole(root.viewer, id, { role: 'agent' }))).code).toBe('not_found');
      expect((await refusalOf(accounts.endColleagueSessions(root.viewer, id))).code).toBe('not_found');
    }
  });

  describe('invitations', () => {
    const invite = (email = 'jo@kitewood.example') =>
      portal.accounts.inviteStaff(root.viewer, { email, role: 'author', locale: 'zh-cn' });
    const tokenOf = async (id: string): Promise<string> => (await portal.accounts.composeInvitation(id))?.token ?? '';
    const newcomer = { name: 'Jo', password: 'four quite ordinary words' };

    it('make a colleague of whoever holds the mail, once', async () => {
      const { accounts } = portal;
      const { id } = await invite();
      expect(portal.notices.at(-1)).toMatchObject({ kind: 'mail.invite', id });
      const mail = await accounts.composeInvitation(id);
      expect(mail).toMatchObject({ to: 'jo@kitewood.example', role: 'author', locale: 'zh-cn' });
      const token = mail?.token ?? '';
      expect(await accounts.lookAtInvitation(token)).toMatchObject({ state: 'ready', isNew: true, role: 'author' });
      expect(
        (await refusalOf(accounts.acceptInvitation(token, { name: '', password: 'x' }, client))).fields,
      ).toMatchObject([{ field: 'name' }, { field: 'password' }]);
      const both = await Promise.allSettled([
        accounts.acceptInvitation(token, newcomer, client),
        accounts.acceptInvitation(token, newcomer, client),
      ]);
      expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
      const cookies = both.flatMap((each) => (each.status === 'fulfilled' ? each.value.cookies : []));
      expect(await portal.viewer(cookies)).toMatchObject({
        name: 'Jo',
        role: 'author',
        locale: 'zh-cn',
        verified: true,
      });
      expect(await accounts.lookAtInvitation(token)).toEqual({ state: 'over' });
      expect(await accounts.staffInvitations(root.viewer)).toEqual([]);
      expect(
        await accounts.signIn({ email: 'jo@kitewood.example', password: newcomer.password }, client),
      ).toMatchObject({
        isStaff: true,
      });
    });

    it('leave a customer’s name and password as they are', async () => {
      const { accounts } = portal;
      await portal.person('mei@kitewood.example');
      const { id } = await invite('mei@kitewood.example');
      const token = await tokenOf(id);
      expect(await accounts.lookAtInvitation(token)).toMatchObject({ isNew: false });
      const { cookies } = await accounts.acceptInvitation(token, { name: 'Other', password: 'x' }, client);
      expect(await portal.viewer(cookies)).toMatchObject({ name: 'Name of mei@kitewood.example', role: 'author' });
      expect(await accounts.signIn({ email: 'mei@kitewood.example', password }, client)).toMatchObject({
        isStaff: true,
      });
    });

    it('end after a day, when they are withdrawn, and for the older of two mails', async () => {
      const { accounts } = portal;
      const { id } = await invite();
      const first = await tokenOf(id);
      portal.later(1000);
      await accounts.sendInvitationAgain(root.viewer, id);
      expect(await accounts.lookAtInvitation(first)).toEqual({ state: 'over' });
      const second = await tokenOf(id);
      expect(new Set(portal.notices.map(({ key }) => key)).size).toBe(2);
      portal.later(24 * HOUR);
      expect(await accounts.lookAtInvitation(second)).toEqual({ state: 'over' });
      expect((await refusalOf(accounts.acceptInvitation(second, newcomer, client))).fields[0]?.field).toBe('token');
      const third = await tokenOf(id);
      await accounts.withdrawInvitation(root.viewer, id);
      expect((await refusalOf(accounts.acceptInvitation(third, newcomer, client))).fields[0]?.field).toBe('token');
      expect(await accounts.composeInvitation(id)).toBe(null);
      expect((await refusalOf(accounts.withdrawInvitation(root.viewer, id))).code).toBe('not_found');
      await invite();
    });

    it('are one for each address, none for a colleague, and never a token of another kind', async () => {
      const { accounts } = portal;
      const { id } = await invite();
      expect((await refusalOf(invite(' JO@kitewood.example'))).fields[0]?.key).toBe('access.invite.open');
      expect((await refusalOf(invite('ravi@kitewood.example'))).fields[0]?.key).toBe('access.invite.colleague');
      const token = await tokenOf(id);
      expect((await refusalOf(accounts.enter(token, client))).code).toBe('invalid');
      expect((await refusalOf(accounts.resetPassword(token, { password: newcomer.password }, client))).code).toBe(
        'invalid',
      );
      await accounts.requestLink({ email: 'root@kitewood.example' }, client);
      const link = await portal.newestToken();
      expect((await refusalOf(accounts.acceptInvitation(link, newcomer, client))).code).toBe('invalid');
    });
  });

  it('knows a key by its end, who made it and when it was last used', async () => {
    const { accounts } = portal;
    const { id, key } = await accounts.addKey(root.viewer, { role: 'partner', name: 'DHL', carrier: 'dhl-de' });
    const before = (await accounts.listKeys(root.viewer))[0];
    expect(before).toMatchObject({ id, tail: key.slice(-4), madeBy: root.viewer.name, lastUsedAt: null });
    const headers = new Headers({ authorization: `Bearer ${key}` });
    await accounts.viewerOf({ headers });
    const first = (await accounts.listKeys(root.viewer))[0]?.lastUsedAt ?? '';
    expect(Date.parse(first)).toBeLessThanOrEqual(portal.now());
    await accounts.viewerOf({ headers });
    expect((await accounts.listKeys(root.viewer))[0]?.lastUsedAt).toBe(first);
    portal.later(2 * 60_000);
    await accounts.viewerOf({ headers });
    expect(((await accounts.listKeys(root.viewer))[0]?.lastUsedAt ?? '') > first).toBe(true);
    await accounts.revokeKey(root.viewer, id);
    const kinds = await portal.database.db.selectFrom('accessEvent').select(['kind', 'actorId']).execute();
    expect(kinds).toEqual(['key.made', 'key.revoked'].map((kind) => ({ kind, actorId: root.id })));
    expect(JSON.stringify(await portal.database.db.selectFrom('apiKey').selectAll().execute())).not.toContain(key);
  });

  it('the set-up link makes the first administrator, who then invites', async () => {
    portal = await openPortal(source);
    const minted = await portal.accounts.mintSetUpToken();
    const first = { name: 'Robin', email: 'robin@kitewood.example', password: 'four quite ordinary words' };
    const { cookies, personId } = await portal.accounts.setUp(minted?.token ?? '', first, client);
    const viewer = await portal.viewer(cookies);
    expect(viewer).toMatchObject({ personId, role: 'administrator', withheldRole: null });
    expect(await portal.accounts.colleagues(viewer)).toMatchObject([{ id: personId, lacksSecondFactor: false }]);
    await portal.accounts.inviteStaff(viewer, { email: 'jo@kitewood.example', role: 'agent', locale: 'en' });
    expect(await portal.accounts.staffInvitations(viewer)).toMatchObject([{ invitedBy: 'Robin' }]);
    expect(cookieHeaders(cookies).get('cookie')).toContain('session_token');
  });
});
