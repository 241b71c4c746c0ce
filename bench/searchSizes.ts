import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Meilisearch } from 'meilisearch';
import { startMeilisearch } from '../scripts/meilisearch.mjs';
import { anonymous, noStanding, type Viewer } from '../src/accounts/index.ts';
import { migrations } from '../src/app/migrations.ts';
import { createKb, lunr, meilisearch, type Kb, type SearchEngine } from '../src/kb/index.ts';
import { migrate, openDatabase, type Database } from '../src/platform/database/index.ts';
import { systemRuntime } from '../src/platform/runtime.ts';
import { questionsAbout, writeManyArticles } from './manyArticles.ts';
import { median, percentile, times, withFolder } from './temporary.ts';

const QUESTIONS = 400;
const WARM_UP = 40;
const EDITS = 5;

export interface Times {
  p50Ms: number;
  p99Ms: number;
}

/** One engine with so many articles. */
export interface EngineFigures extends Times {
  /** All articles, from the database into the index. */
  indexMs: number;
  /** From the end of publishing until a search finds it. */
  editMs: number;
  /** A new process until it can answer, with the index that is there. */
  startMs: number;
  /** Questions that another than this engine answered. */
  missed: number;
}

export interface SizeFigures {
  articles: number;
  importMs: number;
  lunr: EngineFigures;
  /** Null where there is no server for this machine. */
  meilisearch: (EngineFigures & { direct: Times; ratioP50: number; ratioP99: number }) | null;
}

/**
 * Import, index and search with so many articles in each of two languages, on lunr and on a real Meilisearch, and the same
 * questions put to Meilisearch directly, one after the other in turns, so that a busy moment meets all.
 */
export function searchFigures(articles: number): Promise<SizeFigures> {
  return withFolder(async (folder) => {
    const database = openDatabase({ url: `sqlite:${join(folder, 'waypost.db')}` });
    const server = await startMeilisearch({ folder: join(folder, 'meilisearch') }).catch(() => null);
    try {
      await migrate(database, migrations);
      mkdirSync(join(folder, 'content'));
      const written = writeManyArticles(join(folder, 'content'), articles);
      const importMs = await importTime(database, join(folder, 'content'));
      const questions = questionsAbout(written, QUESTIONS + WARM_UP);
      const onLunr = await openEngine(database, () => lunr({ folder: join(folder, 'lunr') }));
      const options = server && { host: server.url, apiKey: server.key, prefix: 'bench' };
      const onServer = options && (await openEngine(database, () => meilisearch(options)));
      const took = await askInTurns(questions, {
        lunr: asking(onLunr.kb),
        ...(onServer && { meilisearch: asking(onServer.kb) }),
        ...(options && { direct: askingDirectly(new Meilisearch(options), options.prefix) }),
      });
      const ours = { ...(await onLunr.finish()), ...timesOf(took['lunr']) };
      if (!onServer) return { articles, importMs, lunr: ours, meilisearch: null };
      const theirs = { ...(await onServer.finish()), ...timesOf(took['meilisearch']) };
      const direct = timesOf(took['direct']);
      const ratios = { ratioP50: theirs.p50Ms / direct.p50Ms, ratioP99: theirs.p99Ms / direct.p99Ms };
      return { articles, importMs, lunr: ours, meilisearch: { ...theirs, direct, ...ratios } };
    } finally {
      await server?.stop();
      await database.close();
    }
  });
}

function createBenchKb(database: Database, engine: SearchEngine): Kb {
  const quiet = () => undefined;
  return createKb({
    ...{ database, engine, runtime: systemRuntime() },
    log: { info: quiet, warn: quiet, error: quiet },
    touches: { record: quiet, recordIn: async () => undefined },
  });
}

async function importTime(database: Database, folder: string): Promise<number> {
  // An engine that takes everything and does nothing: what is measured is the import.
  const kb = createBenchKb(database, {
    ...{ name: 'none', capabilities: { durable: false, prefix: false, typos: false } },
    position: async () => '0@',
    index: async () => undefined,
    remove: async () => undefined,
    advance: async () => undefined,
    search: async () => ({ hits: [] }),
    ready: async () => true,
    close: async () => undefined,
  });
  const began = performance.now();
  const { faults } = await kb.importContent({ folder, locales: ['en', 'zh-cn'] });
  const took = performance.now() - began;
  await kb.close();
  const [fault] = faults.filter(({ skipped }) => skipped);
  if (fault) throw new Error(`${fault.file}: ${fault.message}`);
  return took;
}

/** Feeds an engine; `finish` measures edits and a second start, and closes it. */
async function openEngine(database: Database, make: () => SearchEngine) {
  const kb = createBenchKb(database, make());
  const indexMs = await startTime(kb);
  return {
    kb,
    async finish(): Promise<Omit<EngineFigures, keyof Times>> {
      const editMs = median(await times(EDITS, () => editTime(kb)));
      await kb.close();
      const again = createBenchKb(database, make());
      const startMs = await startTime(again);
      await again.close();
      return { indexMs, editMs, startMs, missed: missed.get(kb) ?? 0 };
    },
  };
}

async function startTime(kb: Kb): Promise<number> {
  const began = performance.now();
  await kb.start();
  const { ready, trouble, engine } = await kb.searchState();
  if (!ready) throw new Error(`${engine} was not ready: ${trouble ?? 'it did not say why'}`);
  return performance.now() - began;
}

const author: Viewer = {
  ...{ kind: 'person', personId: 'bench', name: 'Bench', email: 'bench@example.com', locale: 'en', verified: true },
  role: 'author',
  ...noStanding,
};

/** An author publishes; how long until readers find it. */
async function editTime(kb: Kb): Promise<number> {
  const word = `edit${randomBytes(6).toString('hex').replaceAll(/\d/g, 'x')}`;
  const text = { title: `About ${word}`, summary: 'Just written.', keywords: [], source: 'Words.' };
  const { articleId, version } = await kb.authoring.create(author, { locale: 'en', category: 'part-0', ...text });
  await kb.authoring.publish(author, { articleId, version, audience: 'public' });
  const began = performance.now();
  for (;;) {
    const { hits, degraded } = await kb.search(anonymous, { text: word, locale: 'en', touch: false });
    if (hits.length > 0 && !degraded) return performance.now() - began;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

interface Asked {
  locale: string;
  text: string;
}

/** Questions that the engine itself did not answer. */
const missed = new WeakMap<Kb, number>();

function asking(kb: Kb) {
  return async (question: Asked) => {
    const { degraded } = await kb.search(anonymous, { ...question, touch: false });
    if (degraded) missed.set(kb, (missed.get(kb) ?? 0) + 1);
  };
}

/** One search as somebody would write it who has only Meilisearch: ids, no text. */
function askingDirectly(client: Meilisearch, prefix: string) {
  return async ({ text, locale }: Asked) => {
    await client.index(`${prefix}_open`).search(text, {
      ...{ limit: 20, attributesToRetrieve: ['id'], showRankingScore: true, matchingStrategy: 'frequency' },
      filter: `locale = "${locale}" AND audience IN ["public"]`,
    });
  };
}

async function askInTurns(questions: readonly Asked[], ways: Record<string, (question: Asked) => Promise<void>>) {
  const took: Record<string, number[]> = {};
  for (const [n, question] of questions.entries()) {
    for (const [name, ask] of Object.entries(ways)) {
      const began = performance.now();
      await ask(question);
      if (n >= WARM_UP) (took[name] ??= []).push(performance.now() - began);
    }
  }
  return took;
}

function timesOf(took: readonly number[] = []): Times {
  return { p50Ms: percentile(took, 0.5), p99Ms: percentile(took, 0.99) };
}
