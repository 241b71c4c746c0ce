import { describe, expect, test } from 'vitest';
import { createShelf } from '../../../src/kb/engines/lunr/shelf.ts';
import type { SearchDocument } from '../../../src/kb/index.ts';
import { lunrItself, madeUp, madeUpQuestion, seeded } from './documents.ts';

const locales = ['en', 'zh-cn'];

describe('lunr’s index in parts', () => {
  test.each([1, 2, 3, 4, 5, 6])(
    'scores as one index of lunr, whatever was changed and joined (seed %i)',
    async (seed) => {
      const random = seeded(seed);
      const shelf = createShelf([]);
      const held = new Map<string, SearchDocument>();
      for (let step = 0; step < 40; step++) {
        const some = Array.from({ length: 1 + Math.floor(random() * 5) }, () =>
          madeUp(`d${Math.floor(random() * 60)}`, locales[Math.floor(random() * 2)] ?? 'en', random),
        );
        // Joining goes on while documents come and go.
        const joining = random() < 0.5 ? shelf.tidy() : null;
        await shelf.index(some);
        for (const document of some) held.set(document.id, document);
        const removed = random() < 0.3 ? [`d${Math.floor(random() * 60)}`] : [];
        shelf.remove(removed);
        for (const id of removed) held.delete(id);
        await joining;
        if (step % 4 !== 0) continue;
        for (const locale of locales) {
          for (let n = 0; n < 4; n++) {
            const question = madeUpQuestion(locale, random);
            expectAlike(shelf.search(question), lunrItself([...held.values()], question), question.text);
          }
        }
      }
      expect(Object.values(shelf.counts()).reduce((sum, count) => sum + count, 0)).toBe(held.size);
    },
  );

  test('parts that are mostly gone are joined, and many small ones become few', async () => {
    const random = seeded(7);
    const shelf = createShelf([]);
    for (let n = 0; n < 30; n++) await shelf.index([madeUp(`d${n}`, 'en', random)]);
    expect(shelf.parts()).toHaveLength(30);
    expect(await shelf.tidy()).toBe(true);
    expect(shelf.parts().length).toBeLessThanOrEqual(8);
    shelf.remove(Array.from({ length: 30 }, (_, n) => `d${n}`));
    await shelf.tidy();
    expect(shelf.parts()).toEqual([]);
    expect(await shelf.tidy()).toBe(false);
  });

  test('a document of many thousand words is found by its last ones', async () => {
    const shelf = createShelf([]);
    const text = Array.from({ length: 9_000 }, (_, n) => `line ${n} of it\n`).join('');
    await shelf.index([{ ...madeUp('long', 'en', seeded(8)), audience: 'public', text: `${text}hexagonal` }]);
    const found = shelf.search({ text: 'hexagonal', locale: 'en', audiences: ['public'], limit: 5 });
    expect(found.map(({ id }) => id)).toEqual(['long']);
  });
});

function expectAlike(ours: readonly { id: string; score: number }[], theirs: typeof ours, question: string): void {
  expect(ours.length, question).toBe(theirs.length);
  for (const [place, { score }] of theirs.entries()) expect(ours[place]?.score, question).toBeCloseTo(score, 6);
  // Documents that score the same may stand in any order among themselves.
  const byScore = (hits: typeof ours) => Map.groupBy(hits, ({ score }) => score.toFixed(6));
  const last = theirs.at(-1)?.score.toFixed(6);
  for (const [score, group] of byScore(theirs)) {
    if (score === last) continue; // the limit may part them
    expect(
      byScore(ours)
        .get(score)
        ?.map(({ id }) => id)
        .toSorted(),
    ).toEqual(group.map(({ id }) => id).toSorted());
  }
}
