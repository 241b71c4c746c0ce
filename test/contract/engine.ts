import { afterAll, afterEach, describe, expect, test } from 'vitest';
import type { SearchDocument, SearchEngine } from '../../src/kb/index.ts';

/**
 * What every search engine has to keep: the promises of `SearchEngine` (src/kb/engine.ts), as tests. Call it from a test
 * file of the plugin:
 *
 * ```ts
 * testSearchEngine('mine', () => mine({ url }));
 * ```
 *
 * @param make gives a new engine that holds nothing.
 */
export function testSearchEngine(name: string, make: () => SearchEngine | Promise<SearchEngine>): void {
  const opened: SearchEngine[] = [];
  const open = async () => {
    const engine = await make();
    opened.push(engine);
    return engine;
  };
  const filled = async (documents: readonly SearchDocument[] = shelf) => {
    const engine = await open();
    await engine.index(documents);
    await engine.advance('1');
    return engine;
  };
  // Tests that only ask share one engine: to fill a server's takes a while.
  let shared: Promise<SearchEngine> | null = null;
  const stocked = () =>
    (shared ??= (async () => {
      const engine = await make();
      await engine.index(shelf);
      await engine.advance('1');
      return engine;
    })());
  afterEach(async () => {
    for (const engine of opened.splice(0)) await engine.close();
  });
  afterAll(async () => {
    await (await shared)?.close();
  });

  describe(`search engine ${name}`, () => {
    test('says who it is', async () => {
      const engine = await open();
      expect(engine.name).toMatch(/^[a-z][a-z0-9-]*$/);
      expect(Object.values(engine.capabilities).every((can) => typeof can === 'boolean')).toBe(true);
    });

    test('holds nothing at first, says so, and refuses to answer from nothing', async () => {
      const engine = await open();
      expect(await engine.position()).toBeNull();
      expect(await engine.ready()).toBe(false);
      await expect(engine.search(question('chair'))).rejects.toMatchObject({ code: 'engine_unavailable' });
    });

    test('remembers how far it was fed', async () => {
      const engine = await filled();
      expect(await engine.position()).toBe('1');
      await engine.advance('42@2026-11-23T18:00:00.000Z');
      expect(await engine.position()).toBe('42@2026-11-23T18:00:00.000Z');
      expect(await engine.ready()).toBe(true);
    });

    test('answers with nothing when nothing was published', async () => {
      const engine = await filled([]);
      expect(await found(engine, 'chair')).toEqual([]);
    });

    describe('finding', () => {
      test.each([
        ['a word of the title', 'wobbles', 'chair-en'],
        ['another form of the word', 'wobbling', 'chair-en'],
        ['a keyword', 'shaky', 'chair-en'],
        ['a word of the summary', 'rub', 'rings-en'],
        ['a heading', 'needles', 'rings-en'],
        ['a word of the text alone', 'hexagonal', 'chair-en'],
        ['capitals and full width', 'ＷＯＢＢＬＥＳ', 'chair-en'],
        ['accents or their absence', 'cafe', 'rings-en'],
        ['a code', 'CH-12', 'chair-en'],
        ['a code without its hyphen', 'ch12', 'chair-en'],
        ['a whole question', 'Why does my chair wobble, and what can I do about it?', 'chair-en'],
        ['words that stand in different articles, the better first', 'wobbles table', 'chair-en'],
      ])('by %s', async (_, text, expected) => {
        const engine = await stocked();
        expect((await found(engine, text))[0]).toBe(expected);
      });

      test('puts a title before a text that mentions the word', async () => {
        const engine = await stocked();
        expect(await found(engine, 'chair')).toEqual(['chair-en', 'rings-en']);
      });

      test('gives scores that fall', async () => {
        const { hits } = await (await stocked()).search(question('chair oil'));
        const scores = hits.map((hit) => hit.score);
        expect(scores.every((score) => score > 0)).toBe(true);
        expect(scores).toEqual(scores.toSorted((a, b) => b - a));
      });

      test('finds nothing for what nobody wrote about', async () => {
        expect(await found(await stocked(), 'quantum flux')).toEqual([]);
      });
    });

    describe('Chinese', () => {
      test.each([
        ['a word within a sentence', '摇晃', 'chair-zh'],
        ['a question', '椅子摇晃怎么办', 'chair-zh'],
        ['a word that only the text holds', '扳手', 'chair-zh'],
        ['one character', '退', 'return-zh'],
        ['two characters that a dictionary would part', '退货', 'return-zh'],
        ['Latin within Chinese', 'Kitewood', 'rings-zh'],
        ['a code within Chinese, in full width', 'ＣＨ－１２', 'chair-zh'],
      ])('by %s', async (_, text, expected) => {
        const engine = await stocked();
        expect((await found(engine, text, { locale: 'zh-cn' }))[0]).toBe(expected);
      });
    });

    test('forgives one slip in a longer word, if it says so', async () => {
      const engine = await stocked();
      if (!engine.capabilities.typos) return;
      for (const slip of ['chiar', 'chairr', 'wobles', 'wobblez'])
        expect((await found(engine, slip))[0], slip).toBe('chair-en');
    });

    test('finds an unfinished last word while typing, if it says so', async () => {
      const engine = await stocked();
      if (!engine.capabilities.prefix) return;
      expect((await found(engine, 'chair wob', { prefix: true }))[0]).toBe('chair-en');
      expect(await found(engine, 'hexag', { prefix: true })).toEqual(['chair-en']);
    });

    describe('who may', () => {
      test('leaves out what is for others', async () => {
        const engine = await stocked();
        expect(await found(engine, 'goodwill', { audiences: ['public'] })).toEqual([]);
        expect(await found(engine, 'goodwill', { audiences: ['public', 'customers'] })).toEqual([]);
        expect(await found(engine, 'goodwill', { audiences: ['public', 'customers', 'staff'] })).toEqual(['desk-en']);
        expect(await found(engine, 'oil', { audiences: ['customers'] })).toEqual([]);
      });

      test('what others hold takes no place in the limit', async () => {
        const hidden = Array.from({ length: 30 }, (_, at) =>
          document(`hidden-${at}`, { title: 'Zebra', audience: 'staff' }),
        );
        const engine = await filled([
          ...hidden,
          document('seen', { title: 'A long title with a zebra in it somewhere' }),
        ]);
        expect(await found(engine, 'zebra', { limit: 1 })).toEqual(['seen']);
      });

      test('follows a change of audience', async () => {
        const engine = await filled();
        await engine.index(
          shelf.filter(({ id }) => id === 'chair-en').map((chair) => ({ ...chair, audience: 'staff' })),
        );
        expect(await found(engine, 'wobbles')).toEqual([]);
        expect(await found(engine, 'wobbles', { audiences: ['public', 'customers', 'staff'] })).toEqual(['chair-en']);
        await engine.index(shelf);
        expect(await found(engine, 'wobbles')).toEqual(['chair-en']);
      });

      test('stays within the locale', async () => {
        const engine = await stocked();
        expect(await found(engine, 'CH-12', { locale: 'zh-cn' })).toEqual(['chair-zh']);
        expect(await found(engine, 'CH-12')).toEqual(['chair-en']);
        expect(await found(engine, 'CH-12', { locale: 'fr' })).toEqual([]);
      });
    });

    test('keeps to the limit', async () => {
      const engine = await filled(Array.from({ length: 25 }, (_, at) => document(`d${at}`, { title: `Zebra ${at}` })));
      expect(await found(engine, 'zebra', { limit: 7 })).toHaveLength(7);
      expect(await found(engine, 'zebra', { limit: 50 })).toHaveLength(25);
    });

    test('takes what people type as words, never as commands', async () => {
      const engine = await stocked();
      for (const text of hostile) {
        const { hits } = await engine.search(question(text));
        expect(Array.isArray(hits), text).toBe(true);
      }
      expect((await found(engine, '+wobbles -chair title:x ~1 ^9'))[0]).toBe('chair-en');
      expect((await found(engine, '"wobbles"'))[0]).toBe('chair-en');
    });

    describe('changing', () => {
      test('the same document twice is the document once', async () => {
        const engine = await filled();
        await engine.index(shelf);
        await engine.index(shelf);
        expect(await found(engine, 'wobbles')).toEqual(['chair-en']);
      });

      test('a new text takes the place of the old one', async () => {
        const engine = await filled();
        await engine.index([document('chair-en', { title: 'About zebras' })]);
        expect(await found(engine, 'wobbles')).toEqual([]);
        expect(await found(engine, 'zebra')).toEqual(['chair-en']);
      });

      test('a document may change its locale', async () => {
        const engine = await filled();
        await engine.index([document('chair-en', { title: 'Zebra', locale: 'zh-cn' })]);
        expect(await found(engine, 'wobbles')).toEqual([]);
        expect(await found(engine, 'zebra', { locale: 'zh-cn' })).toEqual(['chair-en']);
      });

      test('what is removed is gone, and removing it again is fine', async () => {
        const engine = await filled();
        await engine.remove(['chair-en', 'never-there']);
        await engine.remove(['chair-en']);
        expect(await found(engine, 'wobbles')).toEqual([]);
        expect(await found(engine, 'oil')).toEqual(['rings-en']);
      });

      test('empty lists change nothing', async () => {
        const engine = await filled();
        await engine.index([]);
        await engine.remove([]);
        expect(await found(engine, 'wobbles')).toEqual(['chair-en']);
      });

      test('searches go on while it takes documents, and see all of a change or nothing', async () => {
        const engine = await filled();
        const herd = Array.from({ length: 300 }, (_, at) =>
          document(`z${at}`, { title: `Zebra ${at}`, text: 'stripes '.repeat(200) }),
        );
        let done = false;
        const indexing = engine.index(herd).then(() => {
          done = true;
        });
        while (!done) {
          expect(await found(engine, 'wobbles')).toEqual(['chair-en']);
          expect([0, 1]).toContain((await found(engine, 'zebra', { limit: 1 })).length);
        }
        await indexing;
        expect(await found(engine, 'zebra', { limit: 400 })).toHaveLength(300);
      });

      test('changes and searches at the same time all come to their end', async () => {
        const engine = await filled();
        const changes = Array.from({ length: 20 }, (_, at) =>
          engine.index([document('one', { title: `Zebra number${at}` })]),
        );
        const searches = Array.from({ length: 50 }, () => found(engine, 'wobbles'));
        await Promise.all([...changes, engine.remove(['rings-en']), ...searches]);
        expect(await found(engine, 'number19')).toEqual(['one']);
        expect(await found(engine, 'needles')).toEqual([]);
      });
    });

    describe('built anew, if it can be', () => {
      test('answers from the old index until the new one is finished, and from that alone afterwards', async () => {
        const engine = await filled();
        const rebuild = await engine.rebuild?.();
        if (!rebuild) return;
        await rebuild.add([document('new', { title: 'Zebra' })]);
        await rebuild.add([document('newer', { title: 'Striped zebra', audience: 'staff' })]);
        expect(await found(engine, 'wobbles')).toEqual(['chair-en']);
        expect(await found(engine, 'zebra')).toEqual([]);
        expect(await engine.position()).toBe('1');
        await rebuild.finish('2');
        expect(await found(engine, 'wobbles')).toEqual([]);
        expect(await found(engine, 'zebra')).toEqual(['new']);
        expect(await found(engine, 'zebra', { audiences: ['staff'] })).toEqual(['newer']);
        expect(await engine.position()).toBe('2');
        await engine.index([document('new', { title: 'Horse' })]);
        expect(await found(engine, 'zebra')).toEqual([]);
      });

      test('from nothing', async () => {
        const engine = await open();
        const rebuild = await engine.rebuild?.();
        if (!rebuild) return;
        expect(await engine.ready()).toBe(false);
        await rebuild.finish('0@');
        expect(await engine.position()).toBe('0@');
        expect(await engine.ready()).toBe(true);
        expect(await found(engine, 'chair')).toEqual([]);
      });

      test('given up, it changes nothing, and may be begun again', async () => {
        const engine = await filled();
        const rebuild = await engine.rebuild?.();
        if (!rebuild) return;
        await rebuild.add([document('new', { title: 'Zebra' })]);
        await rebuild.abandon();
        expect(await found(engine, 'wobbles')).toEqual(['chair-en']);
        expect(await found(engine, 'zebra')).toEqual([]);
        expect(await engine.position()).toBe('1');
        const again = await engine.rebuild?.();
        await again?.add([document('other', { title: 'Zebra' })]);
        await again?.finish('3');
        expect(await found(engine, 'zebra')).toEqual(['other']);
      });
    });

    test('counts its documents by locale, if it counts', async () => {
      const engine = await stocked();
      if (engine.documents) expect(await engine.documents()).toEqual({ en: 3, 'zh-cn': 3 });
    });

    test('rejects what is asked of it once it is closed', async () => {
      const engine = await filled();
      await engine.close();
      expect(await engine.ready()).toBe(false);
      await expect(engine.search(question('chair'))).rejects.toMatchObject({ code: 'engine_unavailable' });
    });
  });
}

type QuestionPart = Partial<Parameters<SearchEngine['search']>[0]>;

function question(text: string, rest: QuestionPart = {}) {
  return { text, locale: 'en', audiences: ['public' as const], limit: 10, ...rest };
}

async function found(engine: SearchEngine, text: string, rest: QuestionPart = {}): Promise<string[]> {
  return (await engine.search(question(text, rest))).hits.map((hit) => hit.id);
}

function document(id: string, rest: Partial<SearchDocument> = {}): SearchDocument {
  return {
    id,
    locale: 'en',
    audience: 'public',
    title: '',
    summary: '',
    keywords: [],
    headings: [],
    text: '',
    ...rest,
  };
}

const shelf: readonly SearchDocument[] = [
  document('chair-en', {
    title: 'A chair wobbles after assembly',
    summary: 'Loosen the four bolts, then tighten them corner to corner.',
    keywords: ['shaky', 'CH-12'],
    headings: ['What you need'],
    text: 'Take the hexagonal key from the box.',
  }),
  document('rings-en', {
    title: 'Water rings on oiled wood',
    summary: 'Rub the ring out with a little oil.',
    headings: ['Pins and needles'],
    text: 'In a café a table needs oil every eight weeks, a chair less often.',
  }),
  document('desk-en', {
    title: 'Handbook for the desk',
    audience: 'staff',
    text: 'Goodwill up to 80 euro. Rings of oil.',
  }),
  document('chair-zh', {
    locale: 'zh-cn',
    title: '椅子装好以后摇晃怎么办',
    summary: '四颗螺栓先松半圈，再按对角顺序拧紧。',
    keywords: ['CH-12'],
    text: '箱子里有一把内六角扳手。',
  }),
  document('rings-zh', { locale: 'zh-cn', title: '上油木面的水印怎样去除', text: '用Kitewood 2号油。' }),
  document('return-zh', {
    locale: 'zh-cn',
    title: '装好的家具还能退吗',
    keywords: ['退货', '退款'],
    text: '30天内都可以。',
  }),
];

const hostile = [
  ...[
    '+',
    '-',
    '*',
    ':',
    '~',
    '^',
    '"',
    '\\',
    '/',
    '(',
    ')',
    '[',
    '{',
    '|',
    '&',
    '%',
    '_',
    '?',
    '!',
    '<',
    '>',
    "'",
    '`',
    '$',
  ],
  ...[
    'chair^',
    'chair~',
    'chair~99',
    'title:',
    ':chair',
    'nosuchfield:chair',
    '+-chair',
    '**',
    'ch*ir',
    '^10',
    'a AND',
    'NOT',
  ],
  ...[
    'constructor',
    '__proto__',
    'toString',
    'hasOwnProperty',
    'the',
    '的',
    '。',
    '\u0000',
    '\ud800',
    '😀',
    '👩‍👩‍👧',
    '\u202echair',
  ],
  'chair '.repeat(200),
  '椅'.repeat(500),
  'a'.repeat(5_000),
];
