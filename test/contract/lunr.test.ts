import { describe, expect, test } from 'vitest';
import { lunr, type SearchDocument } from '../../src/kb/index.ts';
import { testSearchEngine } from './engine.ts';

testSearchEngine('lunr', () => lunr());

describe('lunr and its thread', () => {
  const small: SearchDocument = {
    id: 'a',
    locale: 'en',
    audience: 'public',
    title: 'Zebra',
    summary: '',
    keywords: [],
    headings: [],
    text: '',
  };

  test('a thread that dies rejects whoever waits, and the engine begins anew once it is fed', async () => {
    const engine = lunr({ memoryMb: 24 });
    await engine.index([small]);
    await engine.advance('7');

    // More words than the thread has memory for: it ends in the middle of the build.
    const text = (part: number) => Array.from({ length: 40_000 }, (_, at) => `w${part}x${at}`).join(' ');
    const herd = Array.from({ length: 40 }, (_, at) => ({ ...small, id: `big${at}`, text: text(at) }));
    await expect(engine.index(herd)).rejects.toMatchObject({ code: 'engine_unavailable' });
    expect(await engine.position()).toBeNull();
    expect(await engine.ready()).toBe(false);
    const asked = engine.search({ text: 'zebra', locale: 'en', audiences: ['public'], limit: 5 });
    await expect(asked).rejects.toMatchObject({ code: 'engine_unavailable' });

    await engine.index([small]);
    await engine.advance('8');
    const { hits } = await engine.search({ text: 'zebra', locale: 'en', audiences: ['public'], limit: 5 });
    expect(hits.map((hit) => hit.id)).toEqual(['a']);
    await engine.close();
  });
});
