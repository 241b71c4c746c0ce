import { afterAll, beforeAll, expect, it } from 'vitest';
import { caller, type Answer, type Caller } from '../support/caller.ts';
import { startPortal, type TestPortal } from '../support/portal.ts';

let portal: TestPortal;
let ana: Caller;
let bo: Caller;
let ravi: Caller;
let mei: Caller;
let nobody: Caller;
beforeAll(async () => {
  portal = await startPortal();
  ana = caller(portal, await portal.person('Ana Weiss', 'author'));
  bo = caller(portal, await portal.person('Bo Lind', 'administrator'));
  ravi = caller(portal, await portal.person('Ravi', 'agent'));
  mei = caller(portal, await portal.person('Mei'));
  nobody = caller(portal);
});
afterAll(() => portal.close());

/** The editor's form as its page has it. */
function formIn({ text }: Pick<Answer, 'text'>): Record<string, string> {
  const begin = text.indexOf('id="article-form"');
  const form = text.slice(begin, text.indexOf('</form>', begin));
  const fields: Record<string, string> = {};
  for (const [, name = '', value = ''] of form.matchAll(
    /<input(?=[^>]*\sname="([^"]+)")(?=[^>]*\svalue(?:="([^"]*)")?[\s>])[^>]*>/g,
  ))
    fields[name] = unescaped(value);
  for (const [, name = '', value = ''] of form.matchAll(/<textarea[^>]*\sname="([^"]+)"[^>]*>\n?([^<]*)<\/textarea>/g))
    fields[name] = unescaped(value);
  for (const [, name = '', options = ''] of form.matchAll(/<select[^>]*\sname="([^"]+)"[^>]*>(.*?)<\/select>/gs))
    fields[name] = /<option value="([^"]*)" selected/.exec(options)?.[1] ?? '';
  return fields;
}

const unescaped = (text: string): string =>
  text
    .replaceAll(/&(?:quot|#34);/g, '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');

/** Begins an article. @returns its path at the desk. */
async function begin(title: string, by = ana): Promise<string> {
  const { status, location } = await by.post('/staff/articles/new', {
    locale: 'en',
    title,
    category: 'assembly',
    kind: 'service',
  });
  expect(status).toBe(303);
  return location ?? '';
}

/** Sends the form of an article with some fields changed, and follows nothing. */
async function send(path: string, changed: Record<string, string>, by = ana): Promise<Answer> {
  return by.post(path, { ...formIn(await by.get(path)), ...changed });
}

const text = {
  title: 'Grommets that squeak',
  summary: 'Turn them once.',
  source: 'Use **wax**.\n',
  audience: 'public',
};

/** An article that everybody reads. */
async function published(title: string, more: Record<string, string> = {}): Promise<string> {
  const path = await begin(title);
  expect(await send(path, { ...text, title, intent: 'publish', ...more })).toMatchObject({
    location: `${path}?done=published`,
  });
  return path;
}

it('begins an article, which nobody but colleagues sees until it is published', async () => {
  const path = await begin('Grommets that squeak');
  const page = await ana.get(path);
  expect(formIn(page)).toMatchObject({
    title: 'Grommets that squeak',
    category: 'assembly',
    audience: 'staff',
    version: '1',
  });
  expect(await send(path, { ...text, intent: 'save' })).toMatchObject({ status: 303, location: `${path}?done=saved` });
  expect((await ana.get(`${path}?done=saved`)).text).toContain('Saved.');
  expect((await mei.get('/en/articles/grommets-that-squeak')).status).toBe(404);
  expect(formIn(await ana.get(path))).toMatchObject({ ...text, keywords: '' });

  expect((await send(path, { intent: 'publish' })).location).toBe(`${path}?done=published`);
  expect((await nobody.get('/en/articles/grommets-that-squeak')).text).toContain('<strong>wax</strong>');
});

it('keeps what was typed through every fault of the text, and says where it is', async () => {
  const path = await begin('Faulty on purpose');
  for (const [changed, field] of [
    [{ title: ' ' }, 'title'],
    [{ summary: '' }, 'summary'],
    [{ title: 'x'.repeat(201) }, 'title'],
    [{ publishAt: 'soon' }, 'publishAt'],
    [{ unpublishAt: '2020-01-01T00:00' }, 'unpublishAt'],
    [{ checked: '31 June' }, 'checked'],
    [{ category: 'nowhere' }, 'category'],
    [{ audience: 'friends' }, 'audience'],
    [{ owner: 'nobody-here' }, 'owner'],
  ] as [Record<string, string>, string][]) {
    const sent = { ...text, source: 'Typed <b>& kept</b>.', note: 'Why', intent: 'publish', ...changed };
    const answer = await send(path, sent);
    expect(answer.status, field).toBe(422);
    expect(answer.text).toContain(`href="#${field}"`);
    expect(formIn(answer)).toMatchObject({
      source: sent.source,
      note: 'Why',
      title: sent.title,
      summary: sent.summary,
    });
  }
  expect((await mei.get('/en/articles/faulty-on-purpose')).status).toBe(404);
});

it('shows both texts when two people save, keeps what was typed, and lets it be put over theirs', async () => {
  const path = await published('Two at once');
  const mine = formIn(await ana.get(path));
  const theirs = formIn(await bo.get(path));
  expect((await bo.post(path, { ...theirs, source: 'Bo says <i>oil</i>.', intent: 'save' })).status).toBe(303);
  const met = await ana.post(path, { ...mine, source: 'Ana says resin.', title: 'Two at one time', intent: 'publish' });
  expect(met.status).toBe(409);
  expect(met.text).toContain('Bo Lind changed this text while you were writing');
  expect(met.text).toMatch(/<del>[^<]*oil/);
  expect(met.text).toMatch(/<ins>[^<]*resin/);
  expect(met.text).not.toContain('<i>oil</i>');
  const again = formIn(met);
  expect(again).toMatchObject({ source: 'Ana says resin.', title: 'Two at one time' });
  expect(formIn(await ana.get(path)).source).toBe('Bo says <i>oil</i>.');
  expect((await ana.post(path, { ...again, intent: 'publish' })).status).toBe(303);
  expect((await mei.get('/en/articles/two-at-once')).text).toContain('Ana says resin.');
});

it('sets facts only where they were changed, at once, for readers, too', async () => {
  const path = await published('Facts of an article');
  const stale = formIn(await ana.get(path));
  expect(
    (await send(path, { intent: 'save', audience: 'customers', kind: 'product', checked: '2026-11-01' }, bo)).status,
  ).toBe(303);
  expect((await nobody.get('/en/articles/facts-of-an-article')).status).toBe(404);
  expect((await mei.get('/en/articles/facts-of-an-article')).status).toBe(200);
  expect((await ana.post(path, { ...stale, intent: 'save', category: 'care' })).status).toBe(303);
  expect(formIn(await ana.get(path))).toMatchObject({ audience: 'customers', kind: 'product', category: 'care' });
});

it('publishes for a time, in the company’s zone', async () => {
  const path = await begin('Open in winter');
  const window = { publishAt: '2031-01-10T09:00', unpublishAt: '2031-07-10T09:00' };
  expect((await send(path, { ...text, ...window, intent: 'publish' })).status).toBe(303);
  expect(formIn(await ana.get(path))).toMatchObject(window);
  const row = await portal.app.database.db
    .selectFrom('article')
    .select(['publishAt', 'unpublishAt'])
    .where('slug', '=', 'open-in-winter')
    .executeTakeFirstOrThrow();
  expect(row).toEqual({ publishAt: '2031-01-10T08:00:00.000Z', unpublishAt: '2031-07-10T07:00:00.000Z' });
  expect((await ana.get('/staff/articles?view=scheduled&find=winter')).text).toContain(path);
  expect((await mei.get('/en/articles/open-in-winter')).status).toBe(404);
});

it('shows without a script what a preview and the finder of links show with one', async () => {
  const path = await begin('Without scripts');
  const typed = { ...text, source: '## A heading\n\nSee [it](../care/not-there.md). <b>x</b>' };
  const looked = await send(path, { ...typed, intent: 'preview' });
  expect(looked.status).toBe(200);
  expect(looked.text).toMatch(/<h2 id="s-[\w-]+">A heading<\/h2>/);
  expect(looked.text).toContain('Line 3: there is no article “not-there” in this language');
  expect(looked.text).toContain('Line 3: HTML is not used');
  expect(formIn(looked)).toMatchObject(typed);
  const found = await send(path, { ...typed, intent: 'links', linkText: 'wobbles' });
  expect(found.text).toContain('(../assembly/chair-wobbles.md)');
  expect(formIn(found)).toMatchObject(typed);
  expect(formIn(await ana.get(path)).source).toBe('');
});

const svg = (words: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 30"><title>${words}</title><path d="M1 1h9"/></svg>`;

it('takes a picture with the form or alone, and says why it takes one not', async () => {
  const path = await begin('With a picture');
  const form = (fields: Record<string, string>, file?: File): FormData => {
    const data = new FormData();
    for (const [name, value] of Object.entries(fields)) data.append(name, value);
    if (file) data.append('picture', file);
    return data;
  };
  const fields = { ...formIn(await ana.get(path)), ...text, intent: 'picture', pictureAlt: 'A [bolt]' };
  const added = await ana.post(path, form(fields, new File([svg('bolt')], 'Bolt one.svg')));
  expect(formIn(added).source).toBe('Use **wax**.\n\n![A \\[bolt\\]](../../images/bolt-one.svg)\n');
  expect(added.text).toContain('src="/images/bolt-one.svg"');
  for (const file of [new File(['words'], 'words.png'), new File([svg('<script>1</script>')], 'bad.svg'), undefined]) {
    const refused = await ana.post(path, form(fields, file));
    expect(refused.status).toBe(422);
    expect(refused.text).toContain('href="#picture"');
    expect(formIn(refused)).toMatchObject(text);
  }
  const large = await ana.post(path, form(fields, new File([new Uint8Array(2 * 1024 * 1024 + 1)], 'large.png')));
  expect(large.text).toContain('larger than 2 MB');
  const alone = await ana.post('/api/staff/images', form({ alt: '' }, new File([svg('nut')], 'nut.svg')));
  expect(alone.status).toBe(201);
  expect(JSON.parse(alone.text)).toMatchObject({ markdown: '![](../../images/nut.svg)', url: '/images/nut.svg' });
  // Nothing of it stays behind as an upload.
  expect(await portal.app.database.db.selectFrom('attachment').select('id').execute()).toEqual([]);
  expect((await ravi.post('/api/staff/images', form({}, new File([svg('x')], 'x.svg')))).status).toBe(403);
});

it('keeps a draft for the script, and tells it when somebody was faster', async () => {
  const path = await begin('Saved while typing');
  const id = path.split('/').at(-1);
  const draft = { ...text, keywords: 'wax\nsqueak', version: '1' };
  const kept = await ana.post(`/api/staff/articles/${id}/draft`, draft);
  expect(JSON.parse(kept.text)).toMatchObject({
    version: 2,
    said: expect.stringMatching(/^Saved \d+:\d\d$/) as string,
  });
  expect(formIn(await ana.get(path))).toMatchObject({ ...text, audience: 'staff', keywords: 'wax\nsqueak' });
  expect((await bo.post(`/api/staff/articles/${id}/draft`, { ...draft, source: 'Other.' })).status).toBe(409);
  expect((await nobody.post(`/api/staff/articles/${id}/draft`, draft)).status).toBe(401);
  expect((await ravi.post(`/api/staff/articles/${id}/draft`, draft)).status).toBe(403);
  const previewed = await ravi.post('/api/staff/preview', {
    locale: 'en',
    title: 'T',
    source: '**b** <script>1</script>',
  });
  expect(JSON.parse(previewed.text)).toMatchObject({ html: expect.not.stringContaining('script') as string });
  const links = await ravi.get('/api/staff/links?locale=en&q=wobbles');
  expect(JSON.parse(links.text)).toMatchObject({ targets: [{ href: '../assembly/chair-wobbles.md' }] });
});

it('moves, takes back, deletes with a way on, and brings back', async () => {
  const path = await published('Here today');
  expect((await ana.post(path, { intent: 'move', slug: 'Not One' })).text).toContain('href="#slug"');
  expect((await ana.post(path, { intent: 'move', slug: 'chair-wobbles' })).status).toBe(422);
  expect((await ana.post(path, { intent: 'move', slug: 'there-tomorrow' })).location).toBe(`${path}?done=moved`);
  expect((await mei.get('/en/articles/here-today')).location).toContain('/en/articles/there-tomorrow');
  expect((await ana.post(path, { intent: 'unpublish', words: 'Wrong' })).location).toBe(`${path}?done=unpublished`);
  expect((await mei.get('/en/articles/there-tomorrow')).status).toBe(404);
  expect((await send(path, { intent: 'publish' })).status).toBe(303);

  const lost = await ana.post(path, { intent: 'remove', to: 'article', target: 'zeppelin' });
  expect(lost.status).toBe(422);
  expect(lost.text).toContain('value="zeppelin"');
  const gone = await ana.post(path, {
    intent: 'remove',
    to: 'article',
    target: `${portal.url}/en/articles/chair-wobbles`,
  });
  expect(gone.location).toBe('/staff/articles?view=deleted&done=deleted');
  const moved = await mei.get('/en/articles/there-tomorrow?q=here');
  expect(moved).toMatchObject({ status: 301, location: '/en/articles/chair-wobbles?q=here' });
  expect((await ana.get('/staff/articles?view=deleted')).text).toContain(path);
  expect((await ana.get(path)).text).toContain('Bring it back');
  expect((await ana.post(path, { intent: 'undelete', slug: '' })).location).toBe(`${path}?done=undeleted`);
  expect(formIn(await ana.get(path)).source).toBe(text.source);

  const away = await published('Taken away');
  expect((await ana.post(away, { intent: 'remove', to: 'gone' })).status).toBe(303);
  const gone410 = await nobody.get('/en/articles/taken-away');
  expect(gone410.status).toBe(410);
  expect(gone410.text).toContain('This article was taken away.');
  const other = await published('Into its topic');
  expect((await ana.post(other, { intent: 'remove', to: 'category', into: 'care' })).status).toBe(303);
  expect((await nobody.get('/en/articles/into-its-topic')).location).toBe('/en/categories/care');
});

it('lists revisions, compares any two, and restores one', async () => {
  const path = await published('Many revisions');
  expect((await send(path, { source: 'Use **resin**.', note: 'Wax melts', intent: 'revision' })).location).toBe(
    `${path}?done=revision`,
  );
  const page = await ana.get(`${path}/revisions`);
  expect(page.text).toContain('2 against 1');
  expect(page.text).toContain('“Wax melts”');
  expect(page.text).toMatch(/<del>wax<\/del>/);
  expect((await ana.get(`${path}/revisions?from=2&to=1`)).text).toMatch(/<ins>wax<\/ins>/);
  expect((await ana.get(`${path}/revisions?from=9&to=1`)).status).toBe(404);
  expect((await ana.get(`${path}/revisions?from=x&to=y&after=z`)).status).toBe(200);
  const version = /name="version" value="(\d+)"/.exec(page.text)?.[1] ?? '';
  expect((await ana.post(`${path}/revisions`, { number: '1', version: '0' })).status).toBe(409);
  expect((await ana.post(`${path}/revisions`, { number: '1', version })).location).toBe(
    `${path}/revisions?done=restored`,
  );
  expect(formIn(await ana.get(path)).source).toBe(text.source);
  expect((await ana.get(`${path}/revisions`)).text).toContain('restored');
  expect((await ravi.get(`${path}/revisions`)).text).not.toContain('name="number"');
});

it('lets agents look and suggest, and authors take or decline it', async () => {
  const path = await published('Suggested to');
  const seen = await ravi.get(path);
  expect(seen.text).toContain('Suggest a change');
  expect(seen.text).not.toContain('article-form');
  expect((await ravi.post(path, { intent: 'suggest', words: '', source: 'Use **tape**.' })).text).toContain(
    'Use **tape**.',
  );
  const proposal = { intent: 'suggest', words: 'Wax <b>melts</b>', title: 'Suggested to', summary: 'Turn them once.' };
  expect((await ravi.post(path, { ...proposal, source: 'Use **tape**.' })).location).toBe(`${path}?done=suggested`);
  expect((await ravi.post(path, { intent: 'save', version: '1', title: 'x' })).status).toBe(403);
  const waiting = await ana.get(path);
  expect(waiting.text).toContain('Wax &lt;b&gt;melts&lt;/b&gt;');
  expect(waiting.text).toMatch(/<ins>tape<\/ins>/);
  const suggestion = /name="suggestion" value="([^"]+)"/.exec(waiting.text)?.[1] ?? '';
  expect((await ravi.post(path, { intent: 'accept', suggestion })).status).toBe(403);
  expect((await send(path, { source: 'A draft.', intent: 'save' })).status).toBe(303);
  expect((await ana.post(path, { intent: 'accept', suggestion })).status).toBe(409);
  const { version = '' } = formIn(await ana.get(path));
  expect((await ana.post(path, { intent: 'discard', version })).location).toBe(`${path}?done=discarded`);
  expect((await ana.post(path, { intent: 'accept', suggestion })).location).toBe(`${path}?done=accepted`);
  expect(formIn(await ana.get(path)).source).toBe('Use **tape**.');

  const idea = { locale: 'en', title: 'An idea', category: 'assembly', words: 'Three customers asked.', source: '' };
  expect((await ravi.post('/staff/articles/new', idea)).location).toContain('done=suggested');
  const list = await ana.get('/staff/articles?view=suggested');
  expect(list.text).toContain('Three customers asked.');
  const begun = /name="suggestion" value="([^"]+)"/.exec(list.text)?.[1] ?? '';
  const started = await ana.post('/staff/articles?view=suggested', { intent: 'accept', suggestion: begun });
  expect(formIn(await ana.get((started.location ?? '').split('?')[0] ?? '')).title).toBe('An idea');
});

it('begins a translation beside its original, once', async () => {
  const path = await published('To be translated');
  const of = path.split('/').at(-1) ?? '';
  expect((await ana.get(path)).text).toContain(`/staff/articles/new?of=${of}&amp;locale=zh-cn`);
  const asked = await ana.get(`/staff/articles/new?of=${of}&locale=zh-cn`);
  expect(asked.text).toContain('Translation of');
  const form = { of, locale: 'zh-cn', title: '待翻译的文章', category: 'assembly', kind: 'service' };
  const begun = await ana.post('/staff/articles/new', form);
  expect((await ana.get(begun.location ?? '')).text).toContain('lang="zh-CN"');
  const chinese = begun.location ?? '';
  expect((await send(chinese, { summary: '摘要', source: '正文', intent: 'revision' })).status).toBe(303);
  expect((await send(path, { source: 'Newer.', intent: 'revision' })).status).toBe(303);
  expect((await ana.get(chinese)).text).toContain('English got one revision since this text was last worked on.');
  expect((await ana.get(path)).text).toContain('中文 is one revision behind this text.');
  expect((await ana.get('/staff/articles?view=untranslated&find=translated')).text).toContain('1 behind');
  const twice = await ana.post('/staff/articles/new', form);
  expect(twice.status).toBe(422);
  expect(twice.text).toContain('待翻译的文章');
});

it('lists by view and filter, notes a check, and hides the desk from authors', async () => {
  const path = await published('Checked by hand');
  const due = await ana.get('/staff/articles?view=check_due&find=by+hand');
  expect(due.text).toContain(path);
  const id = path.split('/').at(-1) ?? '';
  const noted = await ana.post('/staff/articles?view=check_due&find=by+hand', { intent: 'checked', article: id });
  expect(noted).toMatchObject({ status: 303, location: '/staff/articles?view=check_due&find=by+hand&done=checked' });
  expect((await ana.get(noted.location ?? '')).text).not.toContain(`href="${path}"`);
  expect((await ravi.post('/staff/articles', { intent: 'checked', article: id })).status).toBe(403);
  expect((await ana.post('/staff/articles', { intent: 'checked', article: 'unknown' })).status).toBe(404);
  expect((await ana.get('/staff/articles?view=nonsense&after=rubbish&audience=friends&locale=fr')).status).toBe(200);
  expect((await ana.get('/staff')).location).toBe('/staff/articles');
  expect((await ana.get('/staff/articles')).text).not.toContain('/staff/tickets');
  expect((await ravi.get('/staff/articles')).text).toContain('/staff/tickets');
  for (const page of ['/staff/articles', '/staff/articles/new', path, `${path}/preview`, `${path}/revisions`]) {
    expect((await mei.get(page)).status, page).toBe(403);
    expect((await nobody.get(page)).location, page).toContain('/sign-in?return_to=');
    expect((await ravi.get(page)).status, page).toBe(200);
  }
  expect((await ana.get('/staff/articles/unknown')).status).toBe(404);
});

it('pages its list by key, each article once', async () => {
  const seen: string[] = [];
  let next: string | undefined = '/staff/articles?view=all';
  while (next !== undefined) {
    const { text: page } = await ana.get(next);
    seen.push(...[...page.matchAll(/<a href="\/staff\/articles\/([\w-]{36})"/g)].map(([, id]) => id ?? ''));
    next = /href="([^"]*after=[^"]*)"/.exec(page)?.[1]?.replaceAll(/&(?:amp|#38);/g, '&');
  }
  const { count } = await portal.app.database.db
    .selectFrom('article')
    .where('deletedAt', 'is', null)
    .select((is) => is.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  expect(seen).toHaveLength(Number(count));
  expect(new Set(seen).size).toBe(seen.length);
});

it('shows a file and an article that went apart, and takes either', async () => {
  const { db } = portal.app.database;
  const wall = await db
    .selectFrom('article')
    .selectAll()
    .where('locale', '=', 'en')
    .where('slug', '=', 'chair-wobbles')
    .executeTakeFirstOrThrow();
  const path = `/staff/articles/${wall.id}`;
  expect((await send(path, { source: 'Edited here.', intent: 'save' })).status).toBe(303);
  const file = '---\ntitle: From the file\nsummary: Words.\nkind: product\naudience: public\n---\n\nEdited there.\n';
  const conflict = {
    articleId: wall.id,
    path: wall.sourcePath ?? '',
    hash: 'one',
    text: file,
    foundAt: '2026-11-20T08:00:00.000Z',
  };
  await db.insertInto('fileConflict').values(conflict).execute();
  const page = await ana.get(path);
  expect(page.text).toContain('The file and this article went apart');
  expect(page.text).toMatch(/<ins>[^<]*there/);
  expect((await ana.get('/staff/articles?view=conflict')).text).toContain(path);
  expect((await ravi.get(path)).text).not.toContain('value="takeFile"');
  expect((await ana.post(path, { intent: 'keepBrowser', hash: 'other' })).status).toBe(409);
  expect((await ana.post(path, { intent: 'keepBrowser', hash: 'one' })).location).toBe(`${path}?done=browserKept`);
  expect(formIn(await ana.get(path)).source).toBe('Edited here.');
  await db
    .insertInto('fileConflict')
    .values({ ...conflict, hash: 'two' })
    .execute();
  expect((await ana.post(path, { intent: 'takeFile', hash: 'two' })).location).toBe(`${path}?done=fileTaken`);
  expect(formIn(await ana.get(path)).title).toBe('From the file');
  // What stood in the editor is a revision, and no draft that would be published over the file.
  const kept = await db.selectFrom('revision').select('source').where('articleId', '=', wall.id).execute();
  expect(kept.map(({ source }) => source)).toContain('Edited here.');
});
