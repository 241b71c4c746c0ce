import { expect, test } from 'vitest';
import { anonymous, type Viewer } from '../../src/accounts/index.ts';
import { eachDatabase } from '../support/databases.ts';
import { articleFile, author, customer, openShelf, systemKey, unverified } from './support.ts';

eachDatabase('announcements', (source) => {
  const announced = (matter: Record<string, string>) => articleFile({ kind: 'announcement', ...matter });

  test('are told to those they are for, in their language', async () => {
    const { kb, write } = await openShelf(source);
    await write({
      'en/news/storm.md': announced({ title: 'Storm', summary: 'A day later.' }),
      'en/news/depot.md': announced({ title: 'Depot', audience: 'customers' }),
      'en/news/tools.md': announced({ title: 'Tools', audience: 'staff' }),
      'en/news/other.md': articleFile({ title: 'No announcement' }),
      'zh-cn/news/storm.md': announced({ title: '风暴' }),
    });
    const titles = async (viewer: Viewer, locale = 'en') =>
      (await kb.announcements(viewer, locale)).map(({ title }) => title).toSorted();
    for (const viewer of [anonymous, unverified, systemKey]) expect(await titles(viewer)).toEqual(['Storm']);
    expect(await titles(customer)).toEqual(['Depot', 'Storm']);
    expect(await titles(author)).toEqual(['Depot', 'Storm', 'Tools']);
    expect(await titles(anonymous, 'zh-cn')).toEqual(['风暴']);
    expect(await kb.announcements(anonymous, 'en')).toEqual([
      expect.objectContaining({ url: '/en/articles/storm', title: 'Storm', summary: 'A day later.' }),
    ]);
  });

  test('come and go with their dates, the latest first, at most three', async () => {
    const { kb, write, runtime } = await openShelf(source);
    const day = (from: number) => new Date(runtime.now() + from * 86_400_000).toISOString();
    await write({
      'en/news/over.md': announced({ title: 'Over', publish: day(-9), unpublish: day(-1) }),
      'en/news/now.md': announced({ title: 'Now', publish: day(-2), unpublish: day(2) }),
      'en/news/soon.md': announced({ title: 'Soon', publish: day(1), unpublish: day(4) }),
    });
    const titles = async () => (await kb.announcements(anonymous, 'en')).map(({ title }) => title);
    expect(await titles()).toEqual(['Now']);
    runtime.advance(86_400_000 + 1);
    expect(await titles()).toEqual(['Soon', 'Now']);
    runtime.advance(86_400_000);
    expect(await titles()).toEqual(['Soon']);
    await write(
      Object.fromEntries(
        [1, 2, 3, 4].map((at) => [`en/news/n${at}.md`, announced({ title: `N${at}`, publish: day(-at / 10) })]),
      ),
    );
    expect(await titles()).toEqual(['N1', 'N2', 'N3']);
  });
});
