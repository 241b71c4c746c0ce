import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { markdownTimes } from './markdown.ts';
import { importTimes, type ImportFigures } from './import.ts';
import { orderTimes, type OrderFigures } from './orders.ts';
import { lookUpFigures, type LookUpFigures } from './lookUps.ts';
import { pageFigures } from './pages.ts';
import { sealingFigures, timelineFigures } from './sealing.ts';
import { searchTimes } from './search.ts';
import { searchFigures, type SizeFigures } from './searchSizes.ts';
import { ticketRates } from './tickets.ts';
import { touchRate } from './touches.ts';

/** One line of the table. */
interface Figure {
  what: string;
  figure: string;
  /** Against what it was measured in the same run. */
  floor: string;
  ratio: number | null;
  target: string;
  met: boolean | null;
}

const whole = (value: number): string => Math.round(value).toLocaleString('en');
const one = (value: number): string => value.toFixed(1);

/** What `npm run bench` measures, and what `npm run bench -- --large` measures: touches that are sealed, articles a language. */
const SEALED = { usual: 100_000, large: 1_000_000 };
const SIZES = { usual: [1_000], large: [1_000, 10_000] };
/** Orders in all: 1,000,000 take minutes to be put in. */
const ORDERS = { usual: 100_000, large: 1_000_000 };

/**
 * `npm run bench`: measures, prints a table of ratios and writes `bench/results.json`. Ratios are against a floor of the
 * same run, so that they say something on any machine. @returns the exit code; a missed target is no failure of the run.
 */
export async function runBench(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { large: { type: 'boolean', default: false } } });
  const began = performance.now();
  const machine = {
    processor: cpus()[0]?.model ?? '',
    cores: cpus().length,
    loadBefore: loadavg()[0],
    node: process.version,
  };
  const step = async <T>(name: string, measure: () => Promise<T>): Promise<T> => {
    console.error(`  measuring ${name} …`);
    return measure();
  };
  const tickets = await step('tickets', ticketRates);
  const touches = await step('touches', touchRate);
  const sealed = values.large ? SEALED.large : SEALED.usual;
  const sealing = await step(`the sealing of ${whole(sealed)} touches`, () => sealingFigures(sealed));
  const timeline = await step('the timeline', timelineFigures);
  const search = await step('the search', searchTimes);
  const markdown = await step('Markdown', markdownTimes);
  const sizes: SizeFigures[] = [];
  const imports: ImportFigures[] = [];
  for (const size of values.large ? SIZES.large : SIZES.usual) {
    imports.push(await step(`the import of ${whole(size)} articles a language`, () => importTimes(size)));
    sizes.push(await step(`the search in ${whole(size)} articles a language`, () => searchFigures(size)));
  }
  const most = values.large ? ORDERS.large : ORDERS.usual;
  const orders = await step(`${whole(most)} orders`, () => orderTimes(most));
  const lookUps: LookUpFigures[] = [];
  for (const database of ['SQLite', 'PostgreSQL'] as const) {
    lookUps.push(await step(`orders looked up on ${database}`, () => lookUpFigures(database)));
  }
  const { article, start, memory } = await step('the portal', pageFigures);
  const figures: Figure[] = [
    {
      what: 'article page for a stranger',
      figure: `${whole(article.perSecond)}/s, p99 ${one(article.p99Ms)} ms`,
      floor: `node:http, same bytes: ${whole(article.barePerSecond)}/s`,
      ...{ ratio: article.ratio, target: '', met: null },
    },
    {
      what: 'tickets opened, 50 at once',
      figure: `${whole(tickets.ticketsPerSecond)}/s`,
      floor: `bare commits of one row: ${whole(tickets.commitsPerSecond)}/s`,
      ...{ ratio: tickets.ratio, target: 'ratio ≥ 0.4', met: tickets.ratio >= 0.4 },
    },
    {
      what: 'touches in groups',
      figure: `${whole(touches.perSecond)}/s`,
      ...{ floor: '', ratio: null, target: '≥ 20,000/s', met: touches.perSecond >= 20_000 },
    },
    {
      what: `${whole(sealing.touches)} touches sealed`,
      figure: `${whole(sealing.perSecond)}/s`,
      floor: `numbered, nothing else: ${whole(sealing.floorPerSecond)}/s`,
      ...{ ratio: sealing.ratio, target: '', met: null },
    },
    {
      what: 'from touch to seal, 500 a second',
      figure: `p50 ${one(sealing.delayMs.p50 / 1_000)} s, most ${one(sealing.delayMs.most / 1_000)} s`,
      ...{ floor: '', ratio: null, target: '≤ 5 s', met: sealing.delayMs.most <= 5_000 },
    },
    {
      what: 'touches compared with their seals',
      figure: `${whole(sealing.verifiedPerSecond)}/s`,
      ...{ floor: '', ratio: null, target: '', met: null },
    },
    {
      what: 'timeline of 10,000 touches, a page',
      figure: `p50 ${one(timeline.many.p50)} ms, p99 ${one(timeline.many.p99)} ms`,
      floor: `of 100: p50 ${one(timeline.few.p50)} ms, p99 ${one(timeline.few.p99)} ms`,
      ...{ ratio: timeline.ratio, target: 'ratio ≤ 2', met: timeline.ratio <= 2 },
    },
    ...imports.map(({ filesPerLanguage, seconds, perSecond, floorPerSecond, ratio, againSeconds }) => ({
      what: `import, ${whole(filesPerLanguage)} articles a language`,
      figure: `${whole(perSecond)}/s, ${one(seconds)} s; again ${one(againSeconds)} s`,
      floor: `read and rendered in one thread: ${whole(floorPerSecond)}/s`,
      ...{ ratio, target: '10,000 files < 60 s', met: perSecond > 10_000 / 60 },
    })),
    {
      what: 'npm start to first answer',
      figure: `${one(start.firstAnswerMs / 1_000)} s`,
      ...{ floor: '', ratio: null, target: '≤ 3 s', met: start.firstAnswerMs <= 3_000 },
    },
    {
      what: 'memory after 10,000 requests',
      figure: `${whole(memory.after10000)} MB`,
      floor: `after 500: ${whole(memory.after500)} MB`,
      ...{ ratio: memory.growth, target: '', met: null },
    },
    {
      what: 'memory after 30,000 requests',
      figure: `${whole(memory.after30000)} MB`,
      floor: `after 10,000: ${whole(memory.after10000)} MB`,
      ...{ ratio: memory.further, target: '', met: null },
    },
    {
      what: 'search in the demo’s articles',
      figure: `p50 ${one(search.p50Ms)} ms, p99 ${one(search.p99Ms)} ms`,
      ...{ floor: '', ratio: null, target: '', met: null },
    },
    {
      what: `Markdown made to cost time: ${markdown.slowest.name}`,
      figure: `${whole(markdown.slowest.ms)} ms, slowest of ${markdown.texts.length}`,
      floor: `ordinary Markdown as long: ${whole(markdown.ordinaryMs)} ms`,
      ...{ ratio: markdown.ratio, target: '< 250 ms', met: markdown.slowest.ms < 250 },
    },
    ...orderLines(orders),
    ...lookUps.map(lookUpLine),
    ...sizes.flatMap(sizeLines),
  ];
  printTable(figures);
  const logs = { touches, sealing, timeline };
  const measured = { tickets, ...logs, search, sizes, imports, markdown, orders, lookUps, article, start, memory };
  const results = { at: new Date().toISOString(), machine, ...measured };
  writeFileSync(join(import.meta.dirname, 'results.json'), `${JSON.stringify(results, null, 2)}\n`);
  const seconds = Math.round((performance.now() - began) / 1_000);
  console.log(
    `\n${machine.cores} × ${machine.processor}, load ${machine.loadBefore?.toFixed(1)} before; ${seconds} s.`,
  );
  console.log('All figures are in bench/results.json.');
  return 0;
}

/** What an order, a list and a search take among many, against the same among 1,000. */
function orderLines({ orders, account, few, many, ratio }: OrderFigures): Figure[] {
  const names = { list: 'list', deep: 'a page in the middle of the list', page: 'one order', find: 'search' } as const;
  return (['list', 'deep', 'page', 'find'] as const).map((what) => ({
    what: `${whole(orders)} orders, ${whole(account)} in the account: ${names[what]}`,
    figure: `p50 ${one(many[what].p50Ms)} ms, p99 ${one(many[what].p99Ms)} ms`,
    floor: `1,000 orders: p50 ${one(few[what].p50Ms)} ms, p99 ${one(few[what].p99Ms)} ms`,
    ratio: ratio[what],
    // A search reads the words of all orders of the account, so it grows with them.
    ...(what === 'find' ? { target: '', met: null } : { target: 'p99 ≤ 2', met: ratio[what] <= 2 }),
  }));
}

/** Whether somebody with a watch can tell right pairs of number and address from wrong ones. */
function lookUpLine({ database, pairs, auc, different }: LookUpFigures): Figure {
  const areas = Object.values(auc);
  const unlike = Math.max(...areas.map((area) => Math.abs(area - 0.5)));
  return {
    what: `orders looked up, ${database}, ${pairs} right and wrong pairs`,
    figure: `AUC ${areas.map((area) => area.toFixed(3)).join(', ')}; ${different} answers differ`,
    ...{ floor: '', ratio: null, target: 'AUC 0.45–0.55, none differs', met: unlike <= 0.05 && different === 0 },
  };
}

/** What there is to say of one number of articles. */
function sizeLines({ articles, importMs, lunr, meilisearch }: SizeFigures): Figure[] {
  const plain = { floor: '', ratio: null, target: '', met: null };
  const seconds = (ms: number): string => `${one(ms / 1_000)} s`;
  const times = ({ p50Ms, p99Ms }: { p50Ms: number; p99Ms: number }) => `p50 ${one(p50Ms)} ms, p99 ${one(p99Ms)} ms`;
  const many = whole(articles);
  const lines: Figure[] = [
    { what: `import of 2 × ${many} files`, figure: seconds(importMs), ...plain },
    {
      what: `lunr, 2 × ${many}: an edit is found`,
      figure: `${one(lunr.editMs)} ms`,
      ...{ floor: '', ratio: null, target: '≤ 1 s', met: lunr.editMs <= 1_000 },
    },
    {
      what: `lunr, 2 × ${many}: start from disk`,
      figure: seconds(lunr.startMs),
      floor: `built anew: ${seconds(lunr.indexMs)}`,
      ...{ ratio: lunr.startMs / lunr.indexMs, target: '', met: null },
    },
  ];
  const asked = { what: `lunr, 2 × ${many}: search`, figure: times(lunr) };
  if (!meilisearch) return [...lines, { ...asked, ...plain }];
  const { direct } = meilisearch;
  const floor = { floor: `Meilisearch asked directly: ${times(direct)}`, target: '', met: null };
  return [
    ...lines,
    { ...asked, ...floor, ratio: lunr.p50Ms / direct.p50Ms },
    {
      what: `Meilisearch, 2 × ${many}: search`,
      figure: times(meilisearch),
      ...{ ...floor, ratio: meilisearch.ratioP50 },
    },
    { what: `Meilisearch, 2 × ${many}: index`, figure: seconds(meilisearch.indexMs), ...plain },
    { what: `Meilisearch, 2 × ${many}: an edit is found`, figure: `${one(meilisearch.editMs)} ms`, ...plain },
  ];
}

function printTable(figures: readonly Figure[]): void {
  const rows = figures.map(({ what, figure, floor, ratio, target, met }) => [
    what,
    figure,
    floor,
    ratio === null ? '' : ratio.toFixed(2),
    `${target}${met === null ? '' : met ? ' ✓' : ' ✗'}`,
  ]);
  const all = [['', 'measured', 'floor', 'ratio', 'target'], ...rows];
  const wide = all[0]?.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0))) ?? [];
  console.log();
  for (const row of all)
    console.log(
      row
        .map((cell, column) => cell.padEnd(wide[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
}
