import { afterAll, describe, expect, it, vi } from 'vitest';
import type { Audience } from '../../src/accounts/index.ts';
import { lunr, meilisearch, type SearchEngine } from '../../src/kb/index.ts';
import { caller, type Answer } from '../support/caller.ts';
import { readMail } from '../support/mail.ts';
import { freshPrefix, meilisearchServer } from '../support/meilisearch.ts';
import { startPortal, type TestPortal } from '../support/portal.ts';
import {
  plantCanaries,
  plantedWords,
  seenOnce,
  settle,
  states,
  type CanaryArticle,
  type CanaryWorld,
} from './canaryArticles.ts';
import { lookEverywhere, outlets, type Outlet, type Tally } from './canaryOutlets.ts';
import { withoutLines } from './mutations.ts';

// Thousands of calls: only a hang takes this long, however busy the machine.
vi.setConfig({ testTimeout: 240_000 });

/** An engine that can be kept from learning anything new. */
function holdable(engine: SearchEngine) {
  let gate = Promise.withResolvers<void>();
  gate.resolve();
  const held = new Proxy(engine, {
    get: (target, name) => {
      const part: unknown = Reflect.get(target, name, target);
      if (typeof part !== 'function') return part;
      if (name !== 'index' && name !== 'remove') return part.bind(target) as unknown;
      return async (...given: unknown[]) => {
        await gate.promise;
        return part.apply(target, given) as unknown;
      };
    },
  });
  return {
    engine: held,
    hold: () => {
      gate = Promise.withResolvers();
    },
    release: () => gate.resolve(),
  };
}

const engines: Record<string, () => Promise<SearchEngine>> = {
  lunr: async () => lunr(),
  // A busy machine is not to be taken for a server that died.
  meilisearch: async () => meilisearch({ ...(await meilisearchServer()), prefix: freshPrefix(), patienceMs: 10_000 }),
};

const closing: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const close of closing) await close();
});

interface Stand extends CanaryWorld {
  name: string;
  held: ReturnType<typeof holdable>;
}

async function stand(name: string, sources?: string): Promise<Stand> {
  const held = holdable(await (engines[name] as (typeof engines)['lunr'])());
  const portal: TestPortal = await startPortal({
    site: { search: held.engine },
    ...(sources !== undefined && { sources }),
  });
  closing.push(async () => {
    held.release();
    await portal.close();
  });
  const world = await plantCanaries(portal);
  await told({ name, portal });
  return { ...world, name, held };
}

/** Resolves when the engine has been told everything and answers. */
async function told({ name, portal: { app } }: Pick<Stand, 'name' | 'portal'>): Promise<void> {
  await vi.waitFor(
    async () => {
      await app.kb.catchUp();
      expect(await app.kb.searchState()).toMatchObject({ ready: true, trouble: null, answering: name });
      expect((await app.kb.engines.states())[0]).toMatchObject({ name, owed: 0 });
    },
    { timeout: 60_000, interval: 100 },
  );
}

const isSeenOnce = ({ state }: CanaryArticle) => seenOnce.includes(state);
const atFirst = (article: CanaryArticle): Audience | null => (isSeenOnce(article) ? 'public' : null);
const inTheEnd = ({ state }: CanaryArticle): Audience | null => {
  if (state === 'customers') return 'customers';
  return ['staff', 'moved', 'group', 'tier'].includes(state) ? 'staff' : null;
};

const isWhole = process.env['WAYPOST_CANARIES'] === 'table';

/** One line of counts; `WAYPOST_CANARIES=table` prints them by outlet and state: leaked | seen / to be seen. */
function print(title: string, table: Map<string, Tally>): void {
  const all = [...table.values()].flatMap((tally) => Object.values(tally));
  const sum = (key: 'leaked' | 'seen' | 'due') => all.reduce((total, counts) => total + counts[key], 0);
  console.info(`${title}: ${sum('leaked')} words leaked, ${sum('seen')} of ${sum('due')} found by whoever may.`);
  if (!isWhole) return;
  console.info(`| outlet | ${states.join(' | ')} |\n|${' - |'.repeat(states.length + 1)}`);
  for (const [outlet, tally] of table) {
    const cells = states.map((state) => `${tally[state].leaked}, ${tally[state].seen}/${tally[state].due}`);
    console.info(`| ${outlet} | ${cells.join(' | ')} |`);
  }
}

const ofTheIndex = outlets.filter(({ name }) => /search|suggestions|ask/.test(name));

describe.each(Object.keys(engines))('with %s', (name) => {
  let world: Stand;
  // What does not ask the index is the same with every engine.
  const from = name === 'lunr' || isWhole ? outlets : ofTheIndex;

  it('everybody finds what is public', async () => {
    world = await stand(name);
    const { table, faults } = await lookEverywhere(world, { who: ['anonymous'], audienceOf: atFirst, from });
    print(`${name}, all of it public, anonymous`, table);
    expect(faults).toEqual([]);
  });

  it('nobody finds what is not theirs while the index is behind, and whoever may finds all', async () => {
    world.held.hold();
    await settle(world);
    await expectStale(world);
    const { table, faults } = await lookEverywhere(world, { audienceOf: inTheEnd, from });
    print(`${name}, index behind, everybody`, table);
    expect(faults).toEqual([]);
    await expectStale(world);
  });

  it('a hidden article answers as one that never was', async () => {
    expect(await unlikeUnknown(world)).toEqual([]);
  });

  it('nobody finds it when the index was told either', async () => {
    world.held.release();
    await told(world);
    const { table, faults } = await lookEverywhere(world, { audienceOf: inTheEnd, from: ofTheIndex });
    print(`${name}, index told, everybody`, table);
    expect(faults).toEqual([]);
  });

  it('no mail tells a word, and authors have all of them', async () => {
    const { portal, people, articles } = world;
    const asked = await caller(portal, people.customer).post('/en/ask', { subject: 'Of lanterns', body: 'Which?' });
    expect(asked.status).toBe(303);
    await portal.app.queue.runDue();
    expect(portal.mails()).toHaveLength(1);
    const words = articles.flatMap(plantedWords);
    const written = portal.mails().map((eml) => Object.values(readMail(eml)).flat().join('\n'));
    expect(words.filter((word) => written.some((mail) => mail.includes(word)))).toEqual([]);
    const known = await Promise.all(articles.map((article) => wordsOfAuthor(world, article)));
    expect(known.flat().toSorted()).toEqual(words.toSorted());
    expect(words).toHaveLength(249);
  });
});

/** An article by its address is asked for at the gate once more, so a lost condition of the query alone opens nothing. */
const open = outlets.filter(({ name }) => !/^article |authors|feedback|answered|former|everything/.test(name));

describe('the test itself', () => {
  it('notices when nobody asks for the audience', async () => {
    const condition = ".where('article.audience', 'in', audiencesOf(viewer))";
    const leaking = await leakingWithout([condition], open);
    for (const { name } of open) expect(leaking).toContain(`${name}: staff`);
  });

  it('notices when nobody asks for the time', async () => {
    const few = outlets.filter(({ name }) => /^(category|article page|sitemap.xml|suggestions)$/.test(name));
    const conditions = ["is('article.publishAt', '<=', now)", "is('article.unpublishAt', '>', now)"];
    const leaking = await leakingWithout(conditions, few);
    for (const { name } of few)
      expect(leaking).toEqual(expect.arrayContaining([`${name}: scheduled`, `${name}: expired`]));
  });
});

/** What a stranger sees when the gate has lost conditions: outlet and state. */
async function leakingWithout(conditions: readonly string[], from: readonly Outlet[]): Promise<string[]> {
  return withoutLines('src/kb/visible.ts', conditions, async (sources) => {
    const world = await stand('lunr', sources);
    world.held.hold();
    await settle(world);
    const { table } = await lookEverywhere(world, { who: ['anonymous'], audienceOf: inTheEnd, from });
    return [...table].flatMap(([outlet, tally]) =>
      states.filter((state) => tally[state].leaked > 0).map((state) => `${outlet}: ${state}`),
    );
  });
}

/** The index says that everything is still public. */
async function expectStale({ held: { engine }, articles }: Stand): Promise<void> {
  for (const { id, locale, words } of articles.filter(isSeenOnce)) {
    const { hits } = await engine.search({ text: words.title, locale, audiences: ['public'], limit: 10 });
    expect(hits.map((hit) => hit.id)).toContain(id);
  }
}

/** Each address of a hidden article whose answer to a stranger differs from that of an address nobody ever had. */
async function unlikeUnknown({ portal, articles }: Stand): Promise<string[]> {
  const nobody = caller(portal);
  const different: string[] = [];
  // Whoever could read it once is told that it is gone.
  for (const { state, locale, words, picture } of articles.filter((article) => article.state !== 'deleted')) {
    const unknown = [...words.slug].toReversed().join('');
    const ways = [
      (slug: string) => `/${locale}/articles/${slug}`,
      (slug: string) => `/${locale}/articles/${slug}.md`,
      (slug: string) => `/api/v1/articles/${slug}?locale=${locale}`,
    ];
    const pairs = [
      ...ways.map((way) => [way(words.slug), way(unknown)] as const),
      [`/images/${picture}`, `/images/${[...picture].toReversed().join('')}`] as const,
    ];
    for (const [hidden, never] of pairs) {
      const [one, other] = [await nobody.get(hidden), await nobody.get(never)];
      const plain = ({ status, text }: Answer) => JSON.stringify([status, text.replace(/"instance":"[^"]*"/, '')]);
      const isSame = plain(one).replaceAll(hidden, never).replaceAll(words.slug, unknown) === plain(other);
      if (!isSame || one.status !== 404) different.push(`${state} ${hidden}: ${one.status} and ${other.status}`);
    }
  }
  return different;
}

/** The words of an article that its author gets to see. */
async function wordsOfAuthor({ portal, author }: CanaryWorld, article: CanaryArticle) {
  const { id: articleId, picture } = article;
  const { authoring, images } = portal.app.kb;
  const [opened, { revisions }, shown] = await Promise.all([
    authoring.open(author, { articleId }),
    authoring.revisions(author, { articleId }),
    images.read(author, picture),
  ]);
  const all = JSON.stringify([opened, revisions]) + Buffer.from(await shown.bytes()).toString();
  return plantedWords(article).filter((word) => all.includes(word));
}
