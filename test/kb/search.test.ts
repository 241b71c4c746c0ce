import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { anonymous } from '../../src/accounts/index.ts';
import {
  createKb,
  EngineUnavailable,
  lunr,
  type SearchEngine,
  type SearchHit,
  type SearchResult,
} from '../../src/kb/index.ts';
import { migrations } from '../../src/app/migrations.ts';
import { databaseSource, eachDatabase } from '../support/databases.ts';
import { heldRuntime } from '../support/heldRuntime.ts';
import { articleFile, author, customer, openShelf } from './support.ts';

const content = fileURLToPath(new URL('../../content', import.meta.url));
const slugs = (hits: readonly SearchHit[]) => hits.map((hit) => hit.slug);

eachDatabase('searching', (source) => {
  test('an index that is behind shows nothing that is narrowed, withdrawn or deleted', async () => {
    const { kb, write, database } = await openShelf(source);
    await write(
      Object.fromEntries(
        ['a', 'b', 'c', 'd'].map((slug) => [`en/care/${slug}.md`, articleFile({ title: `Zebra ${slug}` })]),
      ),
    );
    await kb.start();
    const seen = async () => slugs((await kb.search(anonymous, { text: 'zebra', locale: 'en' })).hits).toSorted();
    expect(await seen()).toEqual(['a', 'b', 'c', 'd']);
    // Behind the engine's back: no change is noted, so the index keeps what it has.
    await database.db.updateTable('article').set({ audience: 'staff' }).where('slug', '=', 'a').execute();
    expect(await seen()).toEqual(['b', 'c', 'd']);
    await database.db.updateTable('article').set({ publishedRevisionId: null }).where('slug', '=', 'b').execute();
    expect(await seen()).toEqual(['c', 'd']);
    await database.db.deleteFrom('article').where('slug', '=', 'c').execute();
    expect(await seen()).toEqual(['d']);
  });

  test('what is published is found a moment later, without anybody asking for it', async () => {
    const { kb, write } = await openShelf(source);
    await kb.start();
    expect((await kb.search(anonymous, { text: 'zebra', locale: 'en' })).hits).toEqual([]);
    await write({ 'en/care/zebra.md': articleFile({ title: 'Zebra' }) });
    await vi.waitFor(async () => {
      expect(slugs((await kb.search(anonymous, { text: 'zebra', locale: 'en' })).hits)).toEqual(['zebra']);
    });
    await write({ 'en/care/zebra.md': articleFile({ title: 'Horse' }) });
    await vi.waitFor(async () => {
      expect((await kb.search(anonymous, { text: 'zebra', locale: 'en' })).hits).toEqual([]);
    });
  });

  test('what another process publishes is found, too', async () => {
    const { kb, database } = await openShelf(source);
    await kb.start();
    const other = await openShelf(source, { database });
    await other.write({ 'en/care/zebra.md': articleFile({ title: 'Zebra' }) });
    await vi.waitFor(async () => {
      expect(slugs((await kb.search(anonymous, { text: 'zebra', locale: 'en' })).hits)).toEqual(['zebra']);
    });
  });

  test('without its engine it answers from the database, and says so', async () => {
    const engine: SearchEngine = {
      ...deaf,
      search: () => Promise.reject(new EngineUnavailable('deaf', 'is away.')),
    };
    const { kb, write } = await openShelf(source, { engine });
    await write({
      'en/care/oil.md': articleFile({ title: 'Oil a table', keywords: '[wax]' }),
      'en/care/staff.md': articleFile({ title: 'Oil for staff', audience: 'staff' }),
      'en/care/late.md': articleFile({ title: 'Other', summary: 'About oil and 100%_wood.' }),
      'zh-cn/care/oil.md': articleFile({ title: '木桌上油' }),
    });
    await kb.start();
    const ask = (text: string, locale = 'en') => kb.search(anonymous, { text, locale });
    const answer = await ask('Which oil for tables?');
    expect(answer).toMatchObject({ degraded: true, engine: 'database' });
    expect(slugs(answer.hits)).toEqual(['oil', 'late']);
    expect(slugs((await ask('怎么上油', 'zh-cn')).hits)).toEqual(['oil']);
    expect((await ask('%')).hits).toEqual([]);
    expect((await ask('_')).hits).toEqual([]);
    expect(slugs((await kb.search(author, { text: 'staff', locale: 'en' })).hits)).toEqual(['staff']);
    expect(await kb.searchState()).toMatchObject({ engine: 'deaf', ready: false });
  });

  test('an engine that never answers holds nobody up', async () => {
    const engine: SearchEngine = { ...deaf, search: () => new Promise(() => undefined) };
    const { kb, write } = await openShelf(source, { engine });
    await write({ 'en/care/oil.md': articleFile({ title: 'Oil a table' }) });
    const answer = await kb.search(anonymous, { text: 'oil', locale: 'en' });
    expect(answer).toMatchObject({ degraded: true, hits: [{ slug: 'oil' }] });
  });

  test('an engine that lost what it held is fed again', async () => {
    const engine = lunr();
    let lost = false;
    const forgetful: SearchEngine = {
      name: engine.name,
      capabilities: engine.capabilities,
      position: async () => (lost ? null : engine.position()),
      index: (documents) => engine.index(documents),
      remove: (ids) => engine.remove(ids),
      advance: async (position) => {
        lost = false;
        await engine.advance(position);
      },
      search: async (question) => {
        if (lost) throw new EngineUnavailable('lunr', 'lost its thread.');
        return engine.search(question);
      },
      ready: async () => !lost && engine.ready(),
      close: () => engine.close(),
    };
    const { kb, write } = await openShelf(source, { engine: forgetful });
    await write({ 'en/care/oil.md': articleFile({ title: 'Oil' }) });
    await kb.start();
    lost = true;
    expect(await kb.search(anonymous, { text: 'oil', locale: 'en' })).toMatchObject({
      degraded: true,
      hits: [{ slug: 'oil' }],
    });
    await vi.waitFor(async () => {
      expect(await kb.search(anonymous, { text: 'oil', locale: 'en' })).toMatchObject({
        degraded: false,
        hits: [{ slug: 'oil' }],
      });
    });
  });

  test('refuses a question that is none, by its field', async () => {
    const { kb } = await openShelf(source);
    await kb.start();
    const ask = (text: string) => kb.search(anonymous, { text, locale: 'en' });
    const refused = (key: string) => ({ code: 'invalid', fields: [expect.objectContaining({ field: 'q', key })] });
    await expect(ask('   ')).rejects.toMatchObject(refused('errors.required'));
    await expect(ask('x'.repeat(201))).rejects.toMatchObject(refused('errors.tooLong'));
    await expect(ask('a\u0000b')).rejects.toMatchObject(refused('errors.control'));
    await expect(ask('a\ud800')).rejects.toMatchObject(refused('errors.unreadable'));
    expect((await ask(` ${'😀'.repeat(200)}\n`)).hits).toEqual([]);
    expect((await ask('two\tlines\nhere')).query).toBe('two lines here');
  });

  test('a question is a touch; a suggestion, a robot and a test are none', async () => {
    const { kb, write, touches } = await openShelf(source);
    await write({ 'en/care/oil.md': articleFile({ title: 'Oil' }) });
    await kb.start();
    await kb.search(customer, { text: 'oi', locale: 'en', suggest: true });
    await kb.search(customer, { text: 'oil', locale: 'en', touch: false });
    const { hits } = await kb.search(customer, { text: 'oil', locale: 'en', inquiry: 'q' });
    expect(touches).toMatchObject([
      {
        type: 'search.asked',
        inquiry: 'q',
        viewer: customer,
        body: { text: 'oil', locale: 'en', verdict: 'answered', degraded: false, articles: [hits[0]?.articleId] },
      },
    ]);
  });
});

/** An engine that takes everything and is never there. */
const deaf: Omit<SearchEngine, 'search'> = {
  name: 'deaf',
  capabilities: { durable: true, prefix: false, typos: false },
  position: async () => '0@',
  index: async () => undefined,
  remove: async () => undefined,
  advance: async () => undefined,
  ready: async () => false,
  close: async () => undefined,
};

describe('the demo company’s articles', () => {
  const source = databaseSource('sqlite');
  let ask: (locale: string, text: string) => Promise<SearchResult>;

  beforeAll(async () => {
    const warnings: string[] = [];
    const warn = (_: unknown, message: string) => warnings.push(message);
    const kb = createKb({
      database: await source.fresh(migrations),
      runtime: heldRuntime(),
      engine: lunr(),
      log: { info: () => undefined, warn, error: warn },
      touches: { record: () => undefined, recordIn: async () => undefined },
    });
    await kb.importContent({ folder: content, locales: ['en', 'zh-cn'] });
    expect(warnings).toEqual([]);
    await kb.start();
    ask = (locale, text) => kb.search(anonymous, { text, locale });
    return () => kb.close();
  });

  test.each([
    ['en', 'chair wobbles after assembly', 'chair-wobbles'],
    ['en', 'my chair is rocking on the floor', 'chair-wobbles'],
    ['en', 'chiar wobles', 'chair-wobbles'],
    ['en', 'white ring on my table from a hot cup', 'water-rings-on-oiled-wood'],
    ['en', 'can I send back a bed that I already put together', 'return-assembled-piece'],
    ['en', 'I gave the wrong address', 'change-delivery-address'],
    ['en', 'VAT number on the invoice for our hotel', 'hotel-invoices'],
    ['en', 'fire certificate for headboards', 'fire-certificates'],
    ['en', 'ch12 torque', 'torque-for-every-bolt'],
    ['zh-cn', '椅子摇晃怎么办', 'chair-wobbles'],
    ['zh-cn', '装好了的床还可以退货吗', 'return-assembled-piece'],
    ['zh-cn', '我要改收货地址', 'change-delivery-address'],
    ['zh-cn', '怎么开增值税发票', 'hotel-invoices'],
    ['zh-cn', '酒店家具有防火证书吗', 'fire-certificates'],
    ['zh-cn', '木头为什么开裂', 'wood-and-moisture'],
    ['zh-cn', '退款多久到账', 'refund-time'],
  ])('%s “%s” is answered by %s', async (locale, text, slug) => {
    const { hits, verdict } = await ask(locale, text);
    expect(hits[0]?.slug).toBe(slug);
    expect(verdict).toBe('answered');
  });

  test.each([
    ['en', 'how do I cook pasta'],
    ['en', 'quantum flux capacitor'],
    ['en', 'xyzzy frobozz'],
    ['en', 'what is the meaning of life'],
    ['en', 'reset my password'],
    ['en', 'the'],
    ['zh-cn', '怎么做红烧肉'],
    ['zh-cn', '量子力学'],
    ['zh-cn', '今天天气怎么样'],
    ['zh-cn', '我忘记密码了'],
  ])('%s “%s” has no answer, and we say so', async (locale, text) => {
    const { verdict, confidence } = await ask(locale, text);
    expect(verdict).toBe('none');
    expect(confidence).toBeLessThan(0.25);
  });

  test.each([
    ['en', 'the headboard arrived with a crack'],
    ['zh-cn', '桌上有一圈水印'],
    ['zh-cn', '收到床头板有裂缝'],
    ['zh-cn', '可以用比特币付款吗'],
  ])('%s “%s” is half an answer', async (locale, text) => {
    expect((await ask(locale, text)).verdict).toBe('unsure');
  });

  test('a hit shows where the reader’s words stand, and never half a word', async () => {
    const marked = ({ hits: [hit] }: { hits: SearchHit[] }, part: 'title' | 'excerpt') =>
      hit?.marks[part].map(([start, end]) => hit[part].slice(start, end));
    const english = await ask('en', 'wobbling chairs');
    expect(marked(english, 'title')).toEqual(['chair', 'wobbles']);
    expect(english.hits[0]).toMatchObject({ url: '/en/articles/chair-wobbles', minutes: 2, checked: '2026-10-12' });
    expect(english.hits[0]?.category).toEqual({ slug: 'assembly', title: 'Assembly and fitting' });
    const chinese = await ask('zh-cn', '桌子的木头会开裂吗');
    expect(marked(chinese, 'title')).toEqual(['木头', '会开裂']);
    for (const { hits } of [english, chinese, await ask('zh-cn', '椅子摇晃'), await ask('en', 'oil')]) {
      for (const hit of hits) {
        expect(hit.excerpt.length).toBeGreaterThan(20);
        expect(hit.excerpt.length).toBeLessThan(200);
        let last = 0;
        for (const [start, end] of hit.marks.excerpt) {
          expect(start).toBeGreaterThanOrEqual(last);
          expect(end).toBeGreaterThan(start);
          last = end;
        }
        expect(last).toBeLessThanOrEqual(hit.excerpt.length);
      }
    }
  });
});
