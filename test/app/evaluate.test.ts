import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Meilisearch } from 'meilisearch';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { evaluateSearch, relevanceSet, type RelevanceSet } from '../../src/app/index.ts';
import { root } from '../../scripts/install.mjs';
import { meilisearchServer } from '../support/meilisearch.ts';

const [en, zh] = ['en', 'zh-cn'];

/** Small enough to reckon every figure by hand. */
const set: RelevanceSet = {
  articles: [
    { id: 'chair', locale: en, title: 'A chair wobbles', body: 'Tighten the bolts corner to corner.' },
    { id: 'oil', locale: en, title: 'Which oil for a table', body: 'Number two.' },
    { id: 'rings', locale: en, title: 'Water rings', body: 'Rub them out with a little oil.' },
    { id: 'chair-zh', locale: zh, title: '椅子摇晃', body: '按对角顺序拧紧螺栓。' },
  ],
  queries: [
    { id: 'q1', locale: en, text: 'Why does my chair wobble?', relevant: ['chair'] },
    { id: 'q2', locale: en, text: 'oil', relevant: ['rings'] },
    { id: 'q3', locale: zh, text: '椅子摇晃怎么办', relevant: ['chair-zh', 'chair'] },
    { id: 'none-1', locale: en, text: 'quantum flux', relevant: [] },
    { id: 'q1:typo', locale: en, text: 'Why does my chiar wobble?', relevant: ['chair'] },
    { id: 'q1:short', locale: en, text: 'chair', relevant: ['rings'] },
  ],
};

const expected = {
  // q1 in the first place, q2 in the second, q3 in the first; the other language's article is not to be had.
  asked: {
    queries: 3,
    recallAt1: 2 / 3,
    recallAt5: 1,
    mrrAt10: 2.5 / 3,
    ndcgAt10: expect.closeTo((1 + 1 / Math.log2(3) + 1 / (1 + 1 / Math.log2(3))) / 3, 10) as number,
  },
  typo: { queries: 1, recallAt1: 1, recallAt5: 1, mrrAt10: 1, ndcgAt10: 1 },
  short: { queries: 1, recallAt1: 0, recallAt5: 0, mrrAt10: 0, ndcgAt10: 0 },
  auc: 1,
  // Three of four are called answered; of q2 the first hit is another article than the one that answers.
  answered: { share: 3 / 4, precision: expect.closeTo(2 / 3, 10) as number },
  latencyMs: { p50: expect.any(Number) as number, p99: expect.any(Number) as number },
};

describe('evaluating the search', () => {
  test('lunr', async () => {
    const temporary = mkdtempSync(join(tmpdir(), 'waypost-test-'));
    vi.stubEnv('TMPDIR', temporary);
    onTestFinished(() => {
      vi.unstubAllEnvs();
      rmSync(temporary, { recursive: true, force: true });
    });
    const told: [number, number][] = [];
    const result = await evaluateSearch(set, { engine: 'lunr', onProgress: (...step) => told.push(step) });
    expect(result).toEqual({ engine: 'lunr', ...expected });
    expect(told).toEqual(set.queries.map((_, at) => [at + 1, set.queries.length]));
    expect(readdirSync(temporary)).toEqual([]);
  });

  // A server on a busy disk takes seconds for each of its tasks.
  test('Meilisearch, which keeps nothing of it', { timeout: 120_000 }, async () => {
    const { host, apiKey } = await meilisearchServer();
    const result = await evaluateSearch(set, { engine: 'meilisearch', server: { url: host, key: apiKey } });
    expect(result).toEqual({ engine: 'meilisearch', ...expected });
    const client = new Meilisearch({ host, apiKey });
    const ours = (names: readonly (string | null)[]) => names.filter((name) => name?.includes('evaluate-'));
    expect(ours((await client.getIndexes({ limit: 1_000 })).results.map(({ uid }) => uid))).toEqual([]);
    expect(ours((await client.getKeys({ limit: 1_000 })).results.map(({ name }) => name))).toEqual([]);
  });

  test('an engine that cannot be reached is no result', async () => {
    const server = { url: 'http://127.0.0.1:9', key: null };
    await expect(evaluateSearch(set, { engine: 'meilisearch', server })).rejects.toMatchObject({
      code: 'engine_unavailable',
    });
  });

  test('a set says what is wrong with it', () => {
    const faults = (value: unknown) => relevanceSet.safeParse(value).error?.issues.map(({ message }) => message);
    expect(faults(set)).toBeUndefined();
    expect(faults({ ...set, articles: [...set.articles, set.articles[0]] })).toEqual(['two articles have the same id']);
    const lost = { id: 'q', locale: en, text: 'x', relevant: ['gone'] };
    expect(faults({ ...set, queries: [lost] })).toEqual(['query “q” names an article “gone” that is not there']);
    expect(faults({ articles: [], queries: [] })).toHaveLength(2);
  });
});

describe('the sets beside the repository', () => {
  const file = join(root, '..', 'shared', 'relevance', 'banking-en.json');

  test('customers’ own words find their article about as often as they did', async () => {
    if (!existsSync(file)) {
      console.log('There are no relevance sets beside the repository: nothing was compared with them.');
      return;
    }
    const { articles, queries } = relevanceSet.parse(JSON.parse(readFileSync(file, 'utf8')));
    const { asked } = await evaluateSearch({ articles, queries: queries.slice(0, 150) }, { engine: 'lunr' });
    expect(asked.recallAt1).toBeGreaterThan(0.4);
    expect(asked.recallAt5).toBeGreaterThan(0.65);
  });
});
