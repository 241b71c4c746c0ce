import type { Page } from 'playwright-core';
import type { Viewer } from '../../src/accounts/index.ts';
import type { Locale } from '../../src/platform/i18n/index.ts';
import type { TestPortal } from '../support/portal.ts';
import type { State } from './states.ts';

/** Articles in every state that an author's pages show. */
export interface AuthorScene {
  /** Published, with a draft, a suggestion, and a link that leads nowhere. */
  busy: string;
  /** Another one than its file. */
  apart: string;
  deleted: string;
}

const source = `Words with a [link](../care/nowhere.md) and <b>HTML</b>.

## A heading

1. **First.** Then.
2. **Second.** Then.

:::caution
**Careful.** It bends.
:::

| A | B |
| --- | --- |
| 1 | 2 |
`;

export async function makeAuthorScene(
  { kb, database: { db } }: TestPortal['app'],
  locale: Locale,
  { author, agent }: { author: Viewer; agent: Viewer },
): Promise<AuthorScene> {
  const { authoring } = kb;
  const text = { title: `An article by an author, ${locale}`, summary: 'In short.', keywords: ['word'], source };
  const begin = async (title: string) => {
    const about = { locale, category: 'assembly', slug: `${title}-${locale}` };
    const { articleId, version } = await authoring.create(author, { ...text, ...about });
    return authoring.publish(author, { articleId, version, audience: 'staff' });
  };
  const busy = await begin('busy');
  await authoring.saveDraft(author, { ...text, ...busy, source: source.replace('bends', 'breaks') });
  await authoring.suggest(agent, { articleId: busy.articleId, words: 'It splits.', source: `${source}\nMore.` });
  await authoring.suggest(agent, { ...text, locale, category: 'assembly', words: 'Three customers asked.' });
  const apart = await begin('apart');
  const head = `title: ${text.title}, in a file\nsummary: In short.\nkind: product\naudience: public`;
  await db
    .insertInto('fileConflict')
    .values({
      ...{ articleId: apart.articleId, path: `${locale}/assembly/apart.md`, hash: 'one' },
      ...{ text: `---\n${head}\n---\n\n${source.replace('bends', 'cracks')}`, foundAt: '2026-11-20T08:00:00.000Z' },
    })
    .execute();
  const { articleId: deleted } = await begin('deleted');
  await authoring.remove(author, { articleId: deleted, redirect: { to: 'gone' } });
  return { busy: busy.articleId, apart: apart.articleId, deleted };
}

/** The authors' pages and their states. */
export function authorStates({ busy, apart, deleted }: AuthorScene, openFolds: (page: Page) => Promise<void>): State[] {
  const path = `/staff/articles/${busy}`;
  const is = (name: string, at: string, more: Partial<State> = {}): State => ({
    name,
    who: 'author',
    path: at,
    ...more,
  });
  const faulty = { title: '', summary: '', source: 'Typed.', version: '2' };
  return [
    is('articles', '/staff/articles?view=all'),
    is('articles, suggested', '/staff/articles?view=suggested&done=declined'),
    is('articles, nothing found', '/staff/articles?view=draft&find=zeppelin'),
    is('new article, faulty', '/staff/articles/new', { form: { category: 'nowhere' }, status: 422 }),
    is('editor', `${path}?done=saved`, { act: openFolds }),
    is('editor, faulty', path, {
      form: { ...faulty, intent: 'publish', unpublishAt: '2020-01-01T00:00', 'was.kind': 'service', kind: 'odd' },
      status: 422,
    }),
    is('editor, two at once', path, { form: { ...faulty, title: 'Mine', version: '0', intent: 'save' }, status: 409 }),
    is('editor, act refused', path, { form: { intent: 'remove', to: 'article', target: 'zeppelin' }, status: 422 }),
    is('editor, file apart', `/staff/articles/${apart}`),
    is('deleted article', `/staff/articles/${deleted}`),
    is('article as its readers see it', `${path}/preview`),
    is('revisions', `${path}/revisions`, { act: openFolds }),
    { ...is('article for an agent', path, { act: openFolds }), who: 'agent' },
    {
      ...is('suggesting an article, faulty', '/staff/articles/new', { form: { words: '' }, status: 422 }),
      who: 'agent',
    },
  ];
}
