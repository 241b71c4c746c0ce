import { randomInt } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { Agent, request, type OutgoingHttpHeaders } from 'node:http';
import { join } from 'node:path';
import { startPostgres } from '../scripts/postgres.mjs';
import { median, openApplication, secret, withFolder } from './temporary.ts';
import { startPortal } from './processes.ts';

/** Pairs of each kind, right and wrong. */
const PAIRS = 500;
const WARM_UP = 60;
/** The worker looks at a request within two seconds. */
const SETTLED_MS = 5_000;

/** What somebody without an account can time, for right and wrong pairs of number and address. */
export interface LookUpFigures {
  database: 'SQLite' | 'PostgreSQL';
  pairs: number;
  /** How often a right pair takes longer than a wrong one: 0.5 when nobody can tell. */
  auc: { ask: number; page: number; digits: number };
  /** The medians, in milliseconds. */
  askMs: { right: number; wrong: number };
  /** Answers that differed in status, headers or bytes beyond the request's own id. */
  different: number;
  /** Mails that were sent; right pairs get one. */
  mails: number;
}

interface Pair {
  kind: 'right' | 'wrong';
  number: string;
  email: string;
}

/**
 * Asks the running portal for 500 right and 500 wrong pairs over HTTP, in random order, one after the other as fast as they
 * are answered, while its worker sends the mails; then opens each page, and types wrong digits.
 */
export async function lookUpFigures(database: LookUpFigures['database']): Promise<LookUpFigures> {
  return withFolder(async (folder) => {
    const server = database === 'PostgreSQL' ? await startPostgres() : null;
    const databaseUrl = server?.url('postgres');
    try {
      await seed(folder, databaseUrl);
      const more = {
        TRUSTED_PROXIES: '127.0.0.1',
        WAYPOST_SECRET: secret,
        ...(databaseUrl && { DATABASE_URL: databaseUrl }),
      };
      const portal = await startPortal(folder, 'waypost start', more);
      try {
        return {
          database,
          ...(await measure(portal.url)),
          mails: readdirSync(join(folder, 'mail')).filter((name) => name.endsWith('.eml')).length,
        };
      } finally {
        await portal.stop();
      }
    } finally {
      await server?.stop();
    }
  });
}

/** Numbers and addresses of one length, so that what is typed takes the same to send. */
const pad = (n: number): string => String(n).padStart(5, '0');
const emailOf = (n: number): string => `customer-${pad(n)}@example.com`;
const strangerOf = (n: number): string => `stranger-${pad(n)}@example.com`;
/** Every other number exists, so that neither kind has the lower ones. */
const existing = (n: number): string => `KW-${pad(2 * n)}`;
const missing = (n: number): string => `KW-${pad(2 * n + 1)}`;

async function seed(folder: string, databaseUrl: string | undefined): Promise<void> {
  const app = await openApplication(folder, databaseUrl);
  const at = new Date(app.runtime.now() - 86_400_000).toISOString();
  const orders = Array.from({ length: 2 * (PAIRS + WARM_UP) }, (_, n) =>
    app.orders.check({
      number: existing(n),
      customer: { email: emailOf(n), name: `Customer ${n}` },
      ...{ state: 'shipped', placedAt: at, updatedAt: at, currency: 'EUR', total: '129.00' },
      lines: [{ sku: 'CH-12', name: 'Alder chair', quantity: '1', unitPrice: '129.00' }],
      ...{ shipments: [], invoices: [] },
    }),
  );
  await app.orders.store({ source: 'push:Bench', actor: 'system' }, orders);
  await app.close();
}

/** Wrong pairs are of every kind: a number that is none, an address that is none, and somebody else's order. */
function pairsOf(from: number, count: number): Pair[] {
  return Array.from({ length: count }, (_, index): Pair[] => {
    const n = from + index;
    const others = n + PAIRS + WARM_UP;
    const wrongs = [
      { number: missing(n), email: emailOf(n) },
      { number: existing(others), email: strangerOf(n) },
      { number: existing(others), email: emailOf(n) },
    ] as const;
    return [
      { kind: 'right', number: existing(n), email: emailOf(n) },
      { kind: 'wrong', ...wrongs[(n % 3) as 0 | 1 | 2] },
    ];
  }).flat();
}

async function measure(url: string): Promise<Omit<LookUpFigures, 'database' | 'mails'>> {
  const call = caller(url);
  for (const pair of shuffled(pairsOf(0, WARM_UP))) await typeDigits(call, pair, await ask(call, pair));
  const asked = await each(shuffled(pairsOf(WARM_UP, PAIRS)), async (pair) => ({
    pair,
    answer: await ask(call, pair),
  }));
  // The worker takes its time on purpose; afterwards the pages of both kinds are looked at again.
  await new Promise((resolve) => setTimeout(resolve, SETTLED_MS));
  const pages = await each(shuffled(asked), async ({ pair, answer }) => ({
    pair,
    answer: await open(call, pair, answer),
  }));
  const digits = await each(shuffled(asked), async ({ pair, answer }) => ({
    pair,
    answer: await typeDigits(call, pair, answer),
  }));
  call.end();
  const different = [asked, pages, digits].map((answers) => new Set(answers.map(({ answer }) => answer.seen)).size - 1);
  return {
    pairs: PAIRS,
    auc: { ask: auc(asked), page: auc(pages), digits: auc(digits) },
    askMs: { right: median(timesOf(asked, 'right')), wrong: median(timesOf(asked, 'wrong')) },
    different: different.reduce((sum, one) => sum + one, 0),
  };
}

interface Answer {
  ms: number;
  /** What a stranger sees of it, without what they typed and the request's own id. */
  seen: string;
  request: string;
}

type Timed = { pair: Pair; answer: Answer }[];
type Call = ReturnType<typeof caller>;

async function ask(call: Call, { number, email }: Pair): Promise<Answer> {
  const { ms, text } = await call.post('/en/orders/find', { number, email });
  const request = /find\/code\?request=([\w-]+)/.exec(text)?.[1];
  if (request === undefined) throw new Error(`Asking for an order was answered with ${text}`);
  return { ms, seen: text.replaceAll(request, '<request>'), request };
}

async function open(call: Call, pair: Pair, { request }: Answer): Promise<Answer> {
  const { ms, text } = await call.get(`/en/orders/find/code?request=${request}`);
  return { ms, seen: withoutTyped(text, pair, request), request };
}

async function typeDigits(call: Call, pair: Pair, { request }: Answer): Promise<Answer> {
  const { ms, text } = await call.post('/en/orders/find/code', { request, code: '000000' });
  return { ms, seen: withoutTyped(text, pair, request), request };
}

function withoutTyped(text: string, { number }: Pair, request: string): string {
  return text
    .replaceAll(request, '<request>')
    .replaceAll(number, '<number>')
    .replaceAll(/\w••@/g, '<address>@')
    .replaceAll(/\d\d:\d\d/g, '<time>');
}

/** One connection, each call from another client, as far as our own proxy says. */
function caller(url: string) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  let clients = 0;
  const send = (method: string, path: string, body: string): Promise<{ ms: number; text: string }> =>
    new Promise((resolve, reject) => {
      const n = (clients += 1);
      const headers: OutgoingHttpHeaders = {
        origin: url,
        'x-forwarded-for': `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`,
        ...(method === 'POST' && {
          'content-type': 'application/x-www-form-urlencoded',
          'content-length': body.length,
        }),
      };
      const began = performance.now();
      const sent = request(url + path, { method, agent, headers }, (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('end', () => {
          const ms = performance.now() - began;
          const told = Object.entries(response.headers).filter(([name]) => !['date', 'x-request-id'].includes(name));
          resolve({ ms, text: `${response.statusCode}\n${JSON.stringify(told)}\n${Buffer.concat(parts).toString()}` });
        });
      });
      sent.on('error', reject);
      sent.end(body);
    });
  return {
    get: (path: string) => send('GET', path, ''),
    post: (path: string, form: Record<string, string>) => send('POST', path, new URLSearchParams(form).toString()),
    end: () => agent.destroy(),
  };
}

async function each<Item, Result>(items: readonly Item[], work: (item: Item) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  for (const item of items) results.push(await work(item));
  return results;
}

function shuffled<Item>(items: readonly Item[]): Item[] {
  const all = [...items];
  for (let last = all.length - 1; last > 0; last--) {
    const other = randomInt(last + 1);
    [all[last], all[other]] = [all[other] as Item, all[last] as Item];
  }
  return all;
}

const timesOf = (answers: Timed, kind: Pair['kind']): number[] =>
  answers.filter(({ pair }) => pair.kind === kind).map(({ answer }) => answer.ms);

/** How often a right pair takes longer than a wrong one, ties half: the area under the ROC curve of whoever times them. */
function auc(answers: Timed): number {
  const wrong = timesOf(answers, 'wrong');
  const right = timesOf(answers, 'right');
  const wins = right.map((ms) => wrong.reduce((sum, other) => sum + (ms > other ? 1 : ms === other ? 0.5 : 0), 0));
  return wins.reduce((sum, one) => sum + one, 0) / (right.length * wrong.length);
}

/** `node bench/lookUps.ts`: this measurement alone. */
if (import.meta.main) {
  for (const database of ['SQLite', 'PostgreSQL'] as const) {
    const { auc: area, ...figures } = await lookUpFigures(database);
    console.log(JSON.stringify({ ...figures, auc: area }));
  }
}
