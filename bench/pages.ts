import { join } from 'node:path';
import { loadOf, startBare, startPortal } from './processes.ts';
import { median, times, withFolder } from './temporary.ts';

const CONNECTIONS = 10;
const SECONDS = 4;
const RUNS = 3;
const STARTS = 3;
const ARTICLE = '/en/articles/chair-wobbles';
const MAIN_PAGES = [
  '/en',
  '/zh-cn',
  ARTICLE,
  '/en/search?q=wobbles',
  '/en/ask',
  '/en/tickets',
  '/en/sign-in',
  '/api/v1/search?q=oil&locale=en',
];

export interface PageFigures {
  article: {
    path: string;
    bytes: number;
    perSecond: number;
    barePerSecond: number;
    ratio: number;
    p50Ms: number;
    p99Ms: number;
  };
  start: { firstAnswerMs: number };
  /** `growth` from 500 requests to 10,000, `further` from there to 30,000: what fills up once ends, what leaks goes on. */
  memory: { after500: number; after10000: number; after30000: number; growth: number; further: number };
}

/** Everything that is measured against the real portal process, on one data folder with the demo company. */
export async function pageFigures(): Promise<PageFigures> {
  return withFolder(async (folder) => {
    const data = join(folder, 'data');
    await (await startPortal(data)).stop();
    return { start: await start(data), article: await articlePage(data), memory: await memory(data) };
  });
}

/** From `npm start` on a filled data folder to the first page. */
async function start(data: string): Promise<PageFigures['start']> {
  const took = await times(STARTS, async () => {
    const portal = await startPortal(data, 'npm start');
    await portal.stop();
    return portal.firstAnswerMs;
  });
  return { firstAnswerMs: median(took) };
}

/** An article for a stranger, each visit a touch, against a server that only sends the same bytes. */
async function articlePage(data: string): Promise<PageFigures['article']> {
  const portal = await startPortal(data);
  const page = await fetch(portal.url + ARTICLE, { headers: { 'accept-encoding': 'identity' } });
  const body = Buffer.from(await page.arrayBuffer());
  const own = new Set(['connection', 'keep-alive', 'date', 'transfer-encoding']);
  const headers = [...page.headers].filter(([name]) => !own.has(name));
  const bare = await startBare(page.status, headers, body);
  try {
    await loadOf(portal.url + ARTICLE, CONNECTIONS, 2);
    const runs = await times(RUNS, async () => ({
      bare: await loadOf(bare.url, CONNECTIONS, SECONDS),
      portal: await loadOf(portal.url + ARTICLE, CONNECTIONS, SECONDS),
    }));
    return {
      path: ARTICLE,
      bytes: body.length,
      perSecond: median(runs.map((run) => run.portal.requestsPerSecond)),
      barePerSecond: median(runs.map((run) => run.bare.requestsPerSecond)),
      ratio: median(runs.map((run) => run.portal.requestsPerSecond / run.bare.requestsPerSecond)),
      p50Ms: median(runs.map((run) => run.portal.p50Ms)),
      p99Ms: median(runs.map((run) => run.portal.p99Ms)),
    };
  } finally {
    await bare.stop();
    await portal.stop();
  }
}

/** Resident memory in megabytes after some requests and after many, over the main pages. */
async function memory(data: string): Promise<PageFigures['memory']> {
  const portal = await startPortal(data);
  let asked = 0;
  const askUntil = async (count: number): Promise<number> => {
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        while (asked < count) {
          const path = MAIN_PAGES[asked % MAIN_PAGES.length] ?? '/en';
          asked += 1;
          const response = await fetch(portal.url + path, { redirect: 'manual' });
          await response.arrayBuffer();
          if (response.status >= 400) throw new Error(`${path} answered ${response.status}`);
        }
      }),
    );
    // Long enough for gathered touches to be written and for the collector to see them.
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    return portal.memory();
  };
  try {
    const after500 = await askUntil(500);
    const after10000 = await askUntil(10_000);
    const after30000 = await askUntil(30_000);
    const [growth, further] = [after10000 / after500, after30000 / after10000];
    return { after500, after10000, after30000, growth, further };
  } finally {
    await portal.stop();
  }
}
