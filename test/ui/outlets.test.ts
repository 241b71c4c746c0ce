import type { Element } from 'xast';
import { fromXml } from 'xast-util-from-xml';
import { describe, expect, it } from 'vitest';
import { portableMarkdown } from '../../src/kb/markdown/index.ts';
import type { ArticleLine, ArticlePage } from '../../src/kb/index.ts';
import { feedXml } from '../../src/ui/outlets/feed.ts';
import { articleLd, crumbsLd } from '../../src/ui/outlets/jsonLd.ts';
import { llmsText } from '../../src/ui/outlets/llms.ts';
import { siteMapXml } from '../../src/ui/outlets/siteMap.ts';

const base = 'https://help.example';
const hostile = `</title><script>alert(1)</script>]]>&"'\u0000\u{FFFE} [x](javascript:alert(1)) 椅子`;
const line: ArticleLine = {
  articleId: '0193b2c4-0000-7000-8000-000000000001',
  slug: 'chair',
  url: '/en/articles/chair',
  title: hostile,
  summary: hostile,
  kind: 'service',
  category: 'care',
  minutes: 1,
  checked: null,
  changedAt: '2026-11-23T10:00:00.000Z',
};

function elements(xml: string, name: string): Element[] {
  const found: Element[] = [];
  const visit = (node: { children?: unknown[] }) => {
    for (const child of (node.children ?? []) as Element[]) {
      if (child.type === 'element' && child.name === name) found.push(child);
      visit(child);
    }
  };
  visit(fromXml(xml)); // throws on anything that is not well-formed
  return found;
}

const textOf = (element: Element | undefined) =>
  element?.children.map((child) => ('value' in child ? child.value : '')).join('');

describe('XML of outlets', () => {
  it('says hostile words as words', () => {
    const xml = feedXml({
      ...{ base, path: '/en/feed.xml', home: '/en/', lang: 'en', title: hostile, author: hostile, articles: [line] },
    });
    expect(elements(xml, 'script')).toEqual([]);
    expect(textOf(elements(xml, 'title')[1])).toBe(hostile.replace(/[\u0000\u{FFFE}]/gu, ''));
    expect(elements(xml, 'link').map((link) => link.attributes['href'])).toEqual([
      `${base}/en/feed.xml`,
      `${base}/en/`,
      `${base}/en/articles/chair`,
    ]);
  });

  it('names every language of a page, and the one for readers of any other', () => {
    const versions = [
      { locale: 'en', url: '/en/articles/chair' },
      { locale: 'zh-cn', url: '/zh-cn/articles/chair' },
    ];
    const page = { locale: 'zh-cn', url: '/zh-cn/articles/chair', changedAt: line.changedAt, versions };
    const xml = siteMapXml({ parts: 1, pages: [page] }, { base, fallback: 'en' });
    expect(elements(xml, 'xhtml:link').map(({ attributes }) => [attributes['hreflang'], attributes['href']])).toEqual([
      ['en', `${base}/en/articles/chair`],
      ['zh-Hans', `${base}/zh-cn/articles/chair`],
      ['x-default', `${base}/en/articles/chair`],
    ]);
    expect(textOf(elements(xml, 'lastmod')[0])).toBe(line.changedAt);
  });

  it('becomes an index when there is more than one part', () => {
    const xml = siteMapXml({ parts: 3, pages: [] }, { base, fallback: 'en' });
    expect(elements(xml, 'urlset')).toEqual([]);
    expect(elements(xml, 'loc').map(textOf)).toEqual([1, 2, 3].map((part) => `${base}/sitemap.xml?part=${part}`));
  });
});

describe('the overview for language models', () => {
  it('holds links alone, whatever a title says', () => {
    const text = llmsText([{ locale: 'en', topics: [{ slug: 'care', title: hostile, articles: [line] }] }], {
      base,
      title: 'Kitewood Help',
      summary: 'Answers.',
    });
    expect(text).toMatch(/^# Kitewood Help\n\n> Answers\.\n\n## English: /);
    // One link that is not escaped: the article's own.
    expect(text.match(/(?<!\\)\]\(/g)).toHaveLength(1);
    expect(text).toContain(`](${base}/en/articles/chair.md)`);
  });
});

describe('JSON-LD', () => {
  const article = {
    ...{ url: line.url, locale: 'en', title: hostile, summary: hostile, changedAt: line.changedAt },
    category: { slug: 'care', title: hostile },
  } as ArticlePage;
  const facts = { article, base, lang: 'en', company: 'Kitewood', help: 'Answers' };

  it.each([articleLd(facts), crumbsLd(facts)])('cannot end its element, and reads as it was meant', (text) => {
    expect(text).not.toContain('<');
    expect(JSON.stringify(JSON.parse(text))).toContain('</script>');
  });

  it('numbers the way to an article', () => {
    const crumbs = JSON.parse(crumbsLd(facts)) as { itemListElement: { position: number; item: string }[] };
    expect(crumbs.itemListElement.map(({ position, item }) => `${position} ${item}`)).toEqual([
      `1 ${base}/en/`,
      `2 ${base}/en/categories/care`,
      `3 ${base}/en/articles/chair`,
    ]);
  });
});

describe('an article as Markdown to take along', () => {
  it('has its title, absolute links, and none of what readers never see', () => {
    const source = [
      'See [oil](../care/oil-the-table.md#when), [the ADA](https://ada.example) and [here][ref].',
      '<!-- ask legal first -->',
      '![Torque](../../images/torque.svg)',
      ':::caution\nKeep **dry**.\n:::',
      '[ref]: ./chair.md',
    ].join('\n\n');
    const text = portableMarkdown({ title: 'Oil *and* water', summary: 'Rings.', source, locale: 'en' }, base);
    expect(text).toBe(
      [
        '# Oil \\*and\\* water',
        '> Rings.',
        `See [oil](${base}/en/articles/oil-the-table.md), [the ADA](https://ada.example) and [here][ref].`,
        `![Torque](${base}/images/torque.svg)`,
        ':::caution\nKeep **dry**.\n:::',
        `[ref]: ${base}/en/articles/chair.md`,
        '',
      ]
        .join('\n\n')
        .replace(/\n\n$/, '\n'),
    );
  });
});
