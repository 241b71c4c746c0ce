import { beforeAll, describe, expect, it } from 'vitest';
import { anonymous, noStanding, operator } from '../../src/accounts/index.ts';
import { eachDatabase } from '../support/databases.ts';
import { client, openPortal, password, refusalOf, type Portal } from './portal.ts';

eachDatabase('accounts: people', (source) => {
  let portal: Portal;
  beforeAll(async () => {
    portal = await openPortal(source);
  });

  it('adds people, one for each proven address', async () => {
    const { accounts, database } = portal;
    const mei = {
      email: 'Mei@kitewood.example',
      name: 'Mei Lin',
      role: 'customer',
      verified: true,
      locale: 'zh-cn',
    } as const;
    const { personId } = await accounts.addPerson(operator, mei);
    expect(await accounts.personByEmail(database.db, 'mei@Kitewood.example')).toEqual({
      id: personId,
      name: 'Mei Lin',
      email: 'mei@kitewood.example',
      verified: true,
      role: 'customer',
      locale: 'zh-cn',
      tierId: null,
      ownerId: null,
    });
    expect((await refusalOf(accounts.addPerson(operator, mei))).code).toBe('conflict');
    expect(await accounts.personById(database.db, 'nobody')).toBeNull();
    expect(await accounts.contact(database.db, 'nobody')).toBeNull();
  });

  it('gives neither password nor role to an address that nobody has proven', async () => {
    const unproven = { email: 'x@kitewood.example', name: 'X', verified: false } as const;
    const word = await refusalOf(portal.accounts.addPerson(operator, { ...unproven, role: 'customer', password }));
    expect(word.fields.map((fault) => fault.field)).toEqual(['password']);
    const role = await refusalOf(portal.accounts.addPerson(operator, { ...unproven, role: 'agent' }));
    expect(role.fields.map((fault) => fault.field)).toEqual(['role']);
    await portal.accounts.addPerson(operator, { ...unproven, role: 'customer' });
    expect((await refusalOf(portal.accounts.setRole(operator, { email: unproven.email, role: 'agent' }))).code).toBe(
      'not_found',
    );
  });

  it('names every faulty field at once', async () => {
    const faulty = { email: 'not an address', name: '', role: 'king' as never, verified: true, password: '1234567890' };
    const refusal = await refusalOf(portal.accounts.addPerson(operator, faulty));
    expect(refusal.fields.map(({ field, key }) => [field, key])).toEqual([
      ['email', 'errors.email'],
      ['name', 'errors.required'],
      ['role', 'errors.choice'],
      ['password', 'errors.passwordWeak'],
    ]);
  });

  it('lists the colleagues who work on tickets, for those who do', async () => {
    await portal.person('ravi@kitewood.example', 'agent');
    await portal.person('root@kitewood.example', 'administrator');
    await portal.person('ana@kitewood.example', 'author');
    const viewer = async (email: string) =>
      portal.viewer((await portal.accounts.signIn({ email, password }, client)).cookies);
    const staff = await portal.accounts.staffPeople(await viewer('ravi@kitewood.example'));
    expect(staff.map((person) => person.role)).toEqual(['agent', 'administrator']);
    expect((await refusalOf(portal.accounts.staffPeople(await viewer('ana@kitewood.example')))).code).toBe('forbidden');
    expect((await refusalOf(portal.accounts.staffPeople(anonymous))).code).toBe('unauthenticated');
  });

  it('keeps tiers, accounts and members', async () => {
    const { accounts, database } = portal;
    const { tierId } = await accounts.addTier(operator, {
      rank: 3,
      names: { en: 'Gold', 'zh-cn': '金卡' },
      firstReplyHours: 4,
    });
    const { accountId } = await accounts.addAccount(operator, { name: 'Harbour Lane Hotels', externalId: 'C-204' });
    const person = { email: 'gold@kitewood.example', name: 'Gold', role: 'customer', verified: true, tierId } as const;
    const { personId } = await accounts.addPerson(operator, person);
    await accounts.addMember(operator, { accountId, personId, role: 'member' });
    await accounts.addMember(operator, { accountId, personId, role: 'manager' });
    expect(await accounts.tierOf(database.db, personId)).toEqual({
      id: tierId,
      rank: 3,
      key: 'tier-3',
      names: { en: 'Gold', 'zh-cn': '金卡' },
      firstReplyHours: 4,
      solutionHours: null,
      benefits: { en: [], 'zh-cn': [] },
    });
    const viewer = {
      kind: 'person',
      personId,
      name: 'Gold',
      email: person.email,
      role: 'customer',
      locale: 'en',
      ...noStanding,
    } as const;
    const { tier, memberships } = await accounts.standing({ ...viewer, verified: true });
    expect(tier?.id).toBe(tierId);
    expect(memberships.map((row) => ({ ...row }))).toEqual([
      { accountId, name: 'Harbour Lane Hotels', role: 'manager' },
    ]);
    const twice = await refusalOf(
      accounts.addTier(operator, { rank: 3, names: { en: 'x', 'zh-cn': 'y' }, firstReplyHours: null }),
    );
    expect([twice.code, twice.fields[0]?.field]).toEqual(['conflict', 'rank']);
    expect((await refusalOf(accounts.addAccount(operator, { name: 'Other', externalId: 'C-204' }))).code).toBe(
      'conflict',
    );
  });

  it('changes the language of pages and mails', async () => {
    const id = await portal.person('tom@kitewood.example');
    const viewer = await portal.viewer(
      (await portal.accounts.signIn({ email: 'tom@kitewood.example', password }, client)).cookies,
    );
    await portal.accounts.setLocale(viewer, 'zh-cn');
    expect(await portal.accounts.contact(portal.database.db, id)).toMatchObject({ locale: 'zh-cn' });
    expect((await refusalOf(portal.accounts.setLocale(viewer, 'tlh' as never))).fields).toEqual([
      { field: 'locale', key: 'errors.choice' },
    ]);
  });

  describe('the first administrator', () => {
    const root = { name: 'Root', email: 'root@kitewood.example', password };

    it('comes in by the newest set-up token, once', async () => {
      const own = await openPortal(source);
      const older = await own.accounts.mintSetUpToken();
      const token = (await own.accounts.mintSetUpToken())?.token ?? '';
      expect(await own.accounts.lookAtSetUp(older?.token ?? '')).toEqual({ state: 'over' });
      expect(await own.accounts.lookAtSetUp(token)).toMatchObject({ state: 'ready', purpose: 'set-up' });
      expect((await refusalOf(own.accounts.setUp(token, { ...root, name: '' }, client))).fields).toEqual([
        { field: 'name', key: 'errors.required' },
      ]);
      const { cookies } = await own.accounts.setUp(token, root, client);
      expect(await own.viewer(cookies)).toMatchObject({ role: 'administrator', verified: true, name: 'Root' });
      expect((await refusalOf(own.accounts.setUp(token, root, client))).fields[0]?.field).toBe('token');
      expect(await own.accounts.mintSetUpToken()).toBeNull();
      await own.accounts.signIn(root, client);
    });

    it('may have been a guest before', async () => {
      const own = await openPortal(source);
      await own.database.transaction((tx) => own.accounts.guest(tx, { email: root.email, name: 'G', locale: 'en' }));
      const token = (await own.accounts.mintSetUpToken())?.token ?? '';
      const { cookies } = await own.accounts.setUp(token, root, client);
      expect(await own.viewer(cookies)).toMatchObject({ role: 'administrator', name: 'Root' });
      expect(own.proven).toHaveLength(1);
    });
  });
});
