import { expect, test } from 'vitest';
import { anonymous, type Viewer } from '../../src/accounts/index.ts';
import { eachDatabase } from '../support/databases.ts';
import { articleFile, author, customer, openShelf, systemKey, unverified, type Shelf } from './support.ts';

const notFound = { code: 'not_found' };

eachDatabase('reading articles', (source) => {
  const audiences = ['public', 'customers', 'staff'] as const;

  async function threeAudiences(): Promise<Shelf> {
    const shelf = await openShelf(source);
    await shelf.write({
      'en/categories.yaml': 'care: { title: Care, description: Looking after wood. }\nroom: { title: Room }\n',
      ...Object.fromEntries(
        audiences.map((audience) => [
          `en/care/for-${audience}.md`,
          articleFile(
            { title: `Zebra for ${audience}`, audience },
            'See [a](for-public.md), [b](for-staff.md), [c](gone.md).',
          ),
        ]),
      ),
      'zh-cn/care/for-public.md': articleFile({ title: '斑马', audience: 'customers' }),
      'en/room/hidden.md': articleFile({ title: 'Room for staff', audience: 'staff' }),
    });
    await shelf.kb.start();
    return shelf;
  }

  const seenBy: [string, Viewer, readonly string[]][] = [
    ['a stranger', anonymous, ['public']],
    ['somebody whose address is not proven', unverified, ['public']],
    ['a system key', systemKey, ['public']],
    ['a customer', customer, ['public', 'customers']],
    ['an author', author, audiences],
  ];

  test.each(seenBy)('%s finds in every outlet what is theirs and nothing else', async (_, viewer, theirs) => {
    const { kb, database } = await threeAudiences();
    const slugs = theirs.map((audience) => `for-${audience}`).toSorted();

    const { category, articles, total } = await kb.category(viewer, { locale: 'en', slug: 'care' });
    expect(articles.map((line) => line.slug).toSorted()).toEqual(slugs);
    expect(category.count).toBe(slugs.length);

    const home = await kb.home(viewer, 'en');
    const all = theirs.includes('staff') ? [...slugs, 'hidden'] : slugs;
    expect(home.needed.map((line) => line.slug).toSorted()).toEqual(all);
    expect([home.count, total]).toEqual([all.length, all.length]);
    expect(home.categories.map((line) => line.slug)).toEqual(theirs.includes('staff') ? ['care', 'room'] : ['care']);

    const { hits } = await kb.search(viewer, { text: 'zebra', locale: 'en' });
    expect(hits.map((hit) => hit.slug).toSorted()).toEqual(slugs);
    const suggested = await kb.search(viewer, { text: 'zeb', locale: 'en', suggest: true });
    expect(suggested.hits.map((hit) => hit.slug).toSorted()).toEqual(slugs);

    const rows = await database.db.selectFrom('article').select(['id', 'slug']).where('locale', '=', 'en').execute();
    const byId = await kb.articlesByIds(viewer, ['unknown', ...rows.map((row) => row.id)]);
    expect(byId.map((line) => line.slug).toSorted()).toEqual(all);

    for (const audience of audiences) {
      const slug = `for-${audience}`;
      const reading = () => kb.article(viewer, { locale: 'en', slug });
      const rating = () =>
        kb.giveFeedback(viewer, {
          articleId: rows.find((row) => row.slug === slug)?.id ?? '',
          helpful: true,
        });
      if (theirs.includes(audience)) {
        const article = await reading();
        expect(article.related.every((line) => slugs.includes(line.slug))).toBe(true);
        const reached = ['for-public', 'for-staff'].filter((linked) => slugs.includes(linked));
        const unresolved = ['for-public', 'for-staff', 'gone'].filter(
          (linked) => linked !== slug && !reached.includes(linked),
        );
        expect(article.unresolvedLinks).toEqual(unresolved);
        await rating();
      } else {
        await expect(reading()).rejects.toMatchObject(notFound);
        await expect(rating()).rejects.toMatchObject(notFound);
      }
    }
    const ratings = await database.db.selectFrom('feedback').select('id').execute();
    expect(ratings).toHaveLength(theirs.length);
  });

  test('a translation is told only to who may read it', async () => {
    const { kb } = await threeAudiences();
    const slug = 'for-public';
    expect((await kb.article(anonymous, { locale: 'en', slug })).translations).toEqual([]);
    expect((await kb.article(customer, { locale: 'en', slug })).translations).toEqual([
      { locale: 'zh-cn', slug, url: '/zh-cn/articles/for-public' },
    ]);
    expect((await kb.home(anonymous, 'en')).translated).toBe(0);
    expect((await kb.home(customer, 'en')).translated).toBe(1);
  });

  test('what is missing is not found, in whatever way it is missing', async () => {
    const { kb, database } = await threeAudiences();
    await expect(kb.article(author, { locale: 'en', slug: 'never' })).rejects.toMatchObject(notFound);
    await expect(kb.article(author, { locale: 'zh-cn', slug: 'for-staff' })).rejects.toMatchObject(notFound);
    await expect(kb.article(author, { locale: 'fr', slug: 'for-public' })).rejects.toMatchObject(notFound);
    await expect(kb.category(anonymous, { locale: 'en', slug: 'room' })).rejects.toMatchObject(notFound);
    await expect(kb.giveFeedback(author, { articleId: 'never', helpful: true })).rejects.toMatchObject(notFound);
    await database.db
      .updateTable('article')
      .set({ publishedRevisionId: null })
      .where('slug', '=', 'for-public')
      .execute();
    await expect(kb.article(author, { locale: 'en', slug: 'for-public' })).rejects.toMatchObject(notFound);
  });

  test('dates open and close an article', async () => {
    const { kb, write, runtime } = await openShelf(source);
    const text = articleFile({ title: 'Zebra', publish: '2026-11-24', unpublish: '2026-11-26T06:00:00Z' });
    await write({ 'en/care/zebra.md': text });
    await kb.start();
    const seen = async () => {
      const hits = (await kb.search(author, { text: 'zebra', locale: 'en' })).hits.length;
      const read = await kb.article(author, { locale: 'en', slug: 'zebra' }).then(
        () => 1,
        () => 0,
      );
      expect(read).toBe(hits);
      return read;
    };
    expect(await seen()).toBe(0);
    runtime.advance(6 * 3_600_000);
    expect(await seen()).toBe(1);
    runtime.advance(54 * 3_600_000);
    expect(await seen()).toBe(0);
  });

  test('an article comes with all that its page shows', async () => {
    const { kb, write, touches } = await openShelf(source);
    await write({
      'en/categories.yaml': 'care: { title: Care and repair }\n',
      'en/care/oil.md': articleFile(
        { title: 'Oil a table', checked: '2026-09-02', keywords: '[wax, polish]' },
        '## First\n\nSee [rings](rings.md#when).\n\n### Second\n',
      ),
      'en/care/rings.md': articleFile({ title: 'Rings' }),
      'en/care/wax.md': articleFile({ title: 'Wax' }),
    });
    const article = await kb.article(anonymous, { locale: 'en', slug: 'oil', inquiry: 'q' });
    expect(article).toMatchObject({
      title: 'Oil a table',
      url: '/en/articles/oil',
      category: { slug: 'care', title: 'Care and repair' },
      keywords: ['wax', 'polish'],
      checked: '2026-09-02',
      minutes: 1,
      helped: { yes: 0, of: 0 },
      contents: [
        { id: 's-first', text: 'First', depth: 2 },
        { id: 's-second', text: 'Second', depth: 3 },
      ],
    });
    expect(article.html).toContain('href="/en/articles/rings#s-when"');
    expect(article.related.map((line) => line.slug)).toEqual(['rings', 'wax']);
    expect(touches).toMatchObject([
      { type: 'article.read', inquiry: 'q', viewer: anonymous, body: { slug: 'oil', title: 'Oil a table' } },
    ]);
    await kb.article(anonymous, { locale: 'en', slug: 'oil', touch: false });
    expect(touches).toHaveLength(1);
  });
});

eachDatabase('feedback', (source) => {
  const inquiry = 'i'.repeat(22);

  async function oneArticle() {
    const shelf = await openShelf(source);
    await shelf.write({ 'en/care/oil.md': articleFile({ title: 'Oil' }) });
    const { articleId } = await shelf.kb.article(anonymous, { locale: 'en', slug: 'oil', touch: false });
    const helped = async () => (await shelf.kb.article(anonymous, { locale: 'en', slug: 'oil', touch: false })).helped;
    return { ...shelf, articleId, helped };
  }

  test('an inquiry and a person each have one opinion, which may change', async () => {
    const { kb, articleId, helped, touches } = await oneArticle();
    await kb.giveFeedback(anonymous, { articleId, helpful: true, inquiry });
    await kb.giveFeedback(anonymous, { articleId, helpful: true, inquiry });
    expect(await helped()).toEqual({ yes: 1, of: 1 });
    await kb.giveFeedback(customer, { articleId, helpful: true, inquiry });
    await kb.giveFeedback(customer, { articleId, helpful: false, comment: 'Too short.', inquiry: 'j'.repeat(22) });
    expect(await helped()).toEqual({ yes: 1, of: 2 });
    await kb.giveFeedback(anonymous, { articleId, helpful: false });
    expect(await helped()).toEqual({ yes: 1, of: 3 });
    expect(touches.map(({ inTransaction, body }) => [inTransaction, body['helpful']])).toEqual([
      [true, true],
      [true, true],
      [true, false],
      [true, false],
    ]);
  });

  test('two presses at once are one opinion', async () => {
    const { kb, articleId, helped, touches } = await oneArticle();
    await Promise.all(Array.from({ length: 5 }, () => kb.giveFeedback(customer, { articleId, helpful: true })));
    expect(await helped()).toEqual({ yes: 1, of: 1 });
    expect(touches).toHaveLength(1);
  });

  test('is kept together with its touch, or not at all', async () => {
    const { articleId, helped, database } = await oneArticle();
    const { kb: broken } = await openShelf(source, {
      database,
      touches: { record: () => undefined, recordIn: () => Promise.reject(new Error('The log is full.')) },
    });
    await expect(broken.giveFeedback(customer, { articleId, helpful: true })).rejects.toThrow('The log is full.');
    expect(await helped()).toEqual({ yes: 0, of: 0 });
  });

  test('refuses what it cannot keep, by field', async () => {
    const { kb, articleId, helped } = await oneArticle();
    const refused = (field: string, key: string) => ({
      code: 'invalid',
      fields: [expect.objectContaining({ field, key })],
    });
    await expect(
      kb.giveFeedback(anonymous, { articleId, helpful: false, comment: 'x'.repeat(2_001) }),
    ).rejects.toMatchObject(refused('comment', 'errors.tooLong'));
    await expect(kb.giveFeedback(anonymous, { articleId, helpful: false, comment: 'a\u0000b' })).rejects.toMatchObject(
      refused('comment', 'errors.control'),
    );
    await expect(kb.giveFeedback(anonymous, { articleId, helpful: false, inquiry: '<x>' })).rejects.toMatchObject(
      refused('inquiry', 'errors.unreadable'),
    );
    expect(await helped()).toEqual({ yes: 0, of: 0 });
  });
});
