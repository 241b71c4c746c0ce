import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { diceOf } from '../faults/random.ts';
import type { Answer } from '../support/caller.ts';
import { launchChromium } from '../support/chromium.ts';
import { hostileFrames, type HostileDocument } from '../support/hostileFrames.ts';
import { startPortal } from '../support/portal.ts';
import { corpusPayloads, inPlacePayloads, ownPayloads } from '../support/xssPayloads.ts';
import { openAlone, walkThrough } from './hostileOpen.ts';
import { blockForms, documentOf, editArticles, hostileSite, lineForms, writeArticles } from './hostileForms.ts';
import { holds, lookAtLists, lookAtMails, lookAtOne, unescaped, wrongWith } from './hostileSinks.ts';

/** `npm run test:xss`: every payload through every form; else a few of the corpus, the same ones each time. */
const isThorough = process.env['WAYPOST_XSS'] === 'all';
const SEED = 20_261_123;
const FEW = 50;

function chosen(): string[] {
  const all = corpusPayloads();
  if (isThorough || all.length === 0) return all;
  const dice = diceOf(SEED);
  return Array.from({ length: FEW }, () => all[Math.floor(dice() * all.length)] ?? '');
}

/** Control signs are refused everywhere, and would take the payloads beside them along. */
const typed = (text: string) =>
  text
    .toWellFormed()
    .replaceAll(/[\p{Cc}]/gu, ' ')
    .trim();

const own = [...ownPayloads, ...inPlacePayloads];
const corpus = [...new Set(chosen().map(typed))];

const LINE = 190;
const BLOCK = 3_000;

/** Puts payloads together, as many as a field takes; one that is longer than the field is cut. */
function together(payloads: readonly string[], most: number, between: string): string[] {
  const texts: string[] = [];
  for (const payload of payloads.map((text) => [...text].slice(0, most).join(''))) {
    const both = `${texts.at(-1)}${between}${payload}`;
    if (texts.length > 0 && [...both].length <= most) texts[texts.length - 1] = both;
    else texts.push(payload);
  }
  return texts.map((text) => text.trim());
}

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

/** Counts, and what was found. */
interface Findings {
  answers: number;
  documents: number;
  harm: string[];
  /** Where a text that was sent came out again. */
  reached: Set<string>;
  /** One answer of each kind as it would be if nothing were escaped. */
  naked: Map<string, HostileDocument>;
}

const A_BATCH = 160;
const AT_ONCE = 4;

/** Sends texts through every form, and opens all that comes back, all that they led to, and every mail. */
async function sendAndLook(lines: readonly string[], blocks: readonly string[], told: Findings): Promise<void> {
  const portal = await startPortal();
  const frames = await hostileFrames(browser, { url: portal.url });
  const waiting: HostileDocument[] = [];
  const open = async (least = 1) => {
    if (waiting.length >= least) told.harm.push(...(await frames.harmOf(waiting.splice(0))));
  };
  const add = (document: HostileDocument) => {
    waiting.push(document);
    told.documents += 1;
  };
  const keep = (text: string) => (what: string, answer: Answer) => {
    const name = `${what} of ${text.slice(0, 120)}`;
    told.answers += 1;
    told.harm.push(...wrongWith(answer, portal.url).map((fault) => `${name}: ${fault}`));
    const document = documentOf(name, answer);
    if (document) add(document);
    const sent = text === '' ? lines : [text];
    if (!sent.some((one) => holds(answer.text, one.slice(0, 30)))) return;
    told.reached.add(what);
    if (document && text === lines[0]) told.naked.set(what, { name: what, html: unescaped(document.html) });
  };
  try {
    const site = await hostileSite(portal);
    await writeArticles(site, lines);
    await editArticles(site);
    await portal.app.kb.catchUp();
    const send = async (texts: readonly string[], forms: typeof lineForms) =>
      inTurns(texts, async (text) => {
        for (const form of forms) await form(site, text, keep(text));
        await lookAtOne(site, text, keep(text));
        await open(A_BATCH);
      });
    await send(lines, lineForms);
    await send(blocks, blockForms);
    await lookAtLists(site, keep(''));
    await portal.app.queue.runDue();
    told.harm.push(
      ...lookAtMails(site, (name, html) => {
        add({ name, html, isStyled: true });
        if (holds(html, lines[0] ?? '')) told.reached.add('mail');
      }),
    );
    await open();
    const alone = [
      '/en/feed.xml',
      '/sitemap.xml',
      '/llms.txt',
      '/en/articles/hostile-0.md',
      '/api/v1/articles/hostile-0?locale=en',
    ];
    const more = ['/api/v1/search?q=hostile&locale=en', '/api/v1/articles/none', '/robots.txt'];
    told.harm.push(
      ...(await openAlone(
        browser,
        [...alone, ...more].map((path) => portal.url + path),
      )),
    );
    for (const document of told.naked.values()) {
      const isSeen = (await frames.harmOf([document])).length > 0;
      if (!isSeen) told.harm.push(`${document.name} is not seen to do harm where nothing is escaped`);
    }
    told.harm.push(...(await walkThrough(browser, site, { word: 'alert', hostile: blocks[0] ?? '' })));
  } finally {
    await frames.close();
    await portal.close();
  }
}

async function inTurns<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  const left = [...all];
  const worker = async () => {
    for (let one = left.shift(); one !== undefined; one = left.shift()) await work(one);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

/** Where payloads have to come out again, else nothing was proved. */
const sinks = [
  ...['ask, sent back', 'ask, suggestions', 'ask, with a question', 'search', 'search, sent back', 'search by JSON'],
  ...['sign up, sent back', 'sign in, sent back', 'sign in by link, sent back', 'desk, sent back, state'],
  ...['ticket', 'ticket by JSON', 'ticket at the desk', 'article', 'article .md', 'article by JSON', 'topic'],
  ...['/en/', '/en/feed.xml', '/llms.txt', '/en/tickets', '/api/v1/tickets', '/staff/tickets', 'customer', 'mail'],
  ...['editor', 'editor, read only', 'preview', 'revisions', 'differences', 'articles, all', 'articles, suggested'],
  ...['editor, save', 'editor, preview', 'editor, publish', 'editor, links', 'new article', 'links'],
];

/** A portal gets as many lines, and its share of the blocks; then comes the next one. */
const A_PORTAL = 250;

it('no payload runs, whichever form it came through, wherever it comes out', { timeout: 7_200_000 }, async () => {
  const told: Findings = { answers: 0, documents: 0, harm: [], reached: new Set(), naked: new Map() };
  const began = Date.now();
  const lines = isThorough ? [...own, ...together(corpus, LINE, ' ')] : together([...own, ...corpus], LINE, ' ');
  const blocks = together([...own, ...corpus], BLOCK, '\n');
  const portals = Math.ceil(lines.length / A_PORTAL);
  const share = Math.ceil(blocks.length / portals);
  for (let at = 0; at < portals; at += 1) {
    await sendAndLook(
      lines.slice(at * A_PORTAL, (at + 1) * A_PORTAL),
      blocks.slice(at * share, (at + 1) * share),
      told,
    );
    const { answers, documents, harm } = told;
    const seconds = Math.round((Date.now() - began) / 1000);
    console.info(
      `${own.length + corpus.length} payloads, part ${at + 1} of ${portals}: ${answers} answers, ${documents} documents opened, ${harm.length} findings, ${seconds} s.`,
    );
  }
  expect(told.harm).toEqual([]);
  expect(sinks.filter((name) => !told.reached.has(name))).toEqual([]);
});

it('the watch sees each of our own payloads where nothing is escaped', { timeout: 120_000 }, async () => {
  const frames = await hostileFrames(browser, { url: 'https://portal.example' });
  const documents = ownPayloads.map((name) => ({ name, html: `<!doctype html><title>x</title><main>${name}</main>` }));
  const [going, staying] = [documents.filter(isGoing), documents.filter((one) => !isGoing(one))];
  const harm = await frames.harmOf(staying);
  for (const { name } of staying) expect(harm.join('\n')).toContain(`${name}: `);
  expect((await frames.harmOf(going)).join('\n')).toContain('goes to');
  expect(await frames.harmOf([{ name: 'plain', html: '<!doctype html><title>x</title><a href="/en/">x</a>' }])).toEqual(
    [],
  );
  const feed = '<feed><script xmlns="http://www.w3.org/1999/xhtml">alert(1)</script></feed>';
  expect(await openAlone(browser, [`data:application/xml,${encodeURIComponent(feed)}`])).toHaveLength(1);
});

/** What takes the page away must not spoil the look at the others. */
const isGoing = ({ name }: HostileDocument) => name.startsWith('<meta');
