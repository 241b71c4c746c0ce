import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renderMarkdown } from '../../src/kb/markdown/index.ts';
import { launchChromium } from '../support/chromium.ts';

const corpus = fileURLToPath(new URL('../../../shared/corpora/xss-payloads.txt', import.meta.url));

/** What may be in an article's HTML once a browser has read it: elements, and attributes of any of them. */
const elements =
  'h2 h3 h4 h5 h6 p br hr blockquote pre code em strong del sup a ul ol li input table thead tbody tr th td section div svg path ' +
  'img figure figcaption span';
const attributes =
  'id href rel class role scope start type checked disabled tabindex viewbox aria-hidden aria-labelledby aria-label ' +
  'aria-describedby data-footnote-backref d src alt width height loading decoding';
const classes =
  'callout is-caution is-danger table-scroll icon steps is-number footnotes visually-hidden contains-task-list task-list-item';

const ours = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '[x](javascript:alert(1))',
  '[x](JaVaScRiPt&colon;alert(1))',
  '[x](java\tscript:alert(1))',
  '[x](&#x6A;avascript:alert(1))',
  '[x](data:text/html;base64,PHNjcmlwdD4=)',
  '[x](vbscript:msgbox(1))',
  '<javascript:alert(1)>',
  '[x]: javascript:alert(1)\n\n[x]',
  '![x](javascript:alert(1))',
  '![x](x.png "onerror=alert(1)")',
  '[x](https://example.org "\\" onmouseover=alert(1)")',
  ':::note{onclick=alert(1) style="position:fixed" .evil #main}\nx\n:::',
  ':::note[<img src=x onerror=alert(1)>]\nx\n:::',
  ':a[x]{onclick=alert(1)} ::b{style=color:red}',
  ':::script\nalert(1)\n:::',
  ':::iframe{src="javascript:alert(1)"}\n:::',
  '## <svg onload=alert(1)>',
  '## "><img src=x onerror=alert(1)>',
  '| <img src=x onerror=alert(1)> |\n| --- |\n| x |',
  '```"><script>alert(1)</script>\nx\n```',
  '```js" onmouseover="alert(1)\nx\n```',
  '[^<script>]: x\n\n[^<script>]',
  '<details open ontoggle=alert(1)>',
  '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
  '<style>*{display:none}</style>',
  '<form action=javascript:alert(1)><input type=submit>',
  '<a href="#" id="__proto__" name="cookie">x</a>',
];

function payloads(): string[] {
  if (!existsSync(corpus)) {
    console.info(`${corpus} is not there: only our own ${ours.length} hostile texts are rendered.`);
    return ours;
  }
  // One in eight, evenly, so that each family of payloads is met.
  const lines = readFileSync(corpus, 'utf8').split('\n');
  return [...ours, ...lines.filter((line, at) => line.trim() !== '' && at % 8 === 0)];
}

/** The places of an article where a text may stand. */
const places: Record<string, (text: string) => string> = {
  'as it is': (text) => renderMarkdown(text, { locale: 'en', title: 'x' }).html,
  'in a link': (text) => renderMarkdown(`[x](<${text}>) [y](${text})`, { locale: 'en', title: 'x' }).html,
  'in a heading': (text) => renderMarkdown(`## ${text}\n\n| a |\n| - |\n| b |`, { locale: 'en', title: 'x' }).html,
  'in a cell': (text) => renderMarkdown(`| ${text} |\n| - |\n| ${text} |`, { locale: 'en', title: 'x' }).html,
  'in a callout': (text) =>
    renderMarkdown(`:::note[${text}]{x="${text}"}\n${text}\n:::`, { locale: 'en', title: 'x' }).html,
  'in a fence': (text) => renderMarkdown(`\`\`\`${text}\n${text}\n\`\`\``, { locale: 'en', title: 'x' }).html,
  'in coloured code': (text) => renderMarkdown(`~~~html\n${text}\n~~~`, { locale: 'en', title: 'x' }).html,
  'as a picture': (text) =>
    renderMarkdown(`![${text}](../../images/x.png "${text}")\n\n![x](${text})\n\n![y](../images/${text})`, {
      locale: 'en',
      title: 'x',
      pictures: new Map([['x.png', { width: 4, height: 3 }]]),
    }).html,
  'as the title': (text) => renderMarkdown('| a |\n| - |\n| b |', { locale: 'en', title: text }).html,
};

/** Reads HTML as a browser does and names what should not be in it. Runs in the page. */
function findForeign(input: { pages: string[]; elements: string; attributes: string; classes: string }): string[] {
  const list = (names: string) => new Set(names.split(' '));
  const [tags, names, looks] = [list(input.elements), list(input.attributes), list(input.classes)];
  const found: string[] = [];
  for (const html of input.pages) {
    const body = new DOMParser().parseFromString(`<!doctype html><body>${html}`, 'text/html').body;
    for (const element of body.querySelectorAll('*')) {
      const tag = element.tagName.toLowerCase();
      if (!tags.has(tag)) found.push(`<${tag}> in ${html}`);
      for (const { name, value } of element.attributes) {
        if (!names.has(name.toLowerCase())) found.push(`${name} in ${html}`);
        if (name === 'id' && !value.startsWith('s-') && value !== 'footnote-label')
          found.push(`id ${value} in ${html}`);
      }
      for (const look of element.classList) {
        const isCode = (tag === 'code' && look.startsWith('language-')) || (tag === 'span' && /^hljs-|_$/.test(look));
        if (!looks.has(look) && !isCode) found.push(`class ${look} in ${html}`);
      }
      const src = element.getAttribute('src');
      if (src !== null && !(tag === 'img' && /^\/images\/[\w.-]+$/.test(src))) found.push(`src ${src} in ${html}`);
      const href = element.getAttribute('href');
      const target = href === null ? null : URL.parse(href, 'https://portal.example/en/articles/x');
      if (target && !['http:', 'https:', 'mailto:', 'tel:'].includes(target.protocol)) found.push(`${href} in ${html}`);
    }
  }
  return found;
}

describe('hostile Markdown, as a browser reads what became of it', () => {
  let page: Page;
  let close: () => Promise<void>;

  beforeAll(async () => {
    const browser = await launchChromium();
    page = await browser.newPage();
    close = () => browser.close();
  });
  afterAll(() => close());

  const foreignIn = (pages: string[]) => page.evaluate(findForeign, { pages, elements, attributes, classes });

  test('the check itself finds each kind of harm', async () => {
    const harmful = [
      '<script>x</script>',
      '<p onclick=x>',
      '<p style="color:red">',
      '<p class="site-head">',
      '<a href="jav&#x09;ascript:x">',
      '<p id=main>',
      '<img src=x>',
    ];
    for (const html of harmful) expect(await foreignIn([html]), html).not.toEqual([]);
    expect(await foreignIn(['<p id="s-x"><a href="https://example.org" rel="external noopener">x</a></p>'])).toEqual(
      [],
    );
  });

  test.each(Object.entries(places))('%s: nothing foreign is left', async (_, render) => {
    expect(await foreignIn(payloads().map(render))).toEqual([]);
  });
});
