import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { root } from '../../scripts/install.mjs';
import { renderMarkdown } from '../../src/kb/markdown/index.ts';
import { launchChromium } from '../support/chromium.ts';
import { watchedPage, type WatchedPage } from '../support/watchedPage.ts';

const folder = process.env['WAYPOST_CORPORA'] ?? join(root, '..', 'shared', 'corpora');
const corpus = join(folder, 'xss-payloads.txt');

/** One of each family, so that something is tried where the corpus is missing. */
const own = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '<svg onload=alert(1)>',
  '"><svg onload=alert(1)>',
  '<details open ontoggle=alert(1)>',
  '<iframe srcdoc="<script>parent.alert(1)</script>">',
  '<body onload=alert(1)>',
  '<style>@import "https://elsewhere.example/x.css"</style>',
  '<img src=https://elsewhere.example/x.png>',
  '<meta http-equiv=refresh content="0;url=https://elsewhere.example">',
  '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
  'javascript:alert(1)',
  '<input autofocus onfocus=alert(1)>',
];

function payloads(): string[] {
  if (!existsSync(corpus)) {
    console.info(`${corpus} is not there: only our own ${own.length} payloads are tried.`);
    return own;
  }
  return [
    ...own,
    ...new Set(
      readFileSync(corpus, 'utf8')
        .split('\n')
        .filter((line) => line.trim() !== ''),
    ),
  ];
}

/** The places of an article where a text may stand. */
const places: ((text: string) => string)[] = [
  (text) => `## ${text}`,
  (text) => `[x](<${text}>) [y](${text}) ![z](${text}) ![${text}](../../images/a.png "${text}")`,
  (text) => `| ${text} |\n| - |\n| ${text} |`,
  (text) => `:::note[${text}]{title="${text}"}\n${text}\n:::`,
  (text) => `1. **${text}** ${text}\n2. **Then** <${text}>`,
  (text) => `\`\`\`html\n${text}\n\`\`\``,
  (text) => `~~~${text}\nx\n~~~`,
  (text) => `Words[^1]\n\n[^1]: ${text}`,
];

/** As it is comes last, since it may swallow what follows. */
const everywhere = (text: string): string => [...places.map((place) => place(text)), text].join('\n\n');
/** As it is, and in one other place, each payload in another. */
const somewhere = (text: string, at: number): string => `${places[at % places.length]?.(text)}\n\n${text}`;
/** What is rendered of a payload; a very long one has each place for itself, since together they would be refused. */
const sourcesOf = (text: string, at: number): string[] => {
  if (text.length > LONG) return [...places, (same: string) => same].map((place) => place(text));
  return [isThorough || at < own.length ? everywhere(text) : somewhere(text, at)];
};
const LONG = 800;
/** `WAYPOST_XSS=all`: each payload in each place, which takes a minute. */
const isThorough = process.env['WAYPOST_XSS'] === 'all';

const pictures = new Map([['a.png', { width: 4, height: 3 }]]);

/** A picture of ours is asked for; nothing else is. */
const isOurs = (url: string) => url === 'https://portal.example/images/a.png';

let browser: Browser;
let watched: WatchedPage;
beforeAll(async () => {
  browser = await launchChromium();
  watched = await watchedPage(browser, { url: 'https://portal.example/en/articles/x', allowed: isOurs });
});
afterAll(() => browser.close());

const BATCH = 700;

function* batches<T>(all: readonly T[], size: number): Generator<T[]> {
  for (let at = 0; at < all.length; at += size) yield all.slice(at, at + size);
}

it('no payload runs, wherever it stands in an article', { timeout: 300_000 }, async () => {
  let refused = 0;
  const htmlOf = (source: string, title: string): string => {
    try {
      return renderMarkdown(source, { locale: 'en', title, pictures }).html;
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      refused += 1;
      return '';
    }
  };
  for (const batch of batches([...payloads().entries()], BATCH)) {
    const articles = batch.flatMap(([at, text]) => sourcesOf(text, at).map((source) => htmlOf(source, text)));
    expect(await watched.harmOf(articles.map((html) => `<article>${html}</article>`).join('\n'))).toEqual([]);
  }
  // The longest one, five times in one paragraph, is too much for the renderer; in its other places it is not.
  expect(refused).toBeLessThanOrEqual(1);
});

it('the payloads do run where nothing sanitises them', { timeout: 180_000 }, async () => {
  const likely = payloads().filter((text) => /onerror|onload|<script/i.test(text));
  const sample = likely.filter((_, at) => at < own.length || at % 2 === 0);
  const enough = sample.length > 50 ? 12 : 3;
  expect(await watched.runAlone(sample, enough)).toBeGreaterThanOrEqual(enough);
});

it.each([
  ['a dialog', '<script>alert(1)</script>', 'alert'],
  ['a question', '<svg onload="prompt(1)"></svg>', 'prompt'],
  ['a confirmation', '<script>confirm(1)</script>', 'confirm'],
  ['printing', '<script>print()</script>', 'print'],
  ['evaluation', '<script>eval("1")</script>', 'eval'],
  ['the console', '<script>console.log(1)</script>', 'console'],
  ['a handler that waits for a person', '<p onmouseover="alert(1)">x</p>', 'alert'],
  ['a link that runs', '<a href="jAvaScript&colon;void 0">x</a>', 'leads to'],
  ['a picture from elsewhere', '<img src="https://elsewhere.example/x.png">', 'asks for'],
  ['a style from elsewhere', '<style>@import "https://elsewhere.example/x.css"</style>', 'asks for'],
  ['going away', '<meta http-equiv="refresh" content="0;url=https://elsewhere.example/">', 'elsewhere.example'],
  ['another document', '<script>setTimeout(() => document.body.append("x"), 1)</script>', 'changes'],
  ['a form', '<form action="https://elsewhere.example/"><button>x</button></form>', 'form'],
])('the watch sees %s', async (_, html, seen) => {
  expect((await watched.harmOf(html)).join('\n')).toContain(seen);
});

it('the watch has nothing against an article', async () => {
  const { html } = renderMarkdown(everywhere('Words and [a link](https://example.org).'), {
    locale: 'en',
    title: 'x',
    pictures,
  });
  expect(await watched.harmOf(html)).toEqual([]);
  expect(html).toContain('<img src="/images/a.png"');
});
