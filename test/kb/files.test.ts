import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { anonymous } from '../../src/accounts/index.ts';
import { migrations } from '../../src/app/migrations.ts';
import { migrate } from '../../src/platform/database/index.ts';
import { eachDatabase, type DatabaseSource } from '../support/databases.ts';
import { ana, openDesk, text } from './authors.ts';
import { articleFile, openShelf } from './support.ts';

const LOCALES = ['en', 'zh-cn'];
const NOTHING = { new: 0, changed: 0, moved: 0, removed: 0, conflicts: 0, faults: [] };

/** Every file below a folder, as bytes. */
function bytesBelow(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    names
      .map((entry) => join(entry.parentPath, entry.name))
      .toSorted()
      .map((path) => [path.slice(folder.length + 1), readFileSync(path).toString('base64')]),
  );
}

/** A desk over a content folder with some files. */
async function openFiles(source: DatabaseSource, files: Record<string, string>) {
  const desk = await openDesk(source);
  const { kb, folder, database, authoring } = desk;
  await desk.write(files);
  const bring = () => kb.importContent({ folder, locales: LOCALES });
  const bringOut = (to: string, force = false) => kb.exportContent({ folder: to, locales: LOCALES, force });
  const idOf = async (slug: string, locale = 'en') =>
    (
      await database.db
        .selectFrom('article')
        .select('id')
        .where('slug', '=', slug)
        .where('locale', '=', locale)
        .execute()
    )[0]?.id ?? '';
  const put = (path: string, content: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  };
  const edit = async (slug: string, words: string) => {
    const articleId = await idOf(slug);
    const { version, text: before } = await authoring.open(ana, { articleId });
    await authoring.publish(ana, { articleId, version, text: { ...before, source: words } });
    return articleId;
  };
  const read = async (slug: string) => (await kb.article(anonymous, { locale: 'en', slug })).source.trim();
  return { ...desk, bring, bringOut, idOf, put, edit, read, path: (name: string) => join(folder, name) };
}

const refused = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: { code: string }) => error.code,
  );

eachDatabase('articles between files and browser', (source) => {
  test('the demo’s content goes out byte for byte as it came in, and an import of it changes nothing', async () => {
    const { kb, folder, bringOut } = await openFiles(source, {});
    const content = join(import.meta.dirname, '../../content');
    await kb.importContent({ folder: content, locales: LOCALES });
    const report = await bringOut(folder);
    expect(report).toMatchObject({ unchanged: 0, removed: [], kept: [], unfinished: [] });
    expect(bytesBelow(folder)).toEqual(bytesBelow(content));
    expect(await kb.importContent({ folder, locales: LOCALES })).toMatchObject({ new: 0, changed: 0, moved: 0 });
    expect((await bringOut(folder)).written).toBe(0);
  });

  test('so do files as other editors leave them', async () => {
    const matter = 'title: A title\nsummary: A summary.\nkind: service\naudience: public\n';
    const files = {
      'en/care/crlf.md': `---\n${matter}---\n\nOne.\n\nTwo.\n`.replaceAll('\n', '\r\n'),
      'en/care/bom.md': `\uFEFF---\n${matter}---\nWords.\n`,
      'en/care/no-end.md': `---\n${matter}---\nNo line feed at the end`,
      'en/care/no-words.md': `---\n${matter}---`,
      'en/care/odd-spaces.md': `---  \n${matter}\n\n---\t\n\n\n\nWords.   \n\n\n`,
      'en/care/keys.md': `---\n# Kept\ntitle:   "A title"\nsummary: >\n  A summary.\nkind: service\naudience: public # all\nlayout: wide\nowner: { name: Ana }\n---\nWords.\n`,
      'en/care/dashes.md': `---\n${matter}---\n\n---\n\nWords.\n\n---\n`,
      'en/care/long.md': `---\n${matter}---\n\n${`${'Long words. '.repeat(20)}\n\n`.repeat(400)}\n`,
      'zh-cn/care/crlf.md': `---\ntitle: 标题：“引号”\nsummary: 一句话。\nkind: process\nkeywords: [木 蜡, 退货]\n---\n\n## 第一步\n\n内容。\n`,
      'zh-cn/care/draft.md': `---\n${matter}draft: true\n---\n\n未完成。\n`,
      'en/care/dated.md': `---\n${matter}publish: 2026-01-02\nunpublish: 2030-01-02T10:00:00+08:00\norder: 3\nchecked: 2026-02-03\n---\nWords.\n`,
      'en/categories.yaml': '# Topics\ncare:   { title: "Care", order: 1 }\n',
    };
    const { bringOut, folder, kb, idOf, authoring } = await openFiles(source, files);
    const out = `${folder}-out`;
    try {
      await bringOut(out);
      expect(bytesBelow(out)).toMatchObject(bytesBelow(folder));
      expect(await kb.importContent({ folder: out, locales: LOCALES })).toMatchObject({ new: 0, changed: 0, moved: 0 });
      expect((await authoring.open(ana, { articleId: await idOf('draft', 'zh-cn') })).state).toBe('draft');
    } finally {
      rmSync(out, { recursive: true, force: true });
    }
  });

  test('what was edited in the browser goes out with its unknown keys, and comes back as nothing new', async () => {
    const { bringOut, bring, edit, folder, authoring, put, idOf, path, database } = await openFiles(source, {
      'en/care/oil.md': `---\n# Kept\ntitle: Oil\nsummary: S.\nkind: service\naudience: public\nlayout: wide\n---\nOld.\n`,
    });
    await edit('oil', 'New.\n');
    await bringOut(folder);
    expect(readFileSync(path('en/care/oil.md'), 'utf8')).toBe(
      '---\n# Kept\ntitle: Oil\nsummary: S.\nkind: service\naudience: public\nlayout: wide\n---\nNew.\n',
    );
    expect(await bring()).toMatchObject({ ...NOTHING, faults: expect.anything() as unknown, unchanged: 1 });
    const articleId = await idOf('oil');
    const { version } = await authoring.open(ana, { articleId });
    const changed = text('Oil: it', 'New.\n', { keywords: ['wax', 'a, b'] });
    await authoring.publish(ana, { articleId, version, text: changed, audience: 'customers' });
    await authoring.setFacts(ana, { articleId, checked: '2026-11-01', kind: 'process' });
    const fresh = { locale: 'en', category: 'care', title: 'New: one', slug: 'fresh', source: 'Fresh.' };
    const made = await authoring.create(ana, { ...fresh, summary: 'In short.' });
    await authoring.create(ana, { locale: 'en', category: 'care', slug: 'only-a-draft' });
    await authoring.saveRevision(ana, { ...made, ...text('New: one', 'Fresh.') });
    expect(await bringOut(folder)).toMatchObject({ written: 2, kept: [], unfinished: ['en/only-a-draft'] });
    expect(readFileSync(path('en/care/oil.md'), 'utf8')).toBe(
      '---\n# Kept\ntitle: "Oil: it"\nsummary: In short.\nkind: process\naudience: customers\nlayout: wide\nchecked: 2026-11-01\nkeywords: [wax, "a, b"]\n---\nNew.\n',
    );
    expect(readFileSync(path('en/care/fresh.md'), 'utf8')).toBe(
      '---\ntitle: "New: one"\nsummary: In short.\nkind: service\naudience: staff\ndraft: true\n---\n\nFresh.',
    );
    const before = await database.db.selectFrom('revision').select('id').execute();
    const again = await bring();
    expect(again).toMatchObject({ new: 0, changed: 0, moved: 0, removed: 0, conflicts: 0 });
    expect(await database.db.selectFrom('revision').select('id').execute()).toHaveLength(before.length);
    expect((await bringOut(folder)).written).toBe(0);
    // Now that both agree, the file may change the article again.
    put('en/care/fresh.md', readFileSync(path('en/care/fresh.md'), 'utf8').replace('Fresh.', 'Fresher.'));
    expect(await bring()).toMatchObject({ changed: 1, conflicts: 0 });
  });

  test('a file never overwrites what was edited in the browser: somebody decides', async () => {
    const { bring, bringOut, put, edit, read, authoring, folder, path } = await openFiles(source, {
      'en/care/oil.md': articleFile({ title: 'Oil' }, 'Old.'),
    });
    const articleId = await edit('oil', 'Browser.');
    put('en/care/oil.md', articleFile({ title: 'Oil' }, 'File.'));
    for (let run = 0; run < 2; run += 1) expect(await bring()).toMatchObject({ changed: 0, conflicts: 1 });
    expect(await read('oil')).toBe('Browser.');
    expect((await bringOut(folder)).kept).toEqual(['en/care/oil.md']);
    const list = await authoring.list(ana, { view: 'conflict' });
    expect([list.counts.conflict, list.articles[0]?.hasFileConflict]).toEqual([1, true]);
    const conflict = await authoring.fileConflict(ana, { articleId });
    expect(conflict).toMatchObject({ path: 'en/care/oil.md', differences: { from: { by: { name: 'Ana Weiss' } } } });
    expect([conflict?.file?.source.trim(), conflict?.browser.source]).toEqual(['File.', 'Browser.']);
    const hash = conflict?.hash ?? null;
    expect(await refused(authoring.takeFile(ana, { articleId, hash: 'another' }))).toBe('conflict');
    await authoring.keepBrowser(ana, { articleId, hash });
    expect(await bring()).toMatchObject({ changed: 0, conflicts: 0, unchanged: 1 });
    expect(await refused(authoring.keepBrowser(ana, { articleId, hash }))).toBe('conflict');
    expect((await bringOut(folder)).kept).toEqual([]);
    expect(readFileSync(path('en/care/oil.md'), 'utf8')).toContain('Browser.');
    await bring();
    await edit('oil', 'Browser again.');
    put('en/care/oil.md', articleFile({ title: 'Oil' }, 'File again.'));
    await bring();
    const second = await authoring.fileConflict(ana, { articleId });
    await authoring.takeFile(ana, { articleId, hash: second?.hash ?? null });
    expect(await read('oil')).toBe('File again.');
    expect(await bring()).toMatchObject({ changed: 0, conflicts: 0, unchanged: 1 });
    const { revisions } = await authoring.revisions(ana, { articleId });
    expect(revisions.map(({ cause, by }) => [cause, by?.name ?? null])).toEqual([
      ['file', null],
      ['browser', 'Ana Weiss'],
      ['browser', 'Ana Weiss'],
      ['file', null],
    ]);
  });

  test('a draft in the browser is an edit, too; a file that was put back ends the question', async () => {
    const { bring, put, authoring, idOf, read } = await openFiles(source, {
      'en/care/oil.md': articleFile({ title: 'Oil' }, 'Old.'),
    });
    const articleId = await idOf('oil');
    const { version } = await authoring.open(ana, { articleId });
    await authoring.saveDraft(ana, { articleId, version, ...text('Oil', 'Half') });
    put('en/care/oil.md', articleFile({ title: 'Oil' }, 'File.'));
    expect(await bring()).toMatchObject({ conflicts: 1 });
    put('en/care/oil.md', articleFile({ title: 'Oil' }, 'Old.'));
    expect(await bring()).toMatchObject({ conflicts: 0, unchanged: 1 });
    expect(await authoring.fileConflict(ana, { articleId })).toBeNull();
    expect([await read('oil'), (await authoring.open(ana, { articleId })).text.source]).toEqual(['Old.', 'Half']);
  });

  test('a deleted file takes its article from readers and says so; it comes back with the file', async () => {
    const { bring, put, path, authoring, idOf, read, edit } = await openFiles(source, {
      'en/care/oil.md': articleFile({ title: 'Oil' }, 'Oil.'),
      'en/care/wax.md': articleFile({ title: 'Wax' }, 'Wax.'),
      'en/care/soap.md': articleFile({ title: 'Soap' }, 'Soap.'),
    });
    const articleId = await idOf('oil');
    const { articleId: ours } = await authoring.create(ana, { locale: 'en', category: 'care', slug: 'ours' });
    rmSync(path('en/care/oil.md'));
    expect(await bring()).toMatchObject({ removed: 1, conflicts: 0 });
    expect(await refused(read('oil'))).toBe('not_found');
    expect((await authoring.revisions(ana, { articleId })).revisions[0]).toMatchObject({
      ...{ cause: 'file_removed', number: 2, note: 'en/care/oil.md' },
    });
    expect((await authoring.open(ana, { articleId })).state).toBe('unpublished');
    expect((await authoring.open(ana, { articleId: ours })).state).toBe('draft');
    expect(await bring()).toMatchObject({ removed: 0 });
    put('en/care/oil.md', articleFile({ title: 'Oil' }, 'Oil.'));
    expect(await bring()).toMatchObject({ new: 0, changed: 1 });
    expect(await read('oil')).toBe('Oil.');
    // Edited in the browser: somebody decides.
    const [wax, soap] = [await edit('wax', 'Browser.'), await edit('soap', 'Browser.')];
    rmSync(path('en/care/wax.md'));
    rmSync(path('en/care/soap.md'));
    expect(await bring()).toMatchObject({ removed: 0, conflicts: 2 });
    expect(await authoring.fileConflict(ana, { articleId: wax })).toMatchObject({ hash: null, file: null });
    await authoring.takeFile(ana, { articleId: wax, hash: null });
    await authoring.keepBrowser(ana, { articleId: soap, hash: null });
    expect(await bring()).toMatchObject({ removed: 0, conflicts: 0 });
    expect([await refused(read('wax')), await read('soap')]).toEqual(['not_found', 'Browser.']);
  });

  test('a folder that is missing deletes nothing', async () => {
    const { bring, path, read } = await openFiles(source, {
      'en/care/oil.md': articleFile({ title: 'Oil' }, 'Oil.'),
      'zh-cn/care/oil.md': articleFile({ title: '油' }, '油。'),
    });
    renameSync(path('en'), path('away'));
    const report = await bring();
    expect(report).toMatchObject({ removed: 0, unchanged: 1 });
    expect(report.faults).toContainEqual(expect.objectContaining({ file: 'en', skipped: true }));
    expect(await read('oil')).toBe('Oil.');
    renameSync(path('away'), path('en'));
    expect(await bring()).toMatchObject({ unchanged: 2, removed: 0 });
  });

  test('a file that moved moves its article, and the old address leads there', async () => {
    const { bring, put, path, kb, idOf, database } = await openFiles(source, {
      'en/care/oil.md': articleFile({ title: 'Oil' }, 'Oil.'),
      'en/care/wax.md': articleFile({ title: 'Wax' }, 'Wax.'),
      'en/care/soap.md': articleFile({ title: 'Soap' }, 'Soap.'),
    });
    const [oil, wax, soap] = [await idOf('oil'), await idOf('wax'), await idOf('soap')];
    mkdirSync(path('en/room'));
    renameSync(path('en/care/oil.md'), path('en/room/oil.md'));
    renameSync(path('en/care/wax.md'), path('en/care/beeswax.md'));
    rmSync(path('en/care/soap.md'));
    put('en/room/hand-soap.md', articleFile({ title: 'Soap' }, 'More soap.'));
    expect(await bring()).toMatchObject({ new: 0, moved: 2, changed: 1, removed: 0 });
    expect([await idOf('oil'), await idOf('beeswax'), await idOf('hand-soap')]).toEqual([oil, wax, soap]);
    expect((await kb.article(anonymous, { locale: 'en', slug: 'oil' })).category.slug).toBe('room');
    const elsewhere = (slug: string) => kb.elsewhere(anonymous, { locale: 'en', slug });
    expect(await elsewhere('wax')).toEqual('/en/articles/beeswax');
    expect(await elsewhere('soap')).toEqual('/en/articles/hand-soap');
    expect(await database.db.selectFrom('revision').select('id').where('articleId', '=', wax).execute()).toHaveLength(
      1,
    );
    // Chains are one step, and coming back is no loop.
    renameSync(path('en/care/beeswax.md'), path('en/care/polish.md'));
    await bring();
    expect(await elsewhere('wax')).toEqual('/en/articles/polish');
    expect(await elsewhere('beeswax')).toEqual('/en/articles/polish');
    renameSync(path('en/care/polish.md'), path('en/care/wax.md'));
    await bring();
    expect((await kb.article(anonymous, { locale: 'en', slug: 'wax' })).title).toBe('Wax');
    expect([await elsewhere('wax'), await elsewhere('polish')]).toEqual([null, '/en/articles/wax']);
  });

  test('what moved or was deleted in the browser leaves no file behind that would bring it back', async () => {
    const { bring, bringOut, authoring, folder, path, idOf, read } = await openFiles(source, {
      'en/care/oil.md': articleFile({ title: 'Oil' }, 'Oil.'),
      'en/care/wax.md': articleFile({ title: 'Wax' }, 'Wax.'),
    });
    await authoring.move(ana, { articleId: await idOf('oil'), slug: 'oiling' });
    await authoring.remove(ana, { articleId: await idOf('wax'), redirect: { to: 'gone' } });
    // Until somebody exports, the files are as they were taken, and nothing comes of them.
    expect(await bring()).toMatchObject({ new: 0, changed: 0, unchanged: 2 });
    expect((await bringOut(folder)).removed.toSorted()).toEqual(['en/care/oil.md', 'en/care/wax.md']);
    expect([existsSync(path('en/care/oiling.md')), existsSync(path('en/care/oil.md'))]).toEqual([true, false]);
    expect(await bring()).toMatchObject({ new: 0, changed: 0, removed: 0, conflicts: 0, unchanged: 1 });
    expect(await read('oiling')).toBe('Oil.');
    expect(await refused(read('wax'))).toBe('not_found');
  });

  test('killed before any statement, an import leaves each article whole, and the next one goes on', async () => {
    const names = ['a', 'b', 'c'].map((name) => `en/care/${name}.md`);
    const url = await source.freshUrl();
    let left = Infinity;
    const database = source.open(url, {
      onStatement: () => {
        left -= 1;
        if (left < 0) throw new Error('The process was killed here.');
      },
    });
    await migrate(database, migrations);
    const { kb, folder } = await openShelf(source, { database });
    mkdirSync(join(folder, 'en/care'), { recursive: true });
    let [statements, finished] = [0, false];
    for (; !finished && statements < 200; statements += 1) {
      for (const name of names) writeFileSync(join(folder, name), articleFile({ title: `Round ${statements}` }));
      left = statements;
      const report = await kb.importContent({ folder, locales: ['en'] }).catch(() => null);
      finished = report !== null && report.faults.every(({ skipped }) => !skipped);
      left = Infinity;
      const rows = await database.db
        .selectFrom('article')
        .leftJoin('revision', 'revision.id', 'article.publishedRevisionId')
        .select(['latestRevisionId', 'publishedRevisionId', 'revision.articleId', 'article.id'])
        .execute();
      expect(rows.every((row) => row.articleId === row.id && row.latestRevisionId === row.publishedRevisionId)).toBe(
        true,
      );
      const owed = await database.db.selectFrom('articleChange').select('seq').execute();
      const revisions = await database.db.selectFrom('revision').select('id').execute();
      expect(owed).toHaveLength(revisions.length);
    }
    expect(finished).toBe(true);
    expect(await kb.importContent({ folder, locales: ['en'] })).toMatchObject({ unchanged: 3, new: 0, changed: 0 });
  });
});
