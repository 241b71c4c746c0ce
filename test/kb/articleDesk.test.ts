import { expect, test } from 'vitest';
import { anonymous } from '../../src/accounts/index.ts';
import type { ArticleView } from '../../src/kb/index.ts';
import { eachDatabase } from '../support/databases.ts';
import { ana, bo, conflictOf, openDesk, ravi, text } from './authors.ts';
import { articleFile, openShelf } from './support.ts';

const refused = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: { code: string }) => error.code,
  );

eachDatabase('the desk of articles', (source) => {
  test('views, counts and filters', async () => {
    const { authoring, runtime, write, database } = await openDesk(source);
    const make = async (slug: string, locale = 'en', category = 'care') => {
      const made = await authoring.create(ana, { locale, category, slug });
      runtime.advance(1_000);
      return made;
    };
    const publish = async (slug: string, more: { publishAt?: string; audience?: 'public' } = {}) => {
      const made = await make(slug);
      return authoring.publish(ana, { ...made, text: text(`About ${slug}`, 'Words.'), ...more });
    };
    await make('draft');
    await publish('published', { audience: 'public' });
    await publish('scheduled', { publishAt: new Date(runtime.now() + 86_400_000).toISOString() });
    const changed = await publish('changed');
    await authoring.saveDraft(bo, { ...changed, ...text('About changed', 'More.') });
    const unpublished = await publish('unpublished');
    await authoring.unpublish(ana, { articleId: unpublished.articleId });
    const deleted = await publish('deleted');
    await authoring.remove(ana, { articleId: deleted.articleId, redirect: { to: 'gone' } });
    const suggested = await publish('suggested');
    await authoring.suggest(ravi, { articleId: suggested.articleId, words: 'Say how often.' });
    await authoring.setFacts(bo, { articleId: suggested.articleId, ownerId: 'bo', checked: '2026-11-20' });
    const twin = await authoring.create(ana, { locale: 'zh-cn', category: 'care', translationOf: changed.articleId });
    await write({ 'en/care/file.md': articleFile({ title: '100% wool_' }) });

    const slugs = async (view?: ArticleView, more = {}) =>
      (await authoring.list(ana, { view, ...more })).articles.map(({ slug, locale }) =>
        locale === 'en' ? slug : `zh ${slug}`,
      );
    const { counts } = await authoring.list(bo, {});
    expect(counts).toEqual({
      ...{
        all: 8,
        mine: 1,
        draft: 2,
        published: 4,
        scheduled: 1,
        changed: 1,
        unpublished: 1,
        conflict: 0,
        suggested: 1,
      },
      ...{ check_due: 3, untranslated: 6, deleted: 1 },
    });
    for (const view of Object.keys(counts) as ArticleView[]) {
      const { articles } = await authoring.list(bo, { view });
      expect(articles, view).toHaveLength(counts[view]);
    }
    expect(await slugs('scheduled')).toEqual(['scheduled']);
    expect(await slugs('changed')).toEqual(['changed']);
    expect(await slugs('unpublished')).toEqual(['unpublished']);
    expect(await slugs('suggested')).toEqual(['suggested']);
    expect(await slugs('deleted')).toEqual(['deleted']);
    expect(await slugs('draft')).toEqual(['zh changed', 'draft']);
    expect(await slugs('all', { text: 'ABOUT S' })).toEqual(['suggested', 'scheduled']);
    expect(await slugs('all', { text: '0% wool_' })).toEqual(['file']);
    expect(await slugs('all', { text: '%' })).toEqual(['file']);
    expect(await slugs('all', { audience: 'public' })).toEqual(['file', 'published']);
    expect(await slugs('all', { ownerId: 'bo' })).toEqual(['suggested']);
    expect(await slugs('all', { locale: 'zh-cn', kind: 'service' })).toEqual(['zh changed']);
    expect(await slugs('all', { audience: 'nobody', kind: 'x', category: 'nowhere' })).toEqual([]);
    expect((await authoring.list(bo, { ownerId: 'bo' })).counts).toMatchObject({ all: 1, mine: 1, deleted: 0 });

    // Paging by key: nothing twice, nothing left out, whatever is changed meanwhile.
    for (const sort of ['changed', 'checked'] as const) {
      const seen: string[] = [];
      let after: string | undefined;
      for (let page = 0; page < 9; page += 1) {
        const list = await authoring.list(ana, { sort, limit: 3, after });
        seen.push(...list.articles.map(({ articleId }) => articleId));
        if (list.next === null) break;
        after = list.next;
      }
      expect([seen.length, new Set(seen).size]).toEqual([8, 8]);
    }
    expect(twin.version).toBe(1);
    expect(await database.db.selectFrom('article').select('id').execute()).toHaveLength(9);
  });

  test('a list of any length takes the same number of queries', async () => {
    const { database, write } = await openDesk(source);
    let queries = 0;
    const counted = database.db.withPlugin({
      transformQuery: ({ node }) => {
        queries += 1;
        return node;
      },
      transformResult: async ({ result }) => result,
    });
    const { kb } = await openShelf(source, { database: { ...database, db: counted } });
    const ask = async () => {
      queries = 0;
      const { articles } = await kb.authoring.list(ana, {});
      return [articles.length, queries];
    };
    await write({ 'en/care/a.md': articleFile({}) });
    const [, few] = await ask();
    await write(Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`en/care/b${at}.md`, articleFile({})])));
    expect(few).toBeGreaterThan(1);
    expect(await ask()).toEqual([31, few]);
  });

  test('a translation is behind what the leading language got after it', async () => {
    const { authoring, write, runtime } = await openDesk(source);
    const files = (en: string, zh: string) => ({
      'en/care/oil.md': articleFile({ title: 'Oil' }, en),
      'zh-cn/care/oil.md': articleFile({ title: '油' }, zh),
    });
    const behind = async () => {
      const { articles } = await authoring.list(ana, {});
      const english = articles.find(({ locale }) => locale === 'en');
      const chinese = articles.find(({ locale }) => locale === 'zh-cn');
      expect(english?.behind).toBe(0);
      expect(english?.translations[0]?.behind).toBe(chinese?.behind);
      return chinese?.behind;
    };
    await write(files('One.', '一。'));
    expect(await behind()).toBe(0);
    for (const words of ['Two.', 'Three.']) {
      runtime.advance(60_000);
      await write(files(words, '一。'));
    }
    expect(await behind()).toBe(2);
    expect((await authoring.list(ana, { view: 'untranslated' })).articles.map(({ locale }) => locale)).toEqual([
      'zh-cn',
    ]);
    runtime.advance(60_000);
    await write(files('Three.', '三。'));
    expect(await behind()).toBe(0);
  });

  test('whatever readers may see is owed to the search, and who did what is written down', async () => {
    const { authoring, database, kb } = await openDesk(source);
    const { articleId, version } = await authoring.create(ana, { locale: 'en', category: 'care', slug: 'oil' });
    const owed = async () => (await database.db.selectFrom('articleChange').select('seq').execute()).length;
    const steps: [string, () => Promise<unknown>][] = [
      ['article.published', () => authoring.publish(ana, { articleId, version, text: text('Oil', 'Words.') })],
      ['article.audience_set', () => authoring.setFacts(bo, { articleId, audience: 'public' })],
      ['article.kind_set', () => authoring.setFacts(bo, { articleId, kind: 'process' })],
      ['article.category_set', () => authoring.setFacts(bo, { articleId, category: 'room' })],
      ['article.checked', () => authoring.setFacts(bo, { articleId, checked: '2026-11-01' })],
      ['article.moved', () => authoring.move(bo, { articleId, slug: 'oiling' })],
      ['article.unpublished', () => authoring.unpublish(bo, { articleId })],
      ['article.deleted', () => authoring.remove(ana, { articleId, redirect: { to: 'gone' } })],
      ['article.undeleted', () => authoring.undelete(ana, { articleId })],
    ];
    for (const [type, step] of steps) {
      const before = await owed();
      await step();
      expect(await owed(), type).toBe(before + 1);
      const { events } = await authoring.revisions(ana, { articleId });
      expect(events[0]?.type).toBe(type);
    }
    const before = await owed();
    await authoring.setFacts(bo, { articleId, ownerId: 'ravi', audience: 'public' });
    expect(await owed()).toBe(before);
    const [last] = (await authoring.revisions(ana, { articleId })).events;
    expect(last).toMatchObject({
      type: 'article.owner_set',
      by: { name: 'Bo Lind' },
      body: { from: 'ana', to: 'ravi' },
    });
    await authoring.publish(ana, { articleId, version: (await authoring.open(ana, { articleId })).version });
    expect(await kb.article(anonymous, { locale: 'en', slug: 'oiling' })).toMatchObject({
      ...{ kind: 'process', checked: '2026-11-01', category: { slug: 'room' } },
    });
  });

  test('a deleted article gives its address free, and comes back at another when it is taken', async () => {
    const { authoring, kb } = await openDesk(source);
    const make = async () => {
      const made = await authoring.create(ana, { locale: 'en', category: 'care', slug: 'oil' });
      await authoring.publish(ana, { ...made, text: text('Oil', 'Words.'), audience: 'public' });
      return made.articleId;
    };
    const first = await make();
    await authoring.remove(ana, { articleId: first, redirect: { to: 'gone' } });
    expect(await refused(kb.elsewhere(anonymous, { locale: 'en', slug: 'oil' }))).toBe('gone');
    const second = await make();
    expect((await kb.article(anonymous, { locale: 'en', slug: 'oil' })).articleId).toBe(second);
    expect(await refused(authoring.undelete(ana, { articleId: first }))).toBe('invalid');
    expect(await authoring.undelete(ana, { articleId: first, slug: 'old-oil' })).toEqual({ slug: 'old-oil' });
    expect(await refused(authoring.move(ana, { articleId: first, slug: 'oil' }))).toBe('invalid');
    const nowhere = { to: 'article', articleId: first } as const;
    expect(await refused(authoring.remove(ana, { articleId: first, redirect: nowhere }))).toBe('invalid');
    expect(await refused(authoring.publish(ana, { articleId: 'none', version: 1 }))).toBe('not_found');
  });

  test('a suggestion is kept with its words, and becomes the draft when an author takes it', async () => {
    const { authoring } = await openDesk(source);
    const made = await authoring.create(ana, { locale: 'en', category: 'care', slug: 'oil' });
    const { articleId } = made;
    const saved = await authoring.saveRevision(ana, { ...made, ...text('Oil', 'One.\nTwo.\n') });
    const first = await authoring.suggest(ravi, {
      articleId,
      words: 'Customers ask how often.',
      source: 'One.\nTwice.\n',
    });
    const second = await authoring.suggest(ravi, { articleId, words: 'Only words.' });
    const [newest, older] = await authoring.suggestions(ana, { articleId });
    expect(newest).toMatchObject({ suggestionId: second.suggestionId, text: null, differences: null });
    expect(older).toMatchObject({
      ...{ words: 'Customers ask how often.', by: { name: 'Ravi Menon' }, article: { slug: 'oil', title: 'Oil' } },
      text: text('Oil', 'One.\nTwice.\n'),
      differences: { gone: 1, added: 1 },
    });
    const draft = await authoring.saveDraft(ana, { articleId, version: saved.version, ...text('Oil', 'Mine.') });
    const conflict = await conflictOf(authoring.acceptSuggestion(bo, first));
    expect([conflict.mine.source, conflict.theirs.text.source]).toEqual(['One.\nTwice.\n', 'Mine.']);
    await authoring.discardDraft(ana, { articleId, version: draft.version });
    await authoring.acceptSuggestion(bo, first);
    expect((await authoring.open(ana, { articleId })).text.source).toBe('One.\nTwice.\n');
    expect(await refused(authoring.acceptSuggestion(bo, first))).toBe('conflict');
    await authoring.declineSuggestion(ana, { ...second, words: 'It is there already.' });
    expect(await authoring.suggestions(ravi, { state: 'declined' })).toMatchObject([
      { decided: { by: { name: 'Ana Weiss' }, words: 'It is there already.' } },
    ]);
    expect((await authoring.open(ravi, { articleId })).openSuggestions).toBe(0);
    expect((await authoring.open(ravi, { articleId })).may).toEqual({ write: false, publish: false, suggest: true });
    // A new article out of a colleague's words.
    const fresh = await authoring.suggest(ravi, {
      locale: 'en',
      category: 'room',
      words: 'Missing.',
      title: 'Wax',
      source: 'W.',
    });
    expect(await refused(authoring.suggest(ravi, { words: 'Nowhere.' }))).toBe('invalid');
    const created = await authoring.acceptSuggestion(ana, fresh);
    expect(await authoring.open(ana, created)).toMatchObject({ slug: 'wax', category: 'room', text: { source: 'W.' } });
    expect(await authoring.suggestions(ana, { articleId: created.articleId, state: 'accepted' })).toHaveLength(1);
  });
});
