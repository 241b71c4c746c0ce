import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { caller, type Caller } from '../support/caller.ts';
import { startPortal, type TestPortal } from '../support/portal.ts';

let portal: TestPortal;
let nobody: Caller;
let mei: Caller;

beforeAll(async () => {
  portal = await startPortal();
  nobody = caller(portal);
  mei = caller(portal, await portal.person('Mei'));
});
afterAll(() => portal.close());

const outlets = ['/sitemap.xml', '/robots.txt', '/llms.txt', '/en/feed.xml', '/zh-cn/feed.xml'];

describe('outlets for programs', () => {
  it.each([
    ['/sitemap.xml', 'application/xml'],
    ['/robots.txt', 'text/plain'],
    ['/llms.txt', 'text/plain'],
    ['/zh-cn/feed.xml', 'application/atom+xml'],
    ['/en/articles/chair-wobbles.md', 'text/markdown'],
  ])('%s is %s, kept by caches and asked about', async (path, type) => {
    const first = await nobody.get(path);
    expect([first.status, first.headers.get('content-type')]).toEqual([200, `${type}; charset=utf-8`]);
    expect(first.headers.get('cache-control')).toContain('public, no-cache');
    const again = await nobody.get(path, { 'if-none-match': first.headers.get('etag') ?? '' });
    expect([again.status, again.text]).toEqual([304, '']);
  });

  it.each(outlets)('%s is nobody else’s when somebody is signed in', async (path) => {
    expect((await mei.get(path)).headers.get('cache-control')).toBe('private, no-store');
  });

  it('shows strangers what is public, and customers what is theirs', async () => {
    for (const path of ['/sitemap.xml', '/llms.txt', '/en/feed.xml']) {
      const [open, own] = [await nobody.get(path), await mei.get(path)];
      expect(open.text, path).toContain('/articles/chair-wobbles');
      expect(open.text, path).not.toContain('framework-orders');
      expect(own.text, path).toContain('framework-orders');
      expect(own.text, path).not.toContain('how-we-answer');
    }
  });

  it('the site map leads to pages that are there', async () => {
    const { text } = await nobody.get('/sitemap.xml');
    const pages = [...text.matchAll(/<loc>([^<]+)<\/loc>/g)].map(([, loc]) => new URL(loc ?? ''));
    expect(pages.length).toBeGreaterThan(100);
    expect(pages.every(({ origin }) => origin === portal.url)).toBe(true);
    const kinds = new Map(pages.map((page) => [page.pathname.split('/').slice(1, 3).join('/'), page.pathname]));
    for (const path of kinds.values()) expect((await nobody.get(path)).status, path).toBe(200);
  });

  it('a part that does not exist is empty, and one that is no number is refused', async () => {
    expect((await nobody.get('/sitemap.xml?part=9')).text).not.toContain('<loc>');
    expect((await nobody.get('/sitemap.xml?part=x')).status).toBe(422);
  });

  it('llms.txt leads to Markdown', async () => {
    const { text } = await nobody.get('/llms.txt');
    const [, url] = /\((\S+\/zh-cn\/articles\/\S+\.md)\)/.exec(text) ?? [];
    const twin = await nobody.get(new URL(url ?? '').pathname);
    expect(twin.headers.get('content-language')).toBe('zh-cn');
    expect(twin.headers.get('link')).toBe(`<${url?.replace(/\.md$/, '')}>; rel="canonical"`);
    expect(twin.text).toMatch(/^# .+\n\n> /);
  });

  it('a page says what it is to whoever shares or indexes it', async () => {
    const { text } = await nobody.get('/en/articles/chair-wobbles');
    expect(text).toContain('<meta property="og:type" content="article">');
    expect(text).toContain(`<meta property="og:url" content="${portal.url}/en/articles/chair-wobbles">`);
    const blocks = [...text.matchAll(/<script type="application\/ld\+json">([^<]+)<\/script>/g)];
    expect(blocks.map(([, json]) => (JSON.parse(json ?? '') as { '@type': string })['@type'])).toEqual([
      'Article',
      'BreadcrumbList',
    ]);
    expect(text).toContain('href="/en/articles/chair-wobbles.md"');
    expect((await mei.get('/en/articles/framework-orders')).text).not.toContain('ld+json');
  });

  it('robots keep out of what is one person’s', async () => {
    const { text } = await nobody.get('/robots.txt');
    expect(text).toContain('Disallow: /staff\n');
    expect(text).toContain('Disallow: /zh-cn/tickets\n');
    expect(text).toContain(`Sitemap: ${portal.url}/sitemap.xml\n`);
  });
});
