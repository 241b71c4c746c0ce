import { afterAll, beforeAll, expect, test } from 'vitest';
import { noStanding, type Viewer } from '../../src/accounts/index.ts';
import { startPortal, type TestPerson, type TestPortal } from '../support/portal.ts';

let portal: TestPortal;
let author: Viewer;
let customer: TestPerson;
let agent: TestPerson;

beforeAll(async () => {
  portal = await startPortal();
  const { id: personId, name, email } = await portal.person('Ana', 'author');
  author = { kind: 'person', personId, name, email, verified: true, role: 'author', locale: 'en', ...noStanding };
  customer = await portal.person('Mei');
  agent = await portal.person('Ravi', 'agent');
});
afterAll(() => portal.close());

async function ask(path: string, person?: TestPerson) {
  const headers = person ? { cookie: person.cookie } : {};
  const response = await fetch(portal.url + path, { redirect: 'manual', headers });
  return [response.status, response.headers.get('location')];
}

async function publish(slug: string, audience: 'public' | 'customers' | 'staff'): Promise<string> {
  const { authoring } = portal.app.kb;
  const made = await authoring.create(author, { locale: 'en', category: 'care', slug, title: slug });
  const text = { title: slug, summary: 'In short.', keywords: [], source: 'Words.' };
  await authoring.publish(author, { ...made, text, audience });
  return made.articleId;
}

test('an old address leads on, for whoever may read what is there now', async () => {
  const { authoring } = portal.app.kb;
  const articleId = await publish('first', 'customers');
  await authoring.move(author, { articleId, slug: 'second' });
  await authoring.move(author, { articleId, slug: 'third' });
  for (const old of ['first', 'second']) {
    expect(await ask(`/en/articles/${old}?q=oil`, customer)).toEqual([301, '/en/articles/third?q=oil']);
    expect(await ask(`/en/articles/${old}`)).toEqual([404, null]);
    expect(await ask(`/en/articles/${old}.md`, customer)).toEqual([301, '/en/articles/third.md']);
    expect(await ask(`/en/articles/${old}.md`)).toEqual([404, null]);
    const api = `/api/v1/articles/${old}?locale=en`;
    expect(await ask(api, customer)).toEqual([301, '/api/v1/articles/third?locale=en']);
    expect(await ask(api)).toEqual([404, null]);
  }
  await authoring.unpublish(author, { articleId });
  expect(await ask('/en/articles/first', customer)).toEqual([404, null]);
});

test('what was deleted leads where its author said, and was never there for who could not read it', async () => {
  const { authoring } = portal.app.kb;
  const [oldPublic, oldStaff, heir] = [
    await publish('old-public', 'public'),
    await publish('old-staff', 'staff'),
    await publish('heir', 'public'),
  ];
  await authoring.move(author, { articleId: oldPublic, slug: 'older' });
  await authoring.remove(author, { articleId: oldPublic, redirect: { to: 'article', articleId: heir } });
  await authoring.remove(author, { articleId: oldStaff, redirect: { to: 'article', articleId: heir } });
  expect(await ask('/en/articles/old-public')).toEqual([301, '/en/articles/heir']);
  expect(await ask('/en/articles/older')).toEqual([301, '/en/articles/heir']);
  expect(await ask('/en/articles/old-staff')).toEqual([404, null]);
  expect(await ask('/en/articles/old-staff', agent)).toEqual([301, '/en/articles/heir']);
  await authoring.remove(author, { articleId: heir, redirect: { to: 'category', category: 'care' } });
  for (const slug of ['heir', 'older', 'old-public'])
    expect(await ask(`/en/articles/${slug}`)).toEqual([301, '/en/categories/care']);
  const gone = await publish('soon-gone', 'customers');
  await authoring.remove(author, { articleId: gone, redirect: { to: 'gone' } });
  expect(await ask('/en/articles/soon-gone', customer)).toEqual([410, null]);
  expect(await ask('/en/articles/soon-gone')).toEqual([404, null]);
  const draft = (await authoring.create(author, { locale: 'en', category: 'care', slug: 'never-seen' })).articleId;
  await authoring.remove(author, { articleId: draft, redirect: { to: 'gone' } });
  expect(await ask('/en/articles/never-seen', customer)).toEqual([404, null]);
  expect(await authoring.undelete(author, { articleId: gone })).toEqual({ slug: 'soon-gone' });
  expect(await ask('/en/articles/soon-gone', customer)).toEqual([404, null]);
});
