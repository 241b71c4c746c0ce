import { setTimeout as pause } from 'node:timers/promises';
import { noStanding, type PersonViewer } from '../../src/accounts/index.ts';
import type { ArticleText } from '../../src/kb/index.ts';
import type { TestPerson, TestPortal } from '../support/portal.ts';

/**
 * Where an article stands. Those of {@link seenOnce} were public and in the index before they came there, so an index
 * that is behind still calls them public.
 */
export const states = [
  'draft',
  'scheduled',
  'expired',
  'customers',
  'group',
  'tier',
  'staff',
  'moved',
  'unpublished',
  'deleted',
  'cancelled',
  'pending',
] as const;
export type State = (typeof states)[number];
export const seenOnce: readonly State[] = states.filter((state) => !['draft', 'cancelled', 'pending'].includes(state));

/** Where in an article a word of its own stands. */
export const places = [
  ...(['title', 'summary', 'keywords', 'heading', 'text', 'alt'] as const), // what the search looks into
  ...(['picture', 'slug', 'topic', 'comment', 'note'] as const),
];
export type Place = (typeof places)[number];
export const searched: readonly Place[] = places.slice(0, 6);

/** An article with a word in each place that stands nowhere else. */
export interface CanaryArticle {
  state: State;
  locale: 'en' | 'zh-cn';
  id: string;
  /** The address it had first; the word is in the one it has now. */
  firstSlug: string;
  category: string;
  picture: string;
  words: Record<Place, string>;
}

export interface CanaryWorld {
  portal: TestPortal;
  people: Record<'unverified' | 'customer' | 'author' | 'agent', TestPerson>;
  author: PersonViewer & { role: 'author' };
  articles: CanaryArticle[];
  /** Public articles beside them, whose neighbours they are, by locale. */
  carriers: { slug: string; locale: 'en' | 'zh-cn' }[];
}

const MIXED = 'reeds';
const plain = { title: 'Lantern', summary: 'Light.', keywords: [], source: 'Of lanterns.' };

/** Everything is public as far as it ever is; {@link settle} brings each article into its state. */
export async function plantCanaries(portal: TestPortal): Promise<CanaryWorld> {
  const { app } = portal;
  const people = {
    unverified: await portal.person('Una'),
    customer: await portal.person('Mei'),
    author: await portal.person('Ana', 'author'),
    agent: await portal.person('Ravi', 'agent'),
  };
  await app.database.db
    .updateTable('person')
    .set({ verifiedAt: null })
    .where('id', '=', people.unverified.id)
    .execute();
  const { id: personId, name, email } = people.author;
  const author = {
    kind: 'person',
    personId,
    name,
    email,
    verified: true,
    role: 'author',
    locale: 'en',
    ...noStanding,
  } as const;
  const world: CanaryWorld = { portal, people, author, articles: [], carriers: [] };
  await addTopics(portal);
  const carrier = await publishCarriers(world);
  for (const state of states) {
    const english = await plant(world, state, 'en');
    // One of them is the other language of an article that everybody may read.
    await plant(world, state, 'zh-cn', state === 'staff' ? carrier : english);
  }
  return world;
}

/** English articles lie in a topic of their own, Chinese ones beside the carrier. */
async function addTopics({ app }: TestPortal): Promise<void> {
  const own = states.map((state) => ({ locale: 'en', slug: `of-${state}`, title: wordOf(state, 'en', 'topic') }));
  const mixed = ['en', 'zh-cn'].map((locale) => ({ locale, slug: MIXED, title: 'Reeds' }));
  const rows = [...own, ...mixed].map((row) => ({ ...row, description: row.title, position: 0 }));
  await app.database.db.insertInto('category').values(rows).execute();
}

async function publishCarriers({ portal, author, carriers }: CanaryWorld): Promise<string> {
  const { authoring } = portal.app.kb;
  let english = '';
  for (const locale of ['en', 'zh-cn'] as const) {
    // The English one links to where the articles of its language were; the other one has them in its topic.
    const links = states.map((state) => `[Further](../reeds/${wordOf(state, 'en', 'slug')}.md)`).join(' ');
    const slug = `lantern-${locale}`;
    const text = { ...plain, source: `Of lanterns. ${locale === 'en' ? links : ''}` };
    const created = await authoring.create(author, { locale, slug, category: MIXED, ...text });
    await authoring.publish(author, { ...created, audience: 'public' });
    carriers.push({ slug, locale });
    if (locale === 'en') english = created.articleId;
  }
  return english;
}

async function plant(
  world: CanaryWorld,
  state: State,
  locale: 'en' | 'zh-cn',
  translationOf?: string,
): Promise<string> {
  const { portal, author, articles } = world;
  const { authoring, images } = portal.app.kb;
  const words = Object.fromEntries(
    places.map((place) => [place, wordOf(state, locale, place)]),
  ) as CanaryArticle['words'];
  const drawing = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 3"><title>${words.picture}</title></svg>`;
  const { name: picture, markdown } = await images.add(author, {
    bytes: Buffer.from(drawing),
    name: `drawing-${states.indexOf(state)}-${locale}.svg`,
    alt: words.alt,
  });
  const source = `## ${words.heading}\n\n${words.text}\n\n${markdown}\n\n<!-- ${words.comment} -->\n\n[//]: # (${words.comment})\n`;
  const text = { title: words.title, summary: words.summary, keywords: [words.keywords], source };
  // What is pending is a change of a public article, whose topic is everybody's.
  const category = locale === 'en' && state !== 'pending' ? `of-${state}` : MIXED;
  const slug = state === 'moved' || state === 'pending' ? firstSlug(state, locale) : words.slug;
  const kind = locale === 'en' ? ('announcement' as const) : ('service' as const);
  const first = state === 'pending' ? plain : text;
  const created = await authoring.create(author, { locale, slug, category, kind, translationOf, ...first });
  const { articleId } = created;
  articles.push({ state, locale, id: articleId, firstSlug: slug, category, picture, words });
  await show(world, created, state, text, words.note);
  if (state === 'moved') await authoring.move(author, { articleId, slug: words.slug });
  return articleId;
}

async function show(
  { portal, author }: CanaryWorld,
  { articleId, version }: { articleId: string; version: number },
  state: State,
  text: ArticleText,
  note: string,
): Promise<void> {
  const { authoring } = portal.app.kb;
  if (state === 'draft') {
    await authoring.saveRevision(author, { articleId, version, note, ...text });
    await authoring.setFacts(author, { articleId, audience: 'public' });
  } else if (state === 'cancelled') {
    await authoring.publish(author, { articleId, version, note, audience: 'public', publishAt: inADay() });
  } else {
    const shown = await authoring.publish(author, {
      articleId,
      version,
      audience: 'public',
      ...(state !== 'pending' && { note }),
    });
    if (state === 'pending') await authoring.saveRevision(author, { articleId, version: shown.version, note, ...text });
  }
}

/** The words that stand somewhere: only English articles have a topic of their own, and a change changes no address. */
export function plantedWords({ state, locale, words }: CanaryArticle): string[] {
  const none = [
    ...(locale === 'en' && state !== 'pending' ? [] : [words.topic]),
    ...(state === 'pending' ? [words.slug] : []),
  ];
  return Object.values(words).filter((word) => !none.includes(word));
}

/** How long an article is still shown that is to have had its time. */
const LAST_MOMENT_MS = 400;

/** Brings every article into its state. */
export async function settle({ portal, author, articles }: CanaryWorld): Promise<void> {
  const { authoring } = portal.app.kb;
  for (const { state, id: articleId, words } of articles) {
    const { version } = await authoring.open(author, { articleId });
    if (state === 'scheduled') {
      await authoring.unpublish(author, { articleId });
      await authoring.publish(author, { articleId, version, publishAt: inADay() });
    }
    if (state === 'expired') {
      const unpublishAt = new Date(Date.now() + LAST_MOMENT_MS).toISOString();
      await authoring.publish(author, { articleId, version, unpublishAt });
    }
    // Nobody belongs to them, so they are colleagues' alone.
    if (state === 'group' || state === 'tier')
      await authoring.setFacts(author, { articleId, audience: `${state}:canaries` });
    if (state === 'customers') await authoring.setFacts(author, { articleId, audience: 'customers' });
    if (state === 'staff' || state === 'moved') await authoring.setFacts(author, { articleId, audience: 'staff' });
    if (state === 'unpublished') await authoring.unpublish(author, { articleId, note: words.note });
    if (state === 'deleted' || state === 'cancelled')
      await authoring.remove(author, { articleId, redirect: { to: 'gone' } });
  }
  await pause(LAST_MOMENT_MS);
}

function inADay(): string {
  return new Date(Date.now() + 86_400_000).toISOString();
}

function firstSlug(state: State, locale: string): string {
  return ['moved', 'pending'].includes(state) ? `first-${state}-${locale}` : wordOf(state, locale, 'slug');
}

const syllables = 'ba ke di fo gu la me ni po ru sa te vi wo zu ka le mi no tu'.split(' ');

/** A word that nobody says; in Chinese, three signs that stand together nowhere. */
function wordOf(state: State, locale: string, place: Place): string {
  const isLatin = locale === 'en' || place === 'slug';
  const number = (states.indexOf(state) * places.length + places.indexOf(place)) * 2 + (locale === 'en' ? 0 : 1);
  if (!isLatin) return String.fromCodePoint(...[0, 1, 2].map((at) => 0x9b00 + number + at * 330));
  const [first, second] = [number % 20, Math.floor(number / 20)];
  return `q${syllables[first]}${syllables[second]}${syllables[(first * 7 + second * 3) % 20]}x`;
}
