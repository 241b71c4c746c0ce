import { audiencesOf, type Audience, type Viewer } from '../../src/accounts/index.ts';
import {
  places,
  searched,
  states,
  type CanaryArticle,
  type CanaryWorld,
  type Place,
  type State,
} from './canaryArticles.ts';

/** Who looks. */
const lookers = ['anonymous', 'unverified', 'customer', 'author', 'agent'] as const;
export type Looker = (typeof lookers)[number];

/** One request of an outlet. */
interface Look {
  path: string;
  headers?: Record<string, string>;
  form?: Record<string, string>;
  /** The word that whoever asks sends along, and gets back. */
  echo?: string;
  /** The only article that it is about; left out: all of `locale`. */
  of?: CanaryArticle;
  locale?: string;
  /** What stands there of an article that the viewer may read. */
  shows: readonly Place[];
  /** The only articles of which it shows that, where there is no room for more; left out: all. */
  roomFor?: (article: CanaryArticle, audience: Audience) => boolean;
  /** Slugs that the author of what is shown wrote into it. */
  linksTo?: (article: CanaryArticle) => boolean;
}

/** A way by which the knowledge base can be seen. */
export interface Outlet {
  name: string;
  /** Left out: everybody. */
  who?: readonly Looker[];
  looks(world: CanaryWorld): Look[];
}

const read = ['title', 'summary', 'heading', 'text', 'alt'] as const;
const locales = ['en', 'zh-cn'] as const;
const each = (look: (article: CanaryArticle) => Look) => (world: CanaryWorld) =>
  world.articles.map((of) => ({ of, ...look(of) }));
const plain =
  (...paths: string[]) =>
  () =>
    paths.map((path): Look => ({ path, shows: [] }));
/** Its address is the one that was asked for, which proves nothing. */
const page = ({ locale, words }: CanaryArticle) => ({ path: `/${locale}/articles/${words.slug}`, echo: words.slug });
const api = ({ locale, words }: CanaryArticle) => ({
  path: `/api/v1/articles/${words.slug}?locale=${locale}`,
  echo: words.slug,
});
const query = (words: Record<string, string>): string => new URLSearchParams(words).toString();

const search = (
  name: string,
  wanted: readonly Place[],
  look: (q: string, locale: string) => Omit<Look, 'shows'>,
): Outlet => ({
  name,
  looks: ({ articles }) =>
    articles.flatMap((of) =>
      wanted.map((place): Look => {
        const echo = of.words[place];
        return { of, echo, shows: ['slug'], ...look(echo, of.locale) };
      }),
    ),
});

const aboutCarriers =
  (look: (slug: string, locale: string) => Omit<Look, 'shows'>) =>
  (world: CanaryWorld): Look[] =>
    world.carriers.map(({ slug, locale }) => ({
      ...look(slug, locale),
      locale,
      shows: ['title'],
      // Five at most: these are the first to be visible.
      roomFor: ({ state }, audience) =>
        ['customers', 'group', 'tier', ...(audience === 'public' ? [] : ['staff', 'moved'])].includes(state),
      linksTo: (article) => locale === 'en' && article.locale === 'en',
    }));

/** Every way there is. */
export const outlets: readonly Outlet[] = [
  {
    name: 'home',
    // Its banner has room for three; the English articles are announcements.
    looks: () =>
      locales.map((locale) => ({
        ...{ path: `/${locale}/`, locale, shows: ['title', 'summary', 'slug'] },
        roomFor: ({ locale: written, state }, audience) =>
          written === 'en' && audience === 'staff' && ['staff', 'moved'].includes(state),
      })),
  },
  {
    name: 'category',
    looks: ({ articles }) =>
      articles.map((of) => ({ path: `/${of.locale}/categories/${of.category}`, shows: ['title', 'slug'], of })),
  },
  search('search page', ['title'], (q, locale) => ({ path: `/${locale}/search?${query({ q })}` })),
  {
    ...search('search JSON', searched, (q, locale) => ({ path: `/api/v1/search?${query({ q, locale })}` })),
    // Each word of each article is asked for; one of each audience is enough.
    who: ['anonymous', 'customer', 'agent'],
  },
  search('suggestions', ['title', 'text'], (q, locale) => ({
    path: `/api/v1/search?${query({ q, locale, limit: '3', suggest: '1' })}`,
  })),
  search('ask page', ['title'], (subject, locale) => ({
    path: `/${locale}/ask`,
    form: { intent: 'suggest', subject },
  })),
  { name: 'article page', looks: each((of) => ({ ...page(of), shows: read })) },
  { name: 'article .md', looks: each((of) => ({ path: `${page(of).path}.md`, echo: page(of).echo, shows: read })) },
  { name: 'article JSON', looks: each((of) => ({ ...api(of), shows: [...read, 'keywords'] })) },
  {
    name: 'article Markdown by API',
    looks: each((of) => ({ ...api(of), headers: { accept: 'text/markdown' }, shows: ['heading', 'text', 'alt'] })),
  },
  { name: 'related, by page', looks: aboutCarriers((slug, locale) => ({ path: `/${locale}/articles/${slug}` })) },
  {
    name: 'related, by JSON',
    looks: aboutCarriers((slug, locale) => ({ path: `/api/v1/articles/${slug}?locale=${locale}` })),
  },
  { name: 'feedback', looks: each((of) => ({ ...page(of), form: { helped: 'yes' }, shows: [] })) },
  {
    name: '“answered it”',
    looks: each(({ id, locale }) => ({ path: `/${locale}/answered`, form: { article: id }, shows: [] })),
  },
  { name: 'pictures', looks: each(({ picture }) => ({ path: `/images/${picture}`, shows: ['picture'] })) },
  {
    name: 'former addresses',
    looks: each(({ state, locale, firstSlug }) => ({
      ...{ path: `/${locale}/articles/${firstSlug}`, echo: firstSlug },
      shows: state === 'moved' ? ['slug'] : [],
    })),
  },
  { name: 'sitemap.xml', looks: () => [{ path: '/sitemap.xml', shows: ['slug'] }] },
  {
    name: 'feed.xml',
    looks: () =>
      locales.map((locale) => ({ path: `/${locale}/feed.xml`, locale, shows: ['title', 'summary', 'slug'] })),
  },
  { name: 'llms.txt', looks: () => [{ path: '/llms.txt', shows: ['title', 'summary', 'slug'] }] },
  {
    name: 'authors’ pages',
    who: ['anonymous', 'unverified', 'customer'],
    looks: ({ articles }) =>
      articles.flatMap(({ id, locale, words }) => [
        { path: `/staff/articles/${id}`, shows: [] },
        { path: `/staff/articles/${id}/preview`, shows: [] },
        { path: `/staff/articles?${query({ find: words.title })}`, echo: words.title, shows: [] },
        { path: `/api/staff/links?${query({ q: words.title, locale })}`, echo: words.title, shows: [] },
      ]),
  },
  {
    name: 'everything else',
    looks: plain(
      ...['/robots.txt', '/metrics', '/readyz', '/healthz', '/api/v1/openapi.json', '/staff', '/staff/tickets'],
      ...locales.flatMap((locale) =>
        ['ask', 'tickets', 'account', 'answered', 'nowhere'].map((name) => `/${locale}/${name}`),
      ),
    ),
  },
];

/** What was seen, counted in words: those who may not must see none, those who may all. */
export type Tally = Record<State, { leaked: number; seen: number; due: number }>;

/** Which audience an article has for readers now; null: none. */
export type AudienceOf = (article: CanaryArticle) => Audience | null;

/**
 * Looks through outlets as everybody.
 * @returns the counts by outlet and state, and each word that was seen where it must not be, or was missing.
 */
export async function lookEverywhere(
  world: CanaryWorld,
  {
    who = lookers,
    from = outlets,
    audienceOf,
  }: { who?: readonly Looker[]; from?: readonly Outlet[]; audienceOf: AudienceOf },
): Promise<{ table: Map<string, Tally>; faults: string[] }> {
  const faults: string[] = [];
  const table = new Map<string, Tally>();
  for (const { name, looks, who: only = lookers } of from) {
    const lookingHere = who.filter((looker) => only.includes(looker));
    const tally = Object.fromEntries(states.map((state) => [state, { leaked: 0, seen: 0, due: 0 }])) as Tally;
    table.set(name, tally);
    const jobs = looks(world).flatMap((look) => lookingHere.map((looker) => ({ look, looker })));
    await inTurns(jobs, async ({ look, looker }) => {
      const body = await answerTo(world, look, looker);
      for (const article of world.articles) {
        for (const { place, isFault, ...counts } of judge(article, look, body, {
          audience: audienceOf(article),
          may: mayRead(world, looker, article, name, audienceOf),
        })) {
          for (const key of ['leaked', 'seen', 'due'] as const) tally[article.state][key] += counts[key];
          if (isFault)
            faults.push(
              `${name} ${look.path} as ${looker}: ${article.state} ${place} ${counts.leaked ? 'is seen' : 'is missing'}`,
            );
        }
      }
    });
  }
  return { table, faults };
}

/** What readers never see of an article, whoever they are. */
const ofAuthors: readonly Place[] = ['comment', 'note'];

function judge(
  article: CanaryArticle,
  { of, locale, shows, roomFor, linksTo }: Look,
  body: string,
  { audience, may }: { audience: Audience | null; may: boolean },
) {
  const isOfIt = of ? of === article : locale === undefined || locale === article.locale;
  const isAbout = isOfIt && (!roomFor || (audience !== null && roomFor(article, audience)));
  return places.map((place) => {
    const isThere = !(place === 'slug' && linksTo?.(article)) && body.includes(article.words[place]);
    const isDue = may && isAbout && shows.includes(place);
    const leaked = isThere && (!may || ofAuthors.includes(place)) ? 1 : 0;
    return {
      place,
      leaked,
      seen: isDue && isThere ? 1 : 0,
      due: isDue ? 1 : 0,
      isFault: leaked > 0 || (isDue && !isThere),
    };
  });
}

function mayRead(
  world: CanaryWorld,
  looker: Looker,
  article: CanaryArticle,
  outlet: string,
  audienceOf: AudienceOf,
): boolean {
  // Colleagues see every picture, whatever shows it.
  if (outlet === 'pictures' && (looker === 'author' || looker === 'agent')) return true;
  const audience = audienceOf(article);
  return audience !== null && audiencesOf(viewerOf(world, looker)).includes(audience);
}

function viewerOf({ author }: CanaryWorld, looker: Looker): Viewer {
  if (looker === 'anonymous') return { kind: 'anonymous' };
  const role = looker === 'unverified' ? 'customer' : looker;
  return { ...author, role, verified: looker !== 'unverified' };
}

async function answerTo({ portal, people }: CanaryWorld, look: Look, looker: Looker): Promise<string> {
  const { path, headers, form, echo } = look;
  const response = await fetch(portal.url + path, {
    redirect: 'manual',
    headers: { ...headers, origin: portal.url, ...(looker !== 'anonymous' && { cookie: people[looker].cookie }) },
    ...(form && { method: 'POST', body: new URLSearchParams(form) }),
  });
  const all = `${JSON.stringify([...response.headers])}\n${await response.text()}`;
  return echo === undefined ? all : without(all, echo);
}

/** What was sent comes back, as it is or as a part of an address. A slug that was found is told by where it leads. */
function without(body: string, echo: string): string {
  return body.replaceAll(echo, '').replaceAll(encodeURIComponent(echo), '');
}

const AT_ONCE = 6;

async function inTurns<T>(jobs: readonly T[], work: (job: T) => Promise<void>): Promise<void> {
  const open = [...jobs];
  const worker = async () => {
    for (let job = open.shift(); job !== undefined; job = open.shift()) await work(job);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
