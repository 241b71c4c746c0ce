import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Meilisearch } from 'meilisearch';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { root } from '../../scripts/install.mjs';
import { quickFolder, startMeilisearch } from '../../scripts/meilisearch.mjs';
import { anonymous } from '../../src/accounts/index.ts';
import { lunr, meilisearch, type MeilisearchOptions, type SearchResult } from '../../src/kb/index.ts';
import { createLog } from '../../src/platform/log/index.ts';
import { databaseSource } from '../support/databases.ts';
import { freshPrefix, meilisearchServer } from '../support/meilisearch.ts';
import { freePort } from '../support/portal.ts';
import { slowProxy } from '../support/slowProxy.ts';
import { articleFile, author, openShelf, type Shelf } from './support.ts';

// A server reads its dictionaries when it meets its first text: seconds, and more on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const patience = { timeout: 60_000, interval: 100 };

const source = databaseSource('sqlite');
type Server = Awaited<ReturnType<typeof startMeilisearch>>;

/** A server of this file's own, whose life and data are ours to take. */
const home = mkdtempSync(join(quickFolder(), 'waypost-faults-'));
let server: Server;
let port: number;

beforeAll(async () => {
  port = await freePort();
  server = await startMeilisearch({ folder: home, port });
});
afterAll(async () => {
  await server.stop();
  rmSync(home, { recursive: true, force: true });
});

async function restart(between: () => void = () => undefined): Promise<void> {
  await server.stop();
  between();
  server = await startMeilisearch({ folder: home, port });
}

const files = {
  'en/care/oil.md': articleFile({ title: 'Oil a table', keywords: '[wax]' }),
  'en/care/chair.md': articleFile({ title: 'A chair that needs oil' }),
  'en/care/staff.md': articleFile({ title: 'Oil and goodwill', audience: 'staff' }),
  'en/care/customers.md': articleFile({ title: 'Oil for customers', audience: 'customers' }),
};

/** Kept apart: a server reads its dictionary of Chinese when it first meets a text, which takes seconds. */
const chinese = { 'zh-cn/care/oil.md': articleFile({ title: '木桌上油' }) };

interface Stand extends Shelf {
  ask(text: string, rest?: { locale?: string; limit?: number; as?: typeof author }): Promise<SearchResult>;
  /** Resolves when Meilisearch answers questions in each of the languages, and has everything. */
  isUsed(locales?: string[]): Promise<void>;
  lines: string[];
}

/** A knowledge base whose engine is the server, with lunr below it, fed and answering. */
async function stand(
  options: Partial<MeilisearchOptions> = {},
  parts: Parameters<typeof openShelf>[1] = {},
): Promise<Stand> {
  const lines: string[] = [];
  const engine = meilisearch({ host: server.url, apiKey: server.key, prefix: freshPrefix(), ...options });
  const log = createLog({ level: 'trace', destination: { write: (line) => lines.push(line) } });
  const shelf = await openShelf(source, { engine, net: lunr(), log, ...parts });
  const ask: Stand['ask'] = (text, { locale = 'en', limit = 10, as } = {}) =>
    shelf.kb.search(as ?? anonymous, { text, locale, limit, touch: false });
  await shelf.write(files);
  await shelf.kb.catchUp();
  await shelf.kb.start();
  const isUsed = (locales = ['en']) =>
    vi.waitFor(async () => {
      for (const locale of locales) expect((await ask('oil', { locale })).engine).toBe('meilisearch');
      await shelf.kb.catchUp();
      expect(await shelf.kb.searchState()).toMatchObject({ ready: true, trouble: null, answering: 'meilisearch' });
    }, patience);
  return { ...shelf, ask, isUsed, lines };
}

const slugs = ({ hits }: SearchResult) => hits.map((hit) => hit.slug).toSorted();

/** The same of the Chinese article. */
async function answersInChinese({ ask }: Stand, engine: string): Promise<void> {
  const degraded = engine !== 'meilisearch';
  const answer = await ask('木桌怎么上油', { locale: 'zh-cn' });
  expect(answer).toMatchObject({ engine, degraded, locale: 'zh-cn', hits: [{ slug: 'oil' }] });
}

/** Whoever answers, the audience, the audience and the limit are kept. */
async function answers({ ask }: Stand, engine: string): Promise<void> {
  const degraded = engine !== 'meilisearch';
  const first = await ask('oil');
  expect(first).toMatchObject({ engine, degraded });
  expect(slugs(first)).toEqual(['chair', 'oil']);
  expect(slugs(await ask('oil', { as: author }))).toEqual(['chair', 'customers', 'oil', 'staff']);
  expect((await ask('oil', { limit: 1 })).hits).toHaveLength(1);
}

describe('the chain, when Meilisearch', () => {
  test('was killed: lunr answers, and what is published meanwhile is found when it is back', async () => {
    const one = await stand();
    await one.isUsed();
    await answers(one, 'meilisearch');
    process.kill(server.pid, 'SIGKILL');
    await answers(one, 'lunr');
    expect(await one.kb.searchState()).toMatchObject({ engine: 'meilisearch', ready: false, answering: 'lunr' });
    await one.write({ 'en/care/late.md': articleFile({ title: 'Varnish a shelf' }) });
    await vi.waitFor(async () => expect(slugs(await one.ask('varnish'))).toEqual(['late']), patience);
    await restart();
    await one.isUsed();
    expect(await one.ask('varnish')).toMatchObject({ engine: 'meilisearch', hits: [{ slug: 'late' }] });
    await answers(one, 'meilisearch');
  });

  test('is frozen: lunr answers in the same language until it is thawed', async () => {
    const one = await stand();
    await one.write(chinese);
    await one.isUsed(['en', 'zh-cn']);
    await answersInChinese(one, 'meilisearch');
    process.kill(server.pid, 'SIGSTOP');
    try {
      await answersInChinese(one, 'lunr');
      await answers(one, 'lunr');
      expect(await one.kb.searchState()).toMatchObject({ ready: false, answering: 'lunr' });
    } finally {
      process.kill(server.pid, 'SIGCONT');
    }
    await one.isUsed(['zh-cn']);
    await answers(one, 'meilisearch');
    await answersInChinese(one, 'meilisearch');
  });

  test.each(['documents', 'indexes', 'keys'])(
    'lost its %s behind our back: lunr answers while it is fed again',
    async (what) => {
      const prefix = freshPrefix();
      const one = await stand({ prefix });
      await one.isUsed();
      const admin = new Meilisearch({ host: server.url, apiKey: server.key });
      if (what === 'keys') {
        const { results } = await admin.getKeys({ limit: 1_000 });
        const own = results.filter(({ indexes }) => indexes.some((name) => name.startsWith(prefix)));
        expect(own.map(({ indexes, actions }) => [indexes, actions]).toSorted()).toEqual([
          [[`${prefix}_open`], ['search']],
          [[`${prefix}_staff`], ['search']],
        ]);
        for (const { uid } of own) await admin.deleteKey(uid);
      }
      for (const name of [`${prefix}_open`, `${prefix}_staff`]) {
        if (what === 'documents') await admin.index(name).deleteAllDocuments().waitTask({ timeout: 20_000 });
        if (what === 'indexes') await admin.deleteIndex(name).waitTask({ timeout: 20_000 });
      }
      await vi.waitFor(async () => expect(slugs(await one.ask('oil', { as: author }))).toHaveLength(4), patience);
      await one.isUsed();
      await answers(one, 'meilisearch');
    },
  );

  test('does not take our key: lunr answers, and the key is in no line and no answer', async () => {
    const apiKey = 'not-the-key-of-this-server';
    const one = await stand({ apiKey });
    await answers(one, 'lunr');
    const state = await one.kb.searchState();
    expect(state).toMatchObject({ ready: false, answering: 'lunr' });
    expect(state.trouble).toContain('API key is invalid');
    const told = JSON.stringify([one.lines, state, await one.kb.engines.states(), await one.ask('oil')]);
    expect(told).toContain('API key is invalid');
    expect(told).not.toContain(apiKey);
  });

  test('is slow: lunr answers until it is quick again, and no key is in any line', async () => {
    const proxy = await slowProxy(server.url);
    onTestFinished(proxy.close);
    const one = await stand({ host: proxy.url });
    await one.isUsed();
    proxy.delay(1_500);
    await answers(one, 'lunr');
    proxy.delay(0);
    await one.isUsed();
    proxy.break();
    await answers(one, 'lunr');
    const told = JSON.stringify([one.lines, await one.kb.engines.states()]);
    expect(told).toContain('took too long');
    expect(told).not.toContain(server.key);
    for (const { key } of (await new Meilisearch({ host: server.url, apiKey: server.key }).getKeys()).results) {
      expect(told).not.toContain(key);
    }
  });

  test('was put back to an older copy: it is fed what it lacks', async () => {
    const one = await stand();
    await one.isUsed();
    const copy = `${home}-copy`;
    await restart(() => cpSync(join(home, 'data'), copy, { recursive: true }));
    await one.write({ 'en/care/late.md': articleFile({ title: 'Varnish a shelf' }) });
    await one.isUsed();
    expect(await one.ask('varnish')).toMatchObject({ engine: 'meilisearch', hits: [{ slug: 'late' }] });
    await restart(() => {
      rmSync(join(home, 'data'), { recursive: true });
      cpSync(copy, join(home, 'data'), { recursive: true });
      rmSync(copy, { recursive: true });
    });
    await vi.waitFor(
      async () => expect(await one.ask('varnish')).toMatchObject({ engine: 'meilisearch', hits: [{ slug: 'late' }] }),
      patience,
    );
  });

  test('holds what another database fed it: it is built anew, and nothing of the other is left', async () => {
    const prefix = freshPrefix();
    const one = await stand({ prefix });
    await one.isUsed();
    await one.kb.close();
    const other = await openShelf(source, { engine: meilisearch({ host: server.url, apiKey: server.key, prefix }) });
    other.runtime.advance(1_000);
    for (let version = 0; version < 5; version += 1) {
      await other.write({ 'en/care/oil.md': articleFile({ title: `Oil a bench ${version}` }) });
    }
    await other.kb.catchUp();
    expect(await other.kb.engines.states()).toMatchObject([{ documents: { en: 1 }, owed: 0 }]);
  });
});

test('what is narrowed, withdrawn or deleted is gone in the next request, whatever the index says', async () => {
  const shared = await meilisearchServer();
  const engine = meilisearch({ ...shared, prefix: freshPrefix(), patienceMs: 20_000 });
  const { kb, write, database } = await openShelf(source, { engine });
  await write(
    Object.fromEntries(
      ['a', 'b', 'c', 'd'].map((slug) => [`en/care/${slug}.md`, articleFile({ title: `Zebra ${slug}` })]),
    ),
  );
  await kb.catchUp();
  const seen = async () => slugs(await kb.search(anonymous, { text: 'zebra', locale: 'en' }));
  await vi.waitFor(async () => expect(await seen()).toEqual(['a', 'b', 'c', 'd']), patience);
  // Behind the engine's back: no change is noted, so the index keeps what it has.
  const { db } = database;
  await db.updateTable('article').set({ audience: 'staff' }).where('slug', '=', 'a').execute();
  expect(await seen()).toEqual(['b', 'c', 'd']);
  await db.updateTable('article').set({ publishedRevisionId: null }).where('slug', '=', 'b').execute();
  expect(await seen()).toEqual(['c', 'd']);
  await db.deleteFrom('article').where('slug', '=', 'c').execute();
  expect(await seen()).toEqual(['d']);
  expect(await engine.documents?.()).toEqual({ en: 4 });
});

describe('its indexes', () => {
  test('a rebuild that was killed leaves the old one answering, and the next one clears what it left', async () => {
    const { host, apiKey } = await meilisearchServer();
    const prefix = freshPrefix();
    const admin = new Meilisearch({ host, apiKey });
    const names = async () =>
      (await admin.getRawIndexes({ limit: 1_000 })).results
        .map(({ uid }) => uid)
        .filter((uid) => uid.startsWith(prefix));
    const { kb, write } = await openShelf(source, {
      engine: meilisearch({ host, apiKey, prefix, patienceMs: 20_000 }),
    });
    await write(files);
    await kb.catchUp();
    const text = `import { meilisearch } from ${JSON.stringify(join(root, 'src/kb/index.ts'))};
      const engine = meilisearch(${JSON.stringify({ host, apiKey, prefix })});
      const rebuild = await engine.rebuild();
      await rebuild.add([{ id: 'x', locale: 'en', audience: 'public', title: 'Oil', summary: '', keywords: [], headings: [], text: '' }]);
      process.kill(process.pid, 'SIGKILL');`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', text], { stdio: 'inherit' });
    await new Promise((resolve) => child.once('exit', resolve));
    expect(await names()).toHaveLength(4);
    expect(slugs(await kb.search(anonymous, { text: 'oil', locale: 'en' }))).toEqual(['chair', 'oil']);
    const steps: number[] = [];
    await kb.engines.rebuild('meilisearch', (done) => steps.push(done));
    expect(steps).toEqual([0, 4]);
    expect((await names()).toSorted()).toEqual([`${prefix}_open`, `${prefix}_staff`]);
    expect(slugs(await kb.search(anonymous, { text: 'oil', locale: 'en' }))).toEqual(['chair', 'oil']);
    expect(await kb.engines.states()).toMatchObject([{ documents: { en: 4 }, owed: 0 }]);
  });

  test('what only staff may read lies where the key of everybody else’s searches does not reach', async () => {
    const { host, apiKey } = await meilisearchServer();
    const prefix = freshPrefix();
    const { kb, write } = await openShelf(source, { engine: meilisearch({ host, apiKey, prefix }) });
    await write(files);
    await kb.catchUp();
    const admin = new Meilisearch({ host, apiKey });
    const { results } = await admin.getKeys({ limit: 1_000 });
    const open = results.find(({ indexes }) => indexes[0] === `${prefix}_open`);
    const stranger = new Meilisearch({ host, apiKey: open?.key ?? '' });
    const found = await stranger.index(`${prefix}_open`).search('oil', { attributesToRetrieve: ['*'] });
    expect(found.hits.length).toBeGreaterThan(0);
    expect(JSON.stringify(found.hits)).not.toContain('goodwill');
    await expect(stranger.index(`${prefix}_staff`).search('oil')).rejects.toMatchObject({
      cause: { code: 'invalid_api_key' },
    });
    expect((await admin.index(`${prefix}_staff`).search('goodwill')).hits).toHaveLength(1);
  });

  test('a change that Meilisearch does not make is told in its own words', async () => {
    const engine = meilisearch({ ...(await meilisearchServer()), prefix: freshPrefix() });
    onTestFinished(() => engine.close());
    const odd = { id: 'no such id', locale: 'en', audience: 'public' as const, title: '', summary: '' };
    const taken = engine.index([{ ...odd, keywords: [], headings: [], text: '' }]);
    await expect(taken).rejects.toMatchObject({
      code: 'engine_unavailable',
      message: expect.stringMatching(/identifier/),
    });
  });
});

test('options that cannot be taken are told as faults, without the key', () => {
  const faults = (options: MeilisearchOptions) => meilisearch(options).faults?.map(({ option }) => option);
  expect(faults({ host: 'http://127.0.0.1:7700', apiKey: 'k' })).toBeUndefined();
  expect(faults({ host: undefined })).toEqual(['host']);
  expect(faults({ host: 'http://me:secret@127.0.0.1', apiKey: 'two words', prefix: 'a b', patienceMs: 1 })).toEqual([
    'host',
    'apiKey',
    'prefix',
    'patienceMs',
  ]);
  const told = JSON.stringify(meilisearch({ host: 'x', apiKey: 'hidden words' }));
  expect(told).not.toContain('hidden');
});
