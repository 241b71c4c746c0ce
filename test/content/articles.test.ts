import { describe, expect, test } from 'vitest';
import { demoContent, readCorpus, type ReadArticle } from './corpus.ts';
import {
  breaksVoice,
  deadEnds,
  factsOf,
  pictureGaps,
  poorlyLinked,
  sharedRuns,
  shortages,
  svgFaults,
  tooShort,
  unpaired,
  withoutOwnFact,
} from './rules.ts';

const kinds = ['product', 'technology', 'service', 'process'];
const least = { articles: 45, categories: 8, customers: 5, staff: 3, kinds };

const corpus = readCorpus(demoContent, ['en', 'zh-cn']);
const inLocale = (locale: string) => corpus.articles.filter((article) => article.locale === locale);

describe.each([
  { locale: 'en', length: 120, run: 12 },
  { locale: 'zh-cn', length: 250, run: 20 },
])('the demo company’s help in $locale', ({ locale, length, run }) => {
  const articles = inLocale(locale);
  test('has enough of every kind, for everybody', () => {
    expect(shortages(articles, corpus.categories.get(locale) ?? [], least)).toEqual([]);
  });
  test('has no article that is too short to help', () => expect(tooShort(articles, length)).toEqual([]));
  test('leads on from every article', () => expect(poorlyLinked(articles, 2)).toEqual([]));
  test('leads nobody to what they may not read unwarned', () => expect(deadEnds(articles)).toEqual([]));
  test('says nothing twice', () => expect(sharedRuns(articles, run)).toEqual([]));
  test('states in every article what no other states', () => expect(withoutOwnFact(articles)).toEqual([]));
  test('keeps its voice', () => expect(articles.flatMap(breaksVoice)).toEqual([]));
});

describe('the demo company’s help', () => {
  test('is the same set of articles in both languages', () => expect(unpaired(corpus, ['en', 'zh-cn'])).toEqual([]));
  test('has every picture that is shown, and shows every one it has', () => expect(pictureGaps(corpus)).toEqual([]));
  test.each([...corpus.images])('%s is a safe drawing for both languages', (_, source) => {
    expect(svgFaults(source)).toEqual([]);
  });
  test('has a handbook for those who write and those who answer', () => {
    const staff = inLocale('en').filter(({ audience }) => audience === 'staff');
    expect(staff.map(({ slug }) => slug)).toEqual(expect.arrayContaining(['how-we-answer', 'write-an-article']));
  });
});

/** An article that breaks nothing by itself. */
const article = (over: Partial<ReadArticle> & { slug: string }): ReadArticle => ({
  ...{ locale: 'en', category: 'care', kind: 'service', audience: 'public', title: 'Oil', summary: 'Thinly.' },
  ...{ source: '', text: '', links: [], images: [] },
  path: `${over.category ?? 'care'}/${over.slug}`,
  ...over,
});

describe('the rules notice', () => {
  test('too little of anything, and categories without name or content', () => {
    const few = [article({ slug: 'a' }), article({ slug: 'b', category: 'lamps', audience: 'staff' })];
    expect(shortages(few, ['care', 'beds'], { articles: 3, categories: 2, customers: 1, staff: 1, kinds })).toEqual([
      '2 articles of 3',
      '1 categories of 2',
      '0 articles for customers of 1',
      'category lamps has no name',
      'category beds is empty',
      ...['product', 'technology', 'process'].map((kind) => `no article of kind ${kind}`),
    ]);
    expect(shortages(few, ['care', 'lamps'], { articles: 2, categories: 2, customers: 0, staff: 1, kinds: [] })).toEqual([]);
  });

  test('a short text, in words or in Han characters', () => {
    const texts = [article({ slug: 'a', text: 'Two words.' }), article({ slug: 'b', text: 'It’s three words' })];
    expect(tooShort(texts, 3)).toEqual(['care/a: 2 of 3']);
    expect(tooShort([article({ slug: 'a', locale: 'zh-cn', text: '上油 oil 两遍。' })], 5)).toEqual(['care/a: 4 of 5']);
  });

  test('links to itself, to the same one twice, and to nothing', () => {
    const linked = [
      article({ slug: 'a', links: ['a', 'b', 'b'] }),
      article({ slug: 'b', links: ['a', 'gone'] }),
      article({ slug: 'c', links: ['a', 'b'] }),
    ];
    expect(poorlyLinked(linked, 2)).toEqual(['care/a: 1 links of 2', 'care/b: no gone']);
  });

  test('a link to an article for fewer readers, unless its paragraph says so', () => {
    const narrow = [article({ slug: 'c', audience: 'customers' }), article({ slug: 's', audience: 'staff' })];
    const source = 'See [c](../care/c.md).\n\nSigned-in customers see [c](c.md#part).\n\nSign in for [s](s.md).';
    expect(deadEnds([article({ slug: 'a', source }), ...narrow])).toEqual(['care/a: c', 'care/a: s']);
    expect(deadEnds([article({ slug: 'b', audience: 'staff', source }), ...narrow])).toEqual([]);
    expect(deadEnds([article({ slug: 'd', locale: 'zh-cn', source: '登录以后看[c](c.md)。' }), ...narrow])).toEqual([]);
  });

  test('a run of words that two share, whatever stands between them, and not one of the same article', () => {
    const shared = [
      article({ slug: 'a', text: 'Wipe it off after fifteen minutes. Wipe it off.' }),
      article({ slug: 'b', text: 'Then wipe\nit, off: after 15' }),
      article({ slug: 'c', text: 'Wipe it on after' }),
    ];
    expect(sharedRuns(shared, 4)).toEqual(['care/a and care/b: “wipe it off after”']);
    expect(sharedRuns(shared.slice(0, 1), 3)).toEqual([]);
    const chinese = ['顺着木纹，轻轻擦', '要顺着木纹轻擦'].map((text, at) => article({ slug: `${at}`, locale: 'zh-cn', text }));
    expect(sharedRuns(chinese, 5)).toEqual(['care/0 and care/1: “顺 着 木 纹 轻”']);
    expect(sharedRuns(chinese, 6)).toEqual([]);
  });

  test('an article whose every number stands elsewhere too', () => {
    expect(factsOf('TB-31 weighs 61 kg, costs €1,040 and meets EN 16139 in all 3 of 3.')).toEqual(
      new Set(['TB-31', '61 kg', '€1,040', 'EN 16139']),
    );
    expect(factsOf('宽度差14毫米，0.9毫米厚')).toEqual(new Set(['14毫米', '0.9毫米']));
    const stating = ['8 Nm and 9 Nm', '9 Nm', '8 Nm, 14 Nm'].map((text, at) => article({ slug: `${at}`, text }));
    expect(withoutOwnFact(stating)).toEqual(['care/0', 'care/1']);
  });

  test('an article of one language alone, or for somebody else in the other', () => {
    const pair = (over: Partial<ReadArticle>) => [article({ slug: 'a' }), article({ slug: 'a', locale: 'zh-cn', ...over })];
    const judge = (articles: ReadArticle[]) =>
      unpaired({ articles, categories: new Map(), images: new Map() }, ['en', 'zh-cn']);
    expect(judge(pair({}))).toEqual([]);
    expect(judge(pair({ audience: 'staff' }))).toEqual(['care/a: audience']);
    expect(judge(pair({ kind: 'product', images: ['a.svg'] }))).toEqual(['care/a: kind', 'care/a: pictures']);
    expect(judge(pair({ slug: 'b', path: 'care/b' }))).toEqual(['care/a: not in zh-cn', 'care/b: not in en']);
  });

  test('a picture that is not there, shown nowhere, or not described', () => {
    const articles = [article({ slug: 'a', images: ['a.svg', 'gone.svg'], source: '![ ](../../images/a.svg)' })];
    const images = new Map([...'ab'].map((name) => [`${name}.svg`, '']));
    expect(pictureGaps({ articles, categories: new Map(), images })).toEqual([
      'en/care/a: no gone.svg',
      'en/care/a: a picture without a description',
      'b.svg: shown nowhere',
    ]);
  });

  test.each([
    ['no width, height and viewBox', '<svg width="2" height="1"/>'],
    ['its viewBox has another shape', '<svg width="2" height="2" viewBox="0 0 2 1"/>'],
    ['an element that drawings do without', '<script>1</script>'],
    ['an element that drawings do without', '<style>path{}</style>'],
    ['a handler', '<path onload="x()"/>'],
    ['a reference', '<use href="other.svg#a"/>'],
    ['a reference', '<path fill="url(http://example.test/a)"/>'],
    ['a style attribute, which a strict policy drops', '<path style="fill:red"/>'],
    ['words of a language: front', '<text x="1">front</text>'],
    ['words of a language: 前', '<text x="1">前</text>'],
  ])('%s in a drawing', (fault, part) => {
    const source = part.startsWith('<svg') ? part : `<svg width="2" height="1" viewBox="0 0 2 1">${part}</svg>`;
    expect(svgFaults(source)).toEqual([fault]);
  });

  test('and let a plain drawing be', () => {
    const parts = '<clipPath id="c"/><g clip-path="url(#c)"><text x="1">15 mm</text><text>A</text><text>65 %</text></g>';
    expect(svgFaults(`<svg width="2" height="1" viewBox="0 0 4 2">${parts}</svg>`)).toEqual([]);
  });

  test('a voice that is not ours', () => {
    const said = (locale: string, source: string) => breaksVoice(article({ slug: 'a', locale, title: 'A', source }));
    expect(said('en', 'Great!\n\n![A chair](../../images/a.svg)')).toEqual(['en/care/a: an exclamation mark: Great!']);
    expect(said('en', 'Simply wipe it.')).toHaveLength(1);
    expect(said('en', '1. **Wipe it.** Then wait.')).toEqual([]);
    expect(said('en', '```\nOops!\n```\n\nWrite `title!` there.')).toEqual([]);
    expect(said('zh-cn', '用 2号油,擦两遍')).toHaveLength(2);
    expect(said('zh-cn', '1. **擦净**。用2号油，见《[上油](../care/oil.md)》。\n\n| 餐椅 | M6 × 60 |')).toEqual([]);
  });
});
