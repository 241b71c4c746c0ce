import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { anonymous } from '../../src/accounts/index.ts';
import { describeFault } from '../../src/kb/index.ts';
import { eachDatabase } from '../support/databases.ts';
import { articleFile, author, openShelf } from './support.ts';

eachDatabase('importing articles', (source) => {
  const counts = ({ new: fresh, changed, unchanged }: { new: number; changed: number; unchanged: number }) => [
    fresh,
    changed,
    unchanged,
  ];

  test('a new file is a published revision, an unchanged one nothing, a changed one a new revision', async () => {
    const { kb, write, database } = await openShelf(source);
    const all = () => database.db.selectFrom('revision').select(['title', 'source', 'text']).orderBy('id').execute();
    const owed = () => database.db.selectFrom('articleChange').select('seq').execute();
    expect(counts(await write({ 'en/care/oil.md': articleFile({ title: 'Oil' }, 'Old **words**.') }))).toEqual([
      1, 0, 0,
    ]);
    expect(counts(await write({}))).toEqual([0, 0, 1]);
    expect([(await all()).length, (await owed()).length]).toEqual([1, 1]);
    expect(counts(await write({ 'en/care/oil.md': articleFile({ title: 'Oil it' }, 'New words.') }))).toEqual([
      0, 1, 0,
    ]);
    expect((await all()).map((row) => [row.title, row.source.trim(), row.text])).toEqual([
      ['Oil', 'Old **words**.', 'Old words.'],
      ['Oil it', 'New words.', 'New words.'],
    ]);
    expect(await owed()).toHaveLength(2);
    expect((await kb.article(anonymous, { locale: 'en', slug: 'oil' })).title).toBe('Oil it');
  });

  test('when most files of a language are gone at once, somebody is asked before readers lose them', async () => {
    const { kb, write, folder } = await openShelf(source);
    await write({ 'en/categories.yaml': 'care:\n  title: Care\n  description: Of wood.\n  order: 1\n' });
    const paths = Array.from({ length: 12 }, (_, n) => `en/care/article-${n}.md`);
    await write(
      Object.fromEntries(paths.map((path, n) => [path, articleFile({ title: `Article ${n}` }, `Words ${n}.`)])),
    );
    for (const path of paths.slice(1)) rmSync(join(folder, path));
    const report = await write({});
    expect(report).toMatchObject({ removed: 0, faults: [{ file: 'en', skipped: true }] });
    expect(report.faults[0]?.message).toContain('11 of 12 files');
    expect((await kb.home(anonymous, 'en')).count).toBe(12);
    const meant = await kb.importContent({ folder, locales: ['en', 'zh-cn'], acceptRemovals: true });
    expect(meant).toMatchObject({ removed: 11, faults: [] });
    expect((await kb.home(anonymous, 'en')).count).toBe(1);
  });

  test('without an audience an article is for staff', async () => {
    const { kb, write } = await openShelf(source);
    await write({ 'en/care/oil.md': '---\ntitle: Oil\nsummary: Words.\nkind: service\n---\nWords.\n' });
    await expect(kb.article(anonymous, { locale: 'en', slug: 'oil' })).rejects.toMatchObject({ code: 'not_found' });
    expect((await kb.article(author, { locale: 'en', slug: 'oil' })).audience).toBe('staff');
  });

  test('the same path in two locales is one article in two languages', async () => {
    const { kb, write } = await openShelf(source);
    await write({
      'en/care/oil.md': articleFile({}),
      'zh-cn/care/oil.md': articleFile({ title: '上油' }),
      'zh-cn/room/wax.md': articleFile({}),
      'en/care/wax.md': articleFile({}),
    });
    const translations = async (slug: string) => (await kb.article(anonymous, { locale: 'en', slug })).translations;
    expect(await translations('oil')).toEqual([{ locale: 'zh-cn', slug: 'oil', url: '/zh-cn/articles/oil' }]);
    expect(await translations('wax')).toEqual([]);
  });

  test('every fault is told with file and line, and only the faulty file stays out', async () => {
    const { kb, write, warnings } = await openShelf(source);
    const report = await write({
      'en/categories.yaml': 'care: { title: Care, colour: red }\n',
      'en/care/good.md': articleFile(
        { title: 'Good' },
        'See [x](../room/nowhere.md).\n\n<b>bold</b>\n\n:::tip\nx\n:::',
      ),
      'en/care/bare.md': '# No front matter\n',
      'en/care/yaml.md': '---\ntitle: [unclosed\nsummary: x\n---\n',
      'en/care/many.md':
        '---\ntitle: ""\nkind: recipe\naudience: everyone\nchecked: yesterday\ntitel: x\nkeywords: a\n---\n',
      'en/care/bytes.md': new Uint8Array([0x2d, 0x2d, 0x2d, 0xff, 0xfe]),
      'en/care/Bad Name.md': articleFile({}),
      'en/room/good.md': articleFile({}),
      'en/care/bomb.md': `---\na: &a [x,x,x,x,x,x,x,x,x]\nb: &b [${'*a,'.repeat(9)}]\nc: [${'*b,'.repeat(9)}]\n---\n`,
    });
    const lines = report.faults.map(describeFault);
    expect(lines).toEqual([
      expect.stringMatching(/^en\/care\/Bad Name\.md:1: Name files and folders/),
      expect.stringMatching(/^en\/care\/bare\.md:1: Begin the file with its front matter.*skipped\.$/),
      expect.stringMatching(/^en\/care\/bomb\.md:2: .*alias/),
      'en/care/bytes.md:1: It is not UTF-8 text. The file was skipped.',
      expect.stringMatching(/^en\/care\/good\.md:8: It links to “nowhere\.md”, which is not there in this language\.$/),
      expect.stringMatching(/^en\/care\/good\.md:10: HTML is not used/),
      expect.stringMatching(/^en\/care\/good\.md:10: HTML is not used/),
      expect.stringMatching(/^en\/care\/good\.md:12: There is no callout “tip”; use note, caution or danger\.$/),
      'en/care/many.md:2: “title”: Write something here. The file was skipped.',
      'en/care/many.md:2: “summary” is missing. The file was skipped.',
      'en/care/many.md:3: “kind”: Choose one of product, technology, service, process, announcement. The file was skipped.',
      'en/care/many.md:4: “audience”: Choose one of public, customers, staff, group:name, tier:name. The file was skipped.',
      'en/care/many.md:5: “checked”: Write the day as 2026-10-12. The file was skipped.',
      'en/care/many.md:6: “titel” is not known here. The file was skipped.',
      'en/care/many.md:7: “keywords”: Write a list: [one, two]. The file was skipped.',
      expect.stringMatching(/^en\/care\/yaml\.md:\d: .+ The file was skipped\.$/),
      'en/categories.yaml:1: “care.colour” is not known here. The file was skipped.',
      'en/categories.yaml:1: The folder “care” has no title here.',
      expect.stringMatching(/^en\/room\/good\.md:1: en\/care\/good\.md has the same name, and so the same address\./),
    ]);
    expect(warnings).toEqual(lines);
    expect(counts(report)).toEqual([1, 0, 0]);
    expect((await kb.home(anonymous, 'en')).count).toBe(1);
  });

  test('what a file said before stays published while it is faulty', async () => {
    const { kb, write } = await openShelf(source);
    await write({ 'en/care/oil.md': articleFile({ title: 'Oil' }) });
    await write({ 'en/care/oil.md': '---\ntitle: [\n---\n' });
    expect((await kb.article(anonymous, { locale: 'en', slug: 'oil' })).title).toBe('Oil');
  });

  test('topics take their names and order from categories.yaml', async () => {
    const { kb, write } = await openShelf(source);
    await write({
      'en/categories.yaml':
        'b: { title: Bee, description: Buzz, order: 2 }\na: { title: Ay, order: 3 }\nc: { title: Sea, order: 1 }\n',
      'en/a/one.md': articleFile({}),
      'en/b/two.md': articleFile({}),
    });
    const titles = async () => (await kb.home(anonymous, 'en')).categories.map((line) => line.title);
    expect(await titles()).toEqual(['Bee', 'Ay']);
    await write({ 'en/categories.yaml': 'a: { title: Anew, order: 1 }\nb: { title: Bee, order: 2 }\n' });
    expect(await titles()).toEqual(['Anew', 'Bee']);
  });

  test('a folder without content is no fault', async () => {
    const { kb, folder } = await openShelf(source);
    const report = await kb.importContent({ folder: `${folder}/nowhere`, locales: ['en'] });
    expect(report).toEqual({
      ...{ files: 0, new: 0, changed: 0, moved: 0, unchanged: 0, removed: 0, conflicts: 0, faults: [] },
    });
  });

  test('two processes that import at once make one revision of each file', async () => {
    const { kb, write, database, folder } = await openShelf(source);
    await write({});
    const names = Array.from({ length: 8 }, (_, at) => `en/care/a${at}.md`);
    const other = await openShelf(source, { database });
    mkdirSync(`${folder}/en/care`, { recursive: true });
    for (const name of names) writeFileSync(`${folder}/${name}`, articleFile({}));
    const options = { folder, locales: ['en'] };
    const reports = await Promise.all([kb.importContent(options), other.kb.importContent(options)]);
    expect(reports.reduce((sum, report) => sum + report.new, 0)).toBe(names.length);
    expect(reports.every((report) => report.faults.every((fault) => !fault.skipped))).toBe(true);
    expect(await database.db.selectFrom('revision').select('id').execute()).toHaveLength(names.length);
  });
});
