import { describe, expect, test } from 'vitest';
import { auc, ndcg, percentile, rankingOf, reciprocalRank } from '../../../src/kb/evaluation/measures.ts';

describe('measures of a ranking', () => {
  // Reckoned by hand. First place; third place; two relevant in places 2 and 4; not found; nothing to be found.
  const questions = [
    { hits: ['a', 'b', 'c'], relevant: ['a'] },
    { hits: ['x', 'y', 'b'], relevant: ['b'] },
    { hits: ['x', 'c', 'y', 'd', 'z', 'e'], relevant: ['c', 'd'] },
    { hits: ['x', 'y', 'z'], relevant: ['e'] },
    { hits: ['a'], relevant: [] },
  ];

  test('over the questions that have an answer', () => {
    const { queries, recallAt1, recallAt5, mrrAt10, ndcgAt10 } = rankingOf(questions);
    expect(queries).toBe(4);
    expect(recallAt1).toBe(1 / 4);
    expect(recallAt5).toBe(3 / 4);
    expect(mrrAt10).toBeCloseTo((1 + 1 / 3 + 1 / 2 + 0) / 4, 10);
    // 1; 1/log2(4) = 0.5; (1/log2(3) + 1/log2(5)) / (1 + 1/log2(3)) = (0.63093 + 0.43068) / 1.63093 = 0.65092; 0
    expect(ndcgAt10).toBeCloseTo((1 + 0.5 + 0.65092 + 0) / 4, 5);
  });

  test('stop at their k', () => {
    const late = { hits: [...'abcdefghijk'], relevant: ['k'] };
    expect(reciprocalRank(late, 10)).toBe(0);
    expect(reciprocalRank(late, 11)).toBe(1 / 11);
    expect(ndcg(late, 10)).toBe(0);
  });

  test('are null of nothing', () => {
    expect(rankingOf([])).toEqual({ queries: 0, recallAt1: null, recallAt5: null, mrrAt10: null, ndcgAt10: null });
  });
});

describe('AUC', () => {
  test.each([
    ['all above', [0.9, 0.8], [0.1, 0.2], 1],
    ['all below', [0.1], [0.9], 0],
    ['all alike', [0.5, 0.5], [0.5, 0.5, 0.5], 0.5],
    // Of six pairs four are in order, one is equal and one is not.
    ['in between', [0.9, 0.5, 0.3], [0.4, 0.3], 4.5 / 6],
  ])('%s', (_, above, below, expected) => {
    expect(auc(above, below)).toBeCloseTo(expected, 10);
  });

  test('is null without both kinds', () => {
    expect(auc([], [1])).toBeNull();
    expect(auc([1], [])).toBeNull();
  });
});

test('percentiles are values that came up', () => {
  const hundred = Array.from({ length: 100 }, (_, n) => 100 - n);
  expect(percentile(hundred, 0.5)).toBe(50);
  expect(percentile(hundred, 0.99)).toBe(99);
  expect(percentile([7], 0.99)).toBe(7);
  expect(percentile([], 0.5)).toBeNull();
});
