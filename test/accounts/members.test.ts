import { beforeAll, describe, expect, it } from 'vitest';
import { operator, type PersonViewer } from '../../src/accounts/index.ts';
import { eachDatabase } from '../support/databases.ts';
import { client, openPortal, password, refusalOf, type Portal } from './portal.ts';

eachDatabase('accounts: members of a company', (source) => {
  let portal: Portal;
  const cookies = new Map<string, string[]>();
  const ids = new Map<string, string>();
  let accountId: string;

  const viewer = async (name: string) => (await portal.viewer(cookies.get(name) ?? [])) as PersonViewer;
  const id = (name: string) => ids.get(name) ?? '';
  const see = { orders: 'own', tickets: 'own' } as const;

  beforeAll(async () => {
    portal = await openPortal(source);
    ({ accountId } = await portal.accounts.addAccount(operator, { name: 'Harbour Lane Hotels' }));
    for (const name of ['mei', 'olga', 'jonas', 'hya', 'tom']) {
      const email = `${name}@example.com`;
      ids.set(name, await portal.person(email));
      cookies.set(name, (await portal.accounts.signIn({ email, password }, client)).cookies);
    }
    for (const [name, role] of [
      ['mei', 'owner'],
      ['olga', 'owner'],
      ['jonas', 'manager'],
      ['hya', 'member'],
    ] as const) {
      await portal.accounts.addMember(operator, { accountId, personId: id(name), role });
    }
  });

  it('lets owners do everything, managers keep members, members leave, and strangers nothing', async () => {
    const { accounts } = portal;
    const codes: Record<string, string[]> = {};
    for (const name of ['jonas', 'hya', 'tom']) {
      const who = await viewer(name);
      codes[name] = [];
      for (const deed of [
        () => accounts.changeMember(who, accountId, id('hya'), { role: 'owner', ...see }),
        () => accounts.setMemberDefaults(who, accountId, see),
        () => accounts.removeMember(who, accountId, id('mei')),
        () => accounts.inviteMember(who, accountId, { email: 'x@example.com', role: 'manager', ...see }),
      ])
        codes[name].push((await refusalOf(deed())).code);
    }
    expect(codes).toEqual({
      jonas: Array<string>(4).fill('forbidden'),
      hya: Array<string>(4).fill('forbidden'),
      tom: Array<string>(4).fill('not_found'),
    });
    expect((await refusalOf(accounts.members(await viewer('tom'), accountId))).code).toBe('not_found');
    const { members, mayInvite } = await accounts.members(await viewer('hya'), accountId);
    expect([members.length, mayInvite]).toEqual([4, false]);
    await accounts.changeMember(await viewer('mei'), accountId, id('hya'), {
      role: 'member',
      orders: 'all',
      tickets: 'all',
    });
    expect((await viewer('hya')).seats[0]).toMatchObject({ orders: 'all', tickets: 'all' });
    const { changes } = await accounts.members(await viewer('hya'), accountId);
    expect(changes).toMatchObject([
      { type: 'member.changed', actor: 'Name of mei@example.com', now: { tickets: 'all' } },
    ]);
  });

  it('keeps one owner, also when two go at once', async () => {
    const { accounts } = portal;
    const [mei, olga] = [await viewer('mei'), await viewer('olga')];
    const gone = await Promise.allSettled([
      accounts.removeMember(mei, accountId, id('mei')),
      accounts.removeMember(olga, accountId, id('olga')),
    ]);
    expect(gone.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    const left = gone[0].status === 'fulfilled' ? 'olga' : 'mei';
    const last = await refusalOf(accounts.removeMember(await viewer(left), accountId, id(left)));
    expect(last.fields).toEqual([{ field: 'role', key: 'companies.lastOwner' }]);
    const wanted = { role: 'member', ...see };
    expect((await refusalOf(accounts.changeMember(await viewer(left), accountId, id(left), wanted))).code).toBe(
      'invalid',
    );
    const other = left === 'mei' ? 'olga' : 'mei';
    expect(await viewer(other)).toMatchObject({ seats: [], left: [accountId] });
    await portal.accounts.addMember(operator, { accountId, personId: id(other), role: 'owner' });
  });

  it('acts in an account of one’s own alone', async () => {
    const { accounts } = portal;
    await accounts.actIn(await viewer('mei'), accountId);
    expect((await viewer('mei')).accountId).toBe(accountId);
    expect((await refusalOf(accounts.actIn(await viewer('tom'), accountId))).code).toBe('invalid');
    await accounts.actIn(await viewer('mei'), null);
    expect((await viewer('mei')).accountId).toBeNull();
  });

  describe('invitations', () => {
    const invite = async (email: string, by = 'jonas') =>
      portal.accounts.inviteMember(await viewer(by), accountId, {
        email,
        role: 'member',
        orders: 'own',
        tickets: 'all',
      });
    const newest = () => portal.jobs.at(-1)?.requestId ?? '';

    it('bring in whoever has proven the address, once, and nobody else', async () => {
      const { accounts } = portal;
      await invite('tom@example.com');
      const invitation = newest();
      const mail = await accounts.composeMemberInvitation(invitation);
      expect(mail).toMatchObject({ to: 'tom@example.com', token: null, invitedBy: 'Name of jonas@example.com' });
      expect(await accounts.lookAtMemberInvitation(await viewer('hya'), invitation)).toEqual({ state: 'prove' });
      expect((await refusalOf(accounts.joinAccount(await viewer('hya'), invitation))).code).toBe('not_found');
      const tom = await viewer('tom');
      expect(await accounts.lookAtMemberInvitation(tom, invitation)).toMatchObject({ state: 'ready', tickets: 'all' });
      await accounts.joinAccount(tom, invitation);
      expect(await viewer('tom')).toMatchObject({ accountId, seats: [{ role: 'member', tickets: 'all' }] });
      expect((await refusalOf(accounts.joinAccount(tom, invitation))).code).toBe('not_found');
      expect((await refusalOf(invite('tom@example.com'))).fields[0]?.key).toBe('companies.invite.member');
    });

    it('tell an unproven address nothing its sender chose, let it in once, and only once a day', async () => {
      const { accounts } = portal;
      await invite('new@example.com');
      const invitation = newest();
      const mail = await accounts.composeMemberInvitation(invitation);
      if (mail === null || mail === 'later' || !mail.token) throw new Error('There is no mail with a token.');
      expect(mail.invitedBy).toBeNull();
      const { cookies: entered, returnTo } = await accounts.enter(mail.token.token, client);
      expect(returnTo).toBe(`/en/invitation?id=${invitation}`);
      const newcomer = await portal.viewer(entered);
      await accounts.joinAccount(newcomer, invitation);
      expect(await portal.viewer(entered)).toMatchObject({ verified: true, accountId });

      await invite('other@example.com');
      const [first] = [newest()];
      expect(await accounts.composeMemberInvitation(first)).toMatchObject({ to: 'other@example.com' });
      await accounts.inviteAgain(await viewer('jonas'), first);
      expect(await accounts.composeMemberInvitation(first)).toBe('later');
      portal.later(25 * 3_600_000);
      expect(await accounts.composeMemberInvitation(first)).toMatchObject({ to: 'other@example.com' });
    });

    it('stand for 7 days, end when withdrawn, and end with the right of whoever sent them', async () => {
      const { accounts } = portal;
      const look = async (one: string) => (await accounts.lookAtMemberInvitation(await viewer('mei'), one)).state;
      await invite('late@example.com');
      const late = newest();
      await invite('taken@example.com');
      await accounts.withdrawMemberInvitation(await viewer('jonas'), newest());
      expect(await look(newest())).toBe('over');
      await invite('by-jonas@example.com');
      const his = newest();
      await accounts.removeMember(await viewer('mei'), accountId, id('jonas'));
      expect(await look(his)).toBe('over');
      await invite('week@example.com', 'mei');
      expect(await look(newest())).toBe('prove');
      portal.later(7 * 86_400_000 + 1);
      expect(await portal.accounts.composeMemberInvitation(late)).toBeNull();
    });
  });

  it('keeps which mails somebody wants', async () => {
    const { accounts } = portal;
    for (const name of ['olga'])
      cookies.set(name, (await accounts.signIn({ email: `${name}@example.com`, password }, client)).cookies);
    const olga = await viewer('olga');
    expect(await accounts.mayMail(id('olga'), 'orders')).toBe(true);
    await accounts.chooseMails(olga, { orders: false });
    expect(await accounts.mailChoices(olga)).toEqual({ ticket_replies: true, colleagues: true, orders: false });
    expect(await accounts.mayMail(id('olga'), 'orders')).toBe(false);
  });
});
