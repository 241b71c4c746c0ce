import { beforeAll, expect, it } from 'vitest';
import { operator, type PersonViewer } from '../../src/accounts/index.ts';
import { eachDatabase } from '../support/databases.ts';
import { client, openPortal, password, type Portal } from './portal.ts';

eachDatabase('accounts: where somebody stands', (source) => {
  let portal: Portal;
  let personId: string;
  let cookies: string[];
  const accountIds: string[] = [];
  const now = '2026-11-24T00:00:00.000Z';
  beforeAll(async () => {
    portal = await openPortal(source);
    personId = await portal.person('mei@kitewood.example');
    ({ cookies } = await portal.accounts.signIn({ email: 'mei@kitewood.example', password }, client));
    for (const name of ['Harbour Lane Hotels', 'Quay Cafe', 'Former Inn', 'Nobody of ours']) {
      accountIds.push((await portal.accounts.addAccount(operator, { name })).accountId);
    }
    const [hotels = '', cafe = '', former = ''] = accountIds;
    const { db } = portal.database;
    await portal.accounts.addMember(operator, { accountId: hotels, personId, role: 'owner' });
    await portal.accounts.addMember(operator, { accountId: cafe, personId, role: 'member' });
    await portal.accounts.addMember(operator, { accountId: former, personId, role: 'owner' });
    await db.updateTable('membership').set({ endedAt: now }).where('accountId', '=', former).execute();
    await db.updateTable('membership').set({ tickets: 'all' }).where('accountId', '=', cafe).execute();
    await db
      .insertInto('customerGroup')
      .values([
        { id: 'g1', key: 'hotels', names: '{}', createdAt: now },
        { id: 'g2', key: 'dealers', names: '{}', createdAt: now },
      ])
      .execute();
    await db
      .insertInto('groupMember')
      .values([
        { groupId: 'g1', personId, source: 'staff', createdAt: now },
        { groupId: 'g1', personId, source: 'crm', createdAt: now },
      ])
      .execute();
    const tier = { firstReplyHours: null, names: { en: 'x', 'zh-cn': 'y' } };
    await portal.accounts.addTier(operator, { ...tier, rank: 1, key: 'silver' });
    const { tierId } = await portal.accounts.addTier(operator, { ...tier, rank: 2, key: 'gold' });
    await portal.accounts.addTier(operator, { ...tier, rank: 3, key: 'platinum' });
    await db.updateTable('person').set({ tierId }).where('id', '=', personId).execute();
  });

  const viewer = async () => (await portal.viewer(cookies)) as PersonViewer;

  it('finds accounts, groups, and the tier with those below it', async () => {
    const [hotels, cafe, former] = accountIds;
    const { seats, left, groups, tier, audiences, accountId } = await viewer();
    expect(seats).toEqual([
      { accountId: hotels, name: 'Harbour Lane Hotels', role: 'owner', orders: 'all', tickets: 'answer' },
      { accountId: cafe, name: 'Quay Cafe', role: 'member', orders: 'own', tickets: 'all' },
    ]);
    expect(left).toEqual([former]);
    expect(groups).toEqual(['g1']);
    expect(tier).toMatchObject({ rank: 2 });
    expect([...audiences].sort()).toEqual(['group:hotels', 'tier:gold', 'tier:silver']);
    expect(accountId).toBeNull();
  });

  it('lets somebody act only in an account that they belong to', async () => {
    const [hotels = '', , former = ''] = accountIds;
    const actIn = (accountId: string) =>
      portal.database.db.updateTable('person').set({ accountId }).where('id', '=', personId).execute();
    await actIn(hotels);
    expect((await viewer()).accountId).toBe(hotels);
    await actIn(former);
    expect((await viewer()).accountId).toBeNull();
    await actIn(accountIds[3] ?? '');
    expect((await viewer()).accountId).toBeNull();
  });
});
