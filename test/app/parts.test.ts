import { describe, expect, it } from 'vitest';
import { anonymous, viewerOfPerson, type PersonViewer, type Viewer } from '../../src/accounts/index.ts';
import { eachDatabase } from '../support/databases.ts';
import { setUpApplication, type ApplicationSetup } from './applicationSetup.ts';

const text = (title: string) => ({
  title,
  summary: 'Of crates.',
  keywords: [],
  source: 'How we pack crates for the trade.',
});

/** Two articles, for a group and for a tier, and who asks for them. */
async function shelf({ app, person }: ApplicationSetup) {
  const [root, ana, ravi] = [
    await person('Root', 'administrator'),
    await person('Ana', 'author'),
    await person('Ravi', 'agent'),
  ];
  await app.accounts.addGroup(root, { key: 'trade', names: { en: 'Trade', 'zh-cn': '贸易伙伴' } });
  const names = (name: string) => ({ en: name, 'zh-cn': name });
  for (const [rank, key] of [
    [1, 'standard'],
    [2, 'silver'],
    [3, 'gold'],
  ] as const)
    await app.accounts.addTier(root, { rank, key, names: names(key), firstReplyHours: null });
  await app.database.db
    .insertInto('category')
    .values({ locale: 'en', slug: 'packing', title: 'Packing', description: 'Of crates.', position: 0 })
    .execute();
  for (const [slug, audience] of [
    ['for-trade', 'group:trade'],
    ['for-silver', 'tier:silver'],
  ] as const) {
    const made = await app.kb.authoring.create(ana, {
      locale: 'en',
      slug,
      category: 'packing',
      ...text(`Crates ${slug}`),
    });
    await app.kb.authoring.publish(ana, { ...made, audience });
  }
  await app.kb.start();
  const tiers = await app.accounts.tiers(root);
  const tierId = (key: string) => tiers.find((tier) => tier.key === key)?.id ?? '';
  const reads = async (viewer: Viewer) => {
    const read: string[] = [];
    for (const slug of ['for-trade', 'for-silver']) {
      const found = await app.kb.article(viewer, { locale: 'en', slug }).then(
        () => slug,
        () => null,
      );
      const { hits } = await app.kb.search(viewer, { text: 'crates trade', locale: 'en' });
      // What is found is what may be read, on every way.
      expect(hits.some((hit) => hit.slug === slug)).toBe(found !== null);
      if (found) read.push(slug);
    }
    return read;
  };
  return { root, ana, ravi, tierId, reads };
}

eachDatabase('articles for a part of the customers', (source) => {
  it('are read by who is in the group, by the tier and those above it, and by colleagues', async () => {
    const setup = await setUpApplication(source);
    const { app, person } = setup;
    const sees = async ({ personId }: PersonViewer): Promise<Viewer> =>
      (await viewerOfPerson(app.database.db, personId)) ?? anonymous;
    const { ravi, ana, tierId, reads } = await shelf(setup);
    const [mei, tom] = [await person('Mei'), await person('Tom')];
    expect([await reads(await sees(mei)), await reads(await sees(tom))]).toEqual([[], []]);
    await app.accounts.addToGroup(ravi, 'trade', { email: mei.email });
    await app.accounts.addToGroup(ravi, 'trade', { email: mei.email });
    await app.accounts.setTier(ravi, tom.personId, { tier: tierId('gold') });
    expect([await reads(await sees(mei)), await reads(await sees(tom))]).toEqual([['for-trade'], ['for-silver']]);
    expect([await reads(await sees(ravi)), await reads(await sees(ana))]).toEqual([
      ['for-trade', 'for-silver'],
      ['for-trade', 'for-silver'],
    ]);
    await app.accounts.setTier(ravi, tom.personId, { tier: tierId('standard') });
    await app.accounts.takeFromGroup(ravi, 'trade', mei.personId);
    expect([await reads(await sees(mei)), await reads(await sees(tom))]).toEqual([[], []]);
    expect(await reads(anonymous)).toEqual([]);
  });

  it('a company gets its first owner from a colleague, and the others from its owner', async () => {
    const { app, person } = await setUpApplication(source);
    const [mei, tom, ravi] = [await person('Mei'), await person('Tom'), await person('Ravi', 'agent')];
    const { accountId } = await app.accounts.addAccount({ kind: 'operator' }, { name: 'Harbour', externalId: 'C-1' });
    await app.accounts.makeFirstOwner(ravi, mei.personId, { account: ' C-1 ' });
    const seats = (await viewerOfPerson(app.database.db, mei.personId))?.seats;
    expect(seats).toMatchObject([{ accountId, name: 'Harbour', role: 'owner', orders: 'all', tickets: 'answer' }]);
    await expect(app.accounts.makeFirstOwner(ravi, tom.personId, { account: 'Harbour' })).rejects.toMatchObject({
      code: 'invalid',
      fields: [{ field: 'account', key: 'errors.hasOwner' }],
    });
    await app.accounts.makeFirstOwner(ravi, tom.personId, { account: 'Tom’s Inn' });
    expect((await viewerOfPerson(app.database.db, tom.personId))?.seats).toMatchObject([
      { name: 'Tom’s Inn', role: 'owner' },
    ]);
    const refusal = { code: 'not_found' };
    await expect(app.accounts.makeFirstOwner(ravi, ravi.personId, { account: 'New' })).rejects.toMatchObject(refusal);
    await expect(app.accounts.makeFirstOwner(tom, tom.personId, { account: 'C-1' })).rejects.toMatchObject({
      code: 'forbidden',
    });
  });

  describe('are kept in order', () => {
    it('with readers counted, and faults that name their field', async () => {
      const setup = await setUpApplication(source);
      const { app, person } = setup;
      const { root, ravi, ana, tierId } = await shelf(setup);
      const mei = await person('Mei');
      await app.accounts.addToGroup(ravi, 'trade', { email: mei.email });
      await app.accounts.setTier(ravi, mei.personId, { tier: tierId('gold') });
      expect(await app.accounts.parts(ana)).toMatchObject([
        { audience: 'group:trade', persons: 1 },
        { audience: 'tier:standard', persons: 1 },
        { audience: 'tier:silver', persons: 1 },
        { audience: 'tier:gold', persons: 1 },
      ]);
      expect(await app.accounts.groupMembers(ravi, 'trade')).toMatchObject([{ name: 'Mei', source: 'staff' }]);
      const refused = async (work: Promise<unknown>) =>
        work.then(
          () => [],
          (error: { code: string; fields: { field: string }[] }) => [
            error.code,
            ...error.fields.map(({ field }) => field),
          ],
        );
      const names = { en: 'Trade', 'zh-cn': '贸易' };
      expect(await refused(app.accounts.addGroup(root, { key: 'trade', names }))).toEqual(['conflict', 'key']);
      expect(await refused(app.accounts.addGroup(root, { key: 'No key', names: { en: '', 'zh-cn': 'x' } }))).toEqual([
        ...['invalid', 'key', 'names.en'],
      ]);
      expect(await refused(app.accounts.addGroup(ravi, { key: 'new', names }))).toEqual(['forbidden']);
      expect(await refused(app.accounts.addToGroup(ravi, 'trade', { email: 'nobody@kitewood.example' }))).toEqual([
        ...['invalid', 'email'],
      ]);
      expect(await refused(app.accounts.addToGroup(ana, 'trade', { email: mei.email }))).toEqual(['forbidden']);
      expect(await refused(app.accounts.groupMembers(ravi, 'unknown'))).toEqual(['not_found']);
      expect(await refused(app.accounts.setTier(ravi, mei.personId, { tier: 'nothing' }))).toEqual(['invalid', 'tier']);
      expect(await refused(app.accounts.setTier(ravi, ana.personId, { tier: tierId('gold') }))).toEqual(['not_found']);
      const silver = { names, firstReplyHours: 4, solutionHours: 24, benefits: { en: ['A desk'], 'zh-cn': ['专席'] } };
      await app.accounts.changeTier(root, tierId('silver'), silver);
      expect((await app.accounts.tiers(ravi))[1]).toMatchObject({ key: 'silver', ...silver });
      expect(await refused(app.accounts.changeTier(root, tierId('silver'), { ...silver, firstReplyHours: 0 }))).toEqual(
        [...['invalid', 'firstReplyHours']],
      );
      expect(await refused(app.accounts.changeTier(ravi, tierId('silver'), silver))).toEqual(['forbidden']);
    });
  });
});
