import { hash } from 'node:crypto';
import { z } from 'zod';
import type { Db } from '../platform/database/index.ts';
import { Park, type JobContext, type Queue } from '../platform/jobs/index.ts';
import { asRefusal } from '../platform/refusal.ts';
import { instant } from '../platform/runtime.ts';
import { numberKey } from './names.ts';
import { createOrderReader, type CheckedOrder } from './orderBody.ts';
import type { OrderSource, SourceContext } from './source.ts';
import { noteFailure, noteRead, readable, problemOf } from './sourceCursors.ts';
import { storeOrder, type Origin, type StoringDeps } from './store.ts';

/** How often each source is asked what has changed. */
const EVERY_MS = 60_000;
/** Orders of one page, which is one transaction. */
const PAGE = 100;
const PULL = 'orders.pull';
const FETCH = 'orders.fetch';

export interface PullingDeps extends StoringDeps {
  queue: Queue;
  log: { warn(details: object, message: string): void };
  sources: readonly OrderSource[];
}

/** What a source may answer; its orders are checked one by one. */
const pageAnswer = z.object({ orders: z.array(z.unknown()), cursor: z.string().max(4_000) });
const pullPayload = z.object({ source: z.string() });
const fetchPayload = z.object({ source: z.string(), number: z.string() });

interface Page {
  good: CheckedOrder[];
  /** Numbers of those that cannot be taken as they are. */
  refused: string[];
  cursor: string;
  isLast: boolean;
}

/**
 * Reads the sources that a site configures. One job reads one page, and writes its orders with the place to go on from in
 * one transaction, which a worker that has lost its lease cannot write; the jobs of one source stand in one lane, so two
 * workers never read it at once.
 */
export function createPulling(deps: PullingDeps) {
  const { database, runtime, queue, log, sources } = deps;
  const check = createOrderReader(() => runtime.now());
  const named = new Map(sources.map((source) => [source.name, source]));

  queue.handle(PULL, async (job, context) => {
    const source = named.get(pullPayload.parse(job.payload).source);
    if (!source) return; // the site does not name it any more
    const cursor = await cursorOf(database.db, source.name);
    try {
      const page = await readPage(source, cursor, context);
      await context.finish((tx) => writePage(tx, source.name, cursor, page));
    } catch (error) {
      if (isLeaseLost(error)) throw error;
      log.warn({ err: error, source: source.name }, 'an order source could not be read');
      await context.finish((tx) => noteFailure(tx, source.name, instant(runtime.now()), problemOf(error)));
    }
  });

  queue.handle(FETCH, async (job, { signal, fetch }) => {
    const { source: name, number } = fetchPayload.parse(job.payload);
    const source = named.get(name);
    const told = await source?.order(number, { signal, fetch });
    if (!told) return;
    const order = checked(told);
    if (Array.isArray(order)) throw new Park(`${name} tells of ${number} what cannot be taken: ${order.join(', ')}.`);
    const { outcome } = await database.transaction((tx) => storeOrder(tx, deps, originOf(name), order));
    if (outcome === 'foreign') throw new Park(`${number} of ${name} belongs to another source.`);
  });

  /** @returns the order, or the fields that cannot be taken. */
  function checked(told: unknown): CheckedOrder | string[] {
    try {
      return check(told);
    } catch (error) {
      const refusal = asRefusal(error);
      if (!refusal) throw error;
      return refusal.fields.map(({ field }) => field);
    }
  }

  async function readPage(
    source: OrderSource,
    cursor: string | null,
    { signal, fetch }: Pick<JobContext, keyof SourceContext>,
  ): Promise<Page> {
    const answer = await source.changesSince(cursor, { signal, fetch, limit: PAGE });
    const { orders, cursor: next } = pageAnswer.parse(answer);
    const good: CheckedOrder[] = [];
    const refused: string[] = [];
    for (const told of orders) {
      const order = checked(told);
      if (!Array.isArray(order)) good.push(order);
      else {
        log.warn({ source: source.name, fields: order }, 'an order of a source cannot be taken');
        const number = z.object({ number: z.string().trim().min(1).max(64) }).safeParse(told).data?.number;
        if (number !== undefined && numberKey(number) !== '') refused.push(number);
      }
    }
    return { good, refused, cursor: next, isLast: orders.length === 0 || next === cursor };
  }

  /** The page's orders, the place to go on from, and the job that does. */
  async function writePage(tx: Db, source: string, before: string | null, page: Page): Promise<void> {
    const refused = [...page.refused];
    for (const order of page.good) {
      const { outcome } = await storeOrder(tx, deps, originOf(source), order);
      if (outcome === 'foreign') refused.push(order.number);
    }
    await noteRead(tx, source, page.cursor, instant(runtime.now()));
    const place = hash('sha256', `${before ?? ''}\n${page.cursor}`).slice(0, 32);
    // Each is looked at by itself, and what stays wrong is parked for a person: it holds up no other.
    for (const number of new Set(refused)) {
      const key = `${FETCH}:${source}:${hash('sha256', number).slice(0, 32)}:${place}`;
      await queue.enqueue(tx, { kind: FETCH, key, payload: { source, number } });
    }
    if (page.isLast) return;
    await queue.enqueue(tx, {
      kind: PULL,
      key: `${PULL}:${source}:${instant(runtime.now())}:${place}`,
      ...{ subject: laneOf(source), payload: { source } },
    });
  }

  return {
    /**
     * Owes a reading of each source that is not resting after failures. Called as often as one likes: within a minute, and
     * over all processes, a source is read anew once.
     */
    async pull(): Promise<void> {
      const now = runtime.now();
      for (const { name } of sources) {
        if (!(await readable(database.db, name, now))) continue;
        const key = `${PULL}:${name}:${instant(Math.floor(now / EVERY_MS) * EVERY_MS)}`;
        await database.transaction((tx) =>
          queue.enqueue(tx, { kind: PULL, key, subject: laneOf(name), payload: { source: name } }),
        );
      }
    },
  };
}

const laneOf = (source: string): string => `${PULL}:${source}`;
const originOf = (source: string): Origin => ({ source, actor: `source:${source}` });

async function cursorOf(db: Db, source: string): Promise<string | null> {
  const row = await db.selectFrom('sourceCursor').select('cursor').where('source', '=', source).executeTakeFirst();
  return row?.cursor ?? null;
}

function isLeaseLost(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'lease_lost';
}
