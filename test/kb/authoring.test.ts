import { expect, test } from 'vitest';
import { anonymous, type Viewer } from '../../src/accounts/index.ts';
import type { Authoring } from '../../src/kb/index.ts';
import { eachDatabase } from '../support/databases.ts';
import { ana, bo, conflictOf, openDesk, ravi, text } from './authors.ts';
import { customer, systemKey, unverified } from './support.ts';

eachDatabase('writing articles', (source) => {
  test('a new article is for colleagues alone until it is published to more', async () => {
    const { authoring, kb } = await openDesk(source);
    const { articleId, version } = await authoring.create(ana, {
      locale: 'en',
      category: 'care',
      title: 'Oil a Table',
    });
    const opened = await authoring.open(ana, { articleId });
    expect(opened).toMatchObject({
      ...{ slug: 'oil-a-table', audience: 'staff', state: 'draft', published: null, latest: null, version },
      ...{ owner: { personId: 'ana', name: 'Ana Weiss' }, draft: { by: { name: 'Ana Weiss' } } },
      translations: [
        { locale: 'en', articleId, state: 'draft', behind: 0 },
        { locale: 'zh-cn', articleId: null, state: null, behind: 0 },
      ],
      may: { write: true, publish: true, suggest: true },
    });
    const page = { locale: 'en', slug: 'oil-a-table' };
    await expect(kb.article(ana, page)).rejects.toMatchObject({ code: 'not_found' });
    const finished = text('Oil a table', 'Rub it **in**.');
    const published = await authoring.publish(ana, { articleId, version, text: finished });
    expect(published.number).toBe(1);
    await expect(kb.article(customer, page)).rejects.toMatchObject({ code: 'not_found' });
    await authoring.setFacts(ana, { articleId, audience: 'public' });
    expect((await kb.article(anonymous, page)).html).toContain('<strong>in</strong>');
    await authoring.setFacts(ana, { articleId, audience: 'customers' });
    await expect(kb.article(anonymous, page)).rejects.toMatchObject({ code: 'not_found' });
  });

  test('an unfinished draft is kept, and no reader notices', async () => {
    const { authoring, kb, database, write } = await openDesk(source);
    await write({ 'en/care/oil.md': '---\ntitle: Oil\nsummary: S.\nkind: service\naudience: public\n---\nOld.\n' });
    const articleId = (await kb.article(anonymous, { locale: 'en', slug: 'oil' })).articleId;
    const owed = () => database.db.selectFrom('articleChange').select('seq').execute();
    const before = await owed();
    const { version } = await authoring.open(ana, { articleId });
    const saved = await authoring.saveDraft(ana, { articleId, version, ...text('', 'Half a sen') });
    expect(saved.version).toBe(version + 1);
    expect((await authoring.open(bo, { articleId })).text).toMatchObject({ title: '', source: 'Half a sen' });
    expect((await kb.article(anonymous, { locale: 'en', slug: 'oil' })).source).toContain('Old.');
    expect(await owed()).toEqual(before);
    // As a revision it has to be finished.
    await expect(
      authoring.saveRevision(ana, { articleId, version: saved.version, ...text('', 'Half a sen') }),
    ).rejects.toMatchObject({ code: 'invalid', fields: [{ field: 'title', key: 'errors.required' }] });
    const dropped = await authoring.discardDraft(ana, { articleId, version: saved.version });
    expect(dropped.version).toBe(saved.version + 1);
    expect((await authoring.open(ana, { articleId })).draft).toBeNull();
  });

  test('two people at one article: whoever is second sees both texts, and nothing is overwritten', async () => {
    const { authoring } = await openDesk(source);
    const { articleId, version } = await authoring.create(ana, { locale: 'en', category: 'care' });
    const hers = await authoring.saveDraft(ana, { articleId, version, ...text('Oil', 'Hers.') });
    const his = text('Wax', 'His.');
    const conflict = await conflictOf(authoring.saveDraft(bo, { articleId, version, ...his }));
    expect(conflict).toMatchObject({
      mine: his,
      theirs: { text: text('Oil', 'Hers.'), version: hers.version, by: { personId: 'ana', name: 'Ana Weiss' } },
    });
    expect((await conflictOf(authoring.publish(bo, { articleId, version, text: his }))).theirs.text.source).toBe(
      'Hers.',
    );
    expect((await conflictOf(authoring.saveRevision(bo, { articleId, version, ...his }))).mine).toEqual(his);
    expect((await authoring.open(ana, { articleId })).text.source).toBe('Hers.');
    // A save whose answer was lost comes again and is no conflict.
    expect(await authoring.saveDraft(ana, { articleId, version, ...text('Oil', 'Hers.') })).toMatchObject({
      version: hers.version,
    });
    const decided = await authoring.saveDraft(bo, { articleId, version: conflict.theirs.version, ...his });
    expect(decided.version).toBe(hers.version + 1);
  });

  test('concurrent saves of one version: one is taken, the others are refused', async () => {
    const { authoring } = await openDesk(source);
    const { articleId, version } = await authoring.create(ana, { locale: 'en', category: 'care' });
    const saves = Array.from({ length: 6 }, (_, at) =>
      authoring.saveDraft(at % 2 ? ana : bo, { articleId, version, ...text('Oil', `Words ${at}.`) }),
    );
    const outcomes = await Promise.allSettled(saves);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const revisions = await Promise.allSettled(
      Array.from({ length: 4 }, (_, at) =>
        authoring.saveRevision(ana, { articleId, version: version + 1, ...text('Oil', `More ${at}.`) }),
      ),
    );
    expect(revisions.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await authoring.revisions(ana, { articleId })).revisions.map(({ number }) => number)).toEqual([1]);
  });

  test('what is saved after publishing is another revision that readers do not see yet', async () => {
    const { authoring, kb } = await openDesk(source);
    const { articleId, version } = await authoring.create(ana, { locale: 'en', category: 'care', slug: 'oil' });
    const one = await authoring.publish(ana, { articleId, version, text: text('Oil', 'One.'), audience: 'public' });
    const two = await authoring.saveRevision(bo, {
      articleId,
      version: one.version,
      ...text('Oil', 'Two.'),
      note: 'More',
    });
    expect(two.number).toBe(2);
    const same = await authoring.saveRevision(bo, { articleId, version: two.version, ...text('Oil', 'Two.') });
    expect([same.number, same.version]).toEqual([2, two.version]);
    expect((await kb.article(anonymous, { locale: 'en', slug: 'oil' })).source).toBe('One.');
    const [listed] = (await authoring.list(ana, {})).articles;
    expect(listed).toMatchObject({ state: 'published', isChanged: true, publishedNumber: 1, latestNumber: 2 });
    await authoring.publish(ana, { articleId, version: two.version });
    expect((await kb.article(anonymous, { locale: 'en', slug: 'oil' })).source).toBe('Two.');
    const { revisions, events } = await authoring.revisions(ravi, { articleId });
    expect(revisions).toMatchObject([
      { number: 2, by: { name: 'Bo Lind' }, note: 'More', isPublished: true, isLatest: true, cause: 'browser' },
      { number: 1, by: { name: 'Ana Weiss' }, isPublished: false },
    ]);
    expect(events.map(({ type, by }) => [type, by?.personId])).toEqual([
      ['article.published', 'ana'],
      ['article.published', 'ana'],
      ['article.created', 'ana'],
    ]);
  });

  test('publication has a beginning and an end, and what is seen is not hidden by mistake', async () => {
    const { authoring, kb, runtime } = await openDesk(source);
    const { articleId, version } = await authoring.create(ana, { locale: 'en', category: 'care', slug: 'hours' });
    const after = (minutes: number) => new Date(runtime.now() + minutes * 60_000).toISOString();
    const input = { articleId, text: text('Hours', 'Closed.'), audience: 'public' as const };
    await expect(
      authoring.publish(ana, { ...input, version, publishAt: after(20), unpublishAt: after(10) }),
    ).rejects.toMatchObject({ code: 'invalid', fields: [{ field: 'unpublishAt', key: 'errors.later' }] });
    const page = { locale: 'en', slug: 'hours' };
    const saved = await authoring.publish(ana, { ...input, version, publishAt: after(10), unpublishAt: after(20) });
    await expect(kb.article(anonymous, page)).rejects.toMatchObject({ code: 'not_found' });
    expect((await authoring.open(ana, { articleId })).state).toBe('scheduled');
    runtime.advance(11 * 60_000);
    await kb.article(anonymous, page);
    expect((await authoring.open(ana, { articleId })).state).toBe('published');
    await expect(
      authoring.publish(ana, { ...input, version: saved.version, publishAt: after(5) }),
    ).rejects.toMatchObject({ fields: [{ field: 'publishAt', key: 'errors.publishedAlready' }] });
    const again = await authoring.publish(ana, { ...input, version: saved.version, text: text('Hours', 'Open.') });
    expect((await authoring.open(ana, { articleId })).unpublishAt).not.toBeNull();
    runtime.advance(10 * 60_000);
    await expect(kb.article(anonymous, page)).rejects.toMatchObject({ code: 'not_found' });
    expect((await authoring.open(ana, { articleId })).state).toBe('unpublished');
    await authoring.publish(ana, { articleId, version: again.version });
    await kb.article(anonymous, page);
    await authoring.unpublish(ana, { articleId, note: 'Wrong.' });
    await expect(kb.article(bo, page)).rejects.toMatchObject({ code: 'not_found' });
    expect((await authoring.open(ana, { articleId })).state).toBe('unpublished');
  });

  test('differences are data, word by word, and Chinese has words, too', async () => {
    const { authoring } = await openDesk(source);
    const { articleId, version } = await authoring.create(ana, { locale: 'zh-cn', category: 'care', slug: 'oil' });
    const lines = ['头', '一', '二', '三', '四', '五', '走两圈：先拧到有阻力，再多转半圈。', '尾'];
    const one = await authoring.saveRevision(ana, { articleId, version, ...text('上油', lines.join('\n')) });
    lines[6] = '走两圈：先拧到有阻力，再多转四分之一圈。';
    const two = await authoring.saveRevision(ana, {
      ...{ articleId, version: one.version },
      ...text('上油 <b>', [...lines, '新的一行'].join('\n')),
    });
    const found = await authoring.compare(ravi, { articleId, from: 1, to: 2 });
    expect(found).toMatchObject({ from: { number: 1 }, to: { number: 2 }, changed: 1, added: 1, gone: 0 });
    expect(found.fields.map(({ field, parts }) => [field, parts.at(-1)])).toEqual([
      ['title', { change: 'added', text: '<b>' }],
    ]);
    expect(found.lines[0]).toEqual({ change: 'skipped', lines: 4 });
    const changed = found.lines.find((line) => line.change === 'changed');
    const words = (change: string) =>
      changed?.change === 'changed'
        ? changed.parts
            .filter((part) => part.change === change)
            .map((part) => part.text)
            .join('')
        : '';
    expect([words('gone'), words('added')]).toEqual(['半圈', '四分之一圈']);
    await authoring.saveDraft(ana, { articleId, version: two.version, ...text('上油', '全新') });
    expect(await authoring.compare(ana, { articleId, from: 2 })).toMatchObject({ to: { number: null } });
    await expect(authoring.compare(ana, { articleId, from: 9 })).rejects.toMatchObject({ code: 'not_found' });
  });

  test('restoring makes a new revision and keeps what stood in the editor', async () => {
    const { authoring } = await openDesk(source);
    const { articleId, version } = await authoring.create(ana, { locale: 'en', category: 'care' });
    const one = await authoring.saveRevision(ana, { articleId, version, ...text('Oil', 'One.') });
    const two = await authoring.saveRevision(ana, { articleId, version: one.version, ...text('Oil', 'Two.') });
    const draft = await authoring.saveDraft(ana, { articleId, version: two.version, ...text('Oil', 'Draft.') });
    const restored = await authoring.restore(bo, { articleId, number: 1, version: draft.version });
    expect(restored.number).toBe(4);
    const { revisions } = await authoring.revisions(ana, { articleId });
    expect(revisions.map(({ number, cause }) => [number, cause])).toEqual([
      [4, 'restored'],
      [3, 'browser'],
      [2, 'browser'],
      [1, 'browser'],
    ]);
    expect((await authoring.revision(ana, { articleId, number: 3 })).source).toBe('Draft.');
    expect((await authoring.open(ana, { articleId })).text.source).toBe('One.');
    await conflictOf(authoring.restore(bo, { articleId, number: 2, version: draft.version }));
  });

  test('the preview is what readers will get, with the links that lead nowhere', async () => {
    const { authoring } = await openDesk(source);
    const { articleId, version } = await authoring.create(ana, { locale: 'en', category: 'care', slug: 'oil' });
    const markdown = '## Part\n\nSee [oil](../care/oil.md) and [wax](../care/wax.md).\n\n<script>alert(1)</script>';
    const look = () => authoring.preview(ravi, { source: markdown, title: 'X', locale: 'en' });
    expect(await look()).toMatchObject({
      html: expect.stringContaining('<h2') as string,
      deadLinks: [
        { slug: 'oil', line: 3, why: 'unpublished' },
        { slug: 'wax', line: 3, why: 'missing' },
      ],
    });
    expect((await look()).html).not.toContain('<script');
    await authoring.publish(ana, { articleId, version, text: text('Oil', 'Words.') });
    expect((await look()).deadLinks).toEqual([{ slug: 'wax', line: 3, why: 'missing' }]);
    expect(await authoring.linkTargets(ravi, { locale: 'en', text: 'OI' })).toMatchObject([
      { slug: 'oil', title: 'Oil', isPublished: true, href: '../care/oil.md' },
    ]);
    expect(await authoring.readers(ravi)).toEqual([
      { audience: 'public', persons: null },
      { audience: 'customers', persons: 3 },
      { audience: 'staff', persons: 3 },
    ]);
    expect((await authoring.owners(ravi)).map(({ name }) => name)).toEqual(['Ana Weiss', 'Bo Lind', 'Ravi Menon']);
  });

  test('faults are told by field', async () => {
    const { authoring } = await openDesk(source);
    const fieldsOf = (work: Promise<unknown>) =>
      work.then(
        () => [],
        (error: { fields?: { field: string; key: string }[] }) => error.fields?.map(({ field, key }) => [field, key]),
      );
    const wanted = { locale: 'en', category: 'care' };
    expect(await fieldsOf(authoring.create(ana, { ...wanted, slug: 'Not a slug' }))).toEqual([['slug', 'errors.slug']]);
    expect(await fieldsOf(authoring.create(ana, { ...wanted, category: 'nowhere' }))).toEqual([
      ['category', 'errors.choice'],
    ]);
    expect(await fieldsOf(authoring.create(ana, { ...wanted, locale: 'fr' }))).toEqual([['locale', 'errors.choice']]);
    const { articleId, version } = await authoring.create(ana, { ...wanted, slug: 'oil' });
    expect(await fieldsOf(authoring.create(ana, { ...wanted, slug: 'oil' }))).toEqual([['slug', 'errors.duplicate']]);
    expect(await fieldsOf(authoring.setFacts(ana, { articleId, ownerId: 'nobody' }))).toEqual([
      ['ownerId', 'errors.choice'],
    ]);
    expect(await fieldsOf(authoring.setFacts(ana, { articleId, checked: 'soon' }))).toEqual([
      ['checked', 'errors.date'],
    ]);
    expect(await fieldsOf(authoring.saveDraft(ana, { articleId, version, ...text('T', 'a\0b') }))).toEqual([
      ['source', 'errors.unreadable'],
    ]);
    expect(
      await fieldsOf(authoring.publish(ana, { articleId, version, text: text('T', `${'> '.repeat(3_000)}x`) })),
    ).toEqual([['source', 'errors.nested']]);
    expect((await authoring.create(ana, { ...wanted, title: 'Oil' })).articleId).not.toBe(articleId);
    expect((await authoring.list(ana, {})).articles.map(({ slug }) => slug).toSorted()).toEqual(['oil', 'oil-2']);
  });

  test('every use case asks the gate: authors and administrators all, agents look and suggest, others nothing', async () => {
    const { authoring } = await openDesk(source);
    const { articleId, version } = await authoring.create(ana, { locale: 'en', category: 'care' });
    const made = await authoring.publish(ana, { articleId, version, text: text('Oil', 'Words.') });
    const suggestion = () => authoring.suggest(ravi, { articleId, words: 'Please.' });
    const at = { articleId };
    const open: Record<string, (viewer: Viewer) => Promise<unknown>> = {
      list: (viewer) => authoring.list(viewer, {}),
      open: (viewer) => authoring.open(viewer, at),
      revisions: (viewer) => authoring.revisions(viewer, at),
      revision: (viewer) => authoring.revision(viewer, { ...at, number: 1 }),
      compare: (viewer) => authoring.compare(viewer, { ...at, from: 1 }),
      preview: (viewer) => authoring.preview(viewer, { source: 'x', title: '', locale: 'en' }),
      linkTargets: (viewer) => authoring.linkTargets(viewer, { locale: 'en', text: '' }),
      readers: (viewer) => authoring.readers(viewer),
      owners: (viewer) => authoring.owners(viewer),
      suggest: (viewer) => authoring.suggest(viewer, { ...at, words: 'Please.' }),
      suggestions: (viewer) => authoring.suggestions(viewer, {}),
      fileConflict: (viewer) => authoring.fileConflict(viewer, at),
    };
    const closed: Record<string, (viewer: Viewer) => Promise<unknown>> = {
      create: (viewer) => authoring.create(viewer, { locale: 'en', category: 'care' }),
      saveDraft: (viewer) => authoring.saveDraft(viewer, { ...at, version: made.version, ...text('Oil', 'x') }),
      discardDraft: (viewer) => authoring.discardDraft(viewer, { ...at, version: made.version }),
      saveRevision: (viewer) => authoring.saveRevision(viewer, { ...at, version: made.version, ...text('Oil', 'y') }),
      publish: (viewer) => authoring.publish(viewer, { ...at, version: made.version }),
      unpublish: (viewer) => authoring.unpublish(viewer, at),
      setFacts: (viewer) => authoring.setFacts(viewer, { ...at, kind: 'process' }),
      move: (viewer) => authoring.move(viewer, { ...at, slug: 'elsewhere' }),
      remove: (viewer) => authoring.remove(viewer, { ...at, redirect: { to: 'gone' } }),
      undelete: (viewer) => authoring.undelete(viewer, at),
      restore: (viewer) => authoring.restore(viewer, { ...at, number: 1, version: made.version }),
      acceptSuggestion: async (viewer) => authoring.acceptSuggestion(viewer, await suggestion()),
      declineSuggestion: async (viewer) => authoring.declineSuggestion(viewer, await suggestion()),
      takeFile: (viewer) => authoring.takeFile(viewer, { ...at, hash: null }),
      keepBrowser: (viewer) => authoring.keepBrowser(viewer, { ...at, hash: null }),
    };
    expect([...Object.keys(open), ...Object.keys(closed)].toSorted()).toEqual(
      Object.keys(authoring).toSorted() satisfies string[] as (keyof Authoring)[],
    );
    const refused = async (work: Promise<unknown>) =>
      work.then(
        () => 'done',
        (error: { code: string }) => error.code,
      );
    for (const [name, ask] of Object.entries(closed)) {
      expect(await refused(ask(ravi)), name).toBe('forbidden');
    }
    for (const [name, ask] of Object.entries({ ...open, ...closed })) {
      expect(await refused(ask(anonymous)), name).toBe('unauthenticated');
      for (const viewer of [customer, unverified, systemKey])
        expect(await refused(ask(viewer)), name).toBe('forbidden');
    }
    for (const [name, ask] of Object.entries(open)) {
      for (const viewer of [ravi, ana, bo]) expect(await refused(ask(viewer)), name).toBe('done');
    }
  });
});
