import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { scratch, waypost } from './running.ts';

// Whole processes: on a busy machine each start takes seconds.
vi.setConfig({ testTimeout: 90_000 });

const set = {
  articles: [{ id: 'a', locale: 'en', title: 'A chair wobbles', body: 'Tighten the bolts.' }],
  queries: [{ id: 'q', locale: 'en', text: 'wobbling chair', relevant: ['a'] }],
};

/** `waypost search evaluate` of a file with this text. */
function evaluate(text: string, ...options: string[]) {
  const folder = scratch();
  writeFileSync(join(folder, 'set.json'), text);
  return waypost(['search', 'evaluate', join(folder, 'set.json'), ...options]);
}

test('answers with one document', async () => {
  const { code, out, err } = await evaluate(JSON.stringify(set), '--json');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const one = { queries: 1, recallAt1: 1, recallAt5: 1, mrrAt10: 1, ndcgAt10: 1 };
  const none = { queries: 0, recallAt1: null, recallAt5: null, mrrAt10: null, ndcgAt10: null };
  expect(JSON.parse(out)).toEqual({
    ...{ engine: 'lunr', asked: one, typo: none, short: none, auc: null, answered: { share: 1, precision: 1 } },
    latencyMs: { p50: expect.any(Number) as number, p99: expect.any(Number) as number },
  });
});

test('answers with lines for people', async () => {
  const { code, out } = await evaluate(JSON.stringify(set), '--engine', 'lunr');
  expect(code).toBe(0);
  expect(out).toMatch(/as asked +1 +1\.000 +1\.000 +1\.000 +1\.000\n/);
  expect(out).toMatch(/Called answered +100\.0 %, rightly 100\.0 %\n/);
});

test.each([
  ['no JSON', 'articles', [], 1, /set\.json is no JSON/],
  ['another JSON', '{}', [], 1, /set\.json is no set of articles and questions\. articles: /],
  ['an engine that is none', JSON.stringify(set), ['--engine', 'grep'], 2, /Allowed choices are lunr, meilisearch/],
  ['Meilisearch without an address', JSON.stringify(set), ['--engine', 'meilisearch'], 2, /Set MEILI_URL/],
  ['learning, which there is none of', JSON.stringify(set), ['--learn', '3'], 2, /Unknown option '--learn'/],
])('refuses %s in one line', async (_, text, options, code, line) => {
  const ended = await evaluate(text, ...options);
  expect(ended).toMatchObject({ code, out: '' });
  expect(ended.err).toMatch(line);
  expect(ended.err.trimEnd()).not.toContain('\n');
});
