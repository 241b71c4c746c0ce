import { z } from 'zod';
import type { Client, Viewer } from '../accounts/index.ts';
import type { Bridge } from '../crm-bridge/index.ts';
import type { Kb } from '../kb/index.ts';
import type { Asked, MintedView, Noted, Order, OrderViews, OrderWatch, RequestLook } from '../orders/index.ts';
import type { Database, Tx } from '../platform/database/index.ts';
import { readInput } from '../platform/fields/index.ts';
import type { Locale } from '../platform/i18n/index.ts';
import type { Queue } from '../platform/jobs/index.ts';
import { networkOf, type Limits } from '../platform/limits/index.ts';
import type { Log } from '../platform/log/index.ts';
import { asRefusal, Refusal } from '../platform/refusal.ts';
import type { Runtime } from '../platform/runtime.ts';
import { MOST_ARTICLES, type OrderPageView } from './orderPage.ts';
import type { Site } from './site.ts';

const HOUR = 3_600;
/** How often may be asked for one number, with one address, with one older link, and by one client. */
const rates = {
  number: { max: 10, windowSeconds: HOUR },
  address: { max: 10, windowSeconds: HOUR },
  link: { max: 10, windowSeconds: HOUR },
  client: { max: 30, windowSeconds: HOUR },
};
/**
 * The worker comes to a request only after its answer is out, and not at a moment that an asker could know: its work for
 * a right pair is more than for a wrong one, and nobody's time may tell.
 */
const DELAY = { atLeastMs: 400, jitterMs: 1_200 };
/** How long to wait after an outage. */
const OUTAGE_SECONDS = 30;

export interface OrderLookUpDeps {
  database: Database;
  runtime: Runtime;
  views: OrderViews;
  watch: Pick<OrderWatch, 'silentSince'>;
  kb: Pick<Kb, 'articlesAbout'>;
  bridge: Bridge;
  queue: Queue;
  limits: Limits;
  site: Site;
  log: Log;
}

/** Who asks, and in which language. */
export interface Asking {
  client: Client;
  locale: Locale;
}

/** What a link shows: its order, and what the viewer may read about it anyway. */
export interface LinkedOrder extends Omit<OrderPageView, 'tickets'> {
  expiresAt: string;
}

/** Seeing an order without an account. */
export interface OrderLookUp {
  /**
   * Asks for an order by its number and its address. The answer is the same for every pair.
   * @returns the request's id, for its page.
   * @throws Refusal `invalid`, `limited`, `busy` in an outage
   */
  ask(asking: Asking, input: unknown): Promise<{ request: string }>;
  /** The same once more. @throws Refusal `not_found` when the request is over, `limited`, `busy` */
  askAgain(asking: Asking, request: string): Promise<{ request: string }>;
  /** Asks for a new mail with a link that has run out, whatever it was. @throws Refusal `limited`, `busy` */
  renew(asking: Asking, token: string): Promise<{ request: string }>;
  /** What a request's page shows. @throws Refusal `busy` */
  look(request: string): Promise<RequestLook>;
  /** Types the six digits; null when they are not right, or not any more. @throws Refusal `invalid` on `code`, `busy` */
  enter(request: string, digits: string): Promise<MintedView | null>;
  /**
   * The order that a link shows.
   * @param touch whether somebody looks; robots and link previews are nobody's act.
   * @throws Refusal `not_found` for every token that shows nothing, `busy`
   */
  open(viewer: Viewer, token: string, options: { locale: Locale; touch: boolean }): Promise<LinkedOrder>;
}

export function createOrderLookUp(deps: OrderLookUpDeps): OrderLookUp {
  const { database, runtime, views, watch, kb, bridge, queue, limits, site, log } = deps;

  /** Limits are taken before anything is looked at, so that they refuse right and wrong pairs alike. */
  async function takeFrom(client: Client, on: readonly { name: keyof typeof rates; who: string }[]): Promise<void> {
    for (const { name, who } of [{ name: 'client', who: networkOf(client.address) } as const, ...on]) {
      await limits.take({ name: `look-up-${name}`, who, ...(site.limits.lookUps ?? rates[name]) });
    }
  }

  /** Writes a request down and owes its mail, whatever comes of it. */
  async function owe(note: (tx: Tx) => Promise<Noted>): Promise<{ request: string }> {
    return database.transaction(async (tx) => {
      const { id, request } = await note(tx);
      const jitter = Buffer.from(runtime.randomBytes(4)).readUInt32BE() / 2 ** 32;
      await queue.enqueue(tx, {
        ...{ kind: 'mail.order_view', key: `mail.order_view:${id}`, payload: { requestId: id } },
        runAt: runtime.now() + DELAY.atLeastMs + Math.floor(jitter * DELAY.jitterMs),
      });
      return { request };
    });
  }

  async function askFor({ client, locale }: Asking, asked: Asked): Promise<{ request: string }> {
    const { numberKey, typed } = asked;
    await takeFrom(client, [
      { name: 'number', who: numberKey },
      { name: 'address', who: typed.email },
    ]);
    return owe((tx) => views.note(tx, asked, locale));
  }

  async function renew({ client, locale }: Asking, token: string): Promise<{ request: string }> {
    await takeFrom(client, [{ name: 'link', who: token }]);
    return owe((tx) => views.noteAgain(tx, token, locale));
  }

  /** An outage is one whatever was asked for, and is said to be one; it tells nothing else. */
  async function orOutage<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (asRefusal(error)) throw error;
      log.error({ err: error }, 'an order cannot be looked up');
      throw new Refusal('busy', { retryAfterSeconds: OUTAGE_SECONDS });
    }
  }

  function noteViewed(order: Order, personId: string | null): void {
    bridge.touches.record({
      ...{ type: 'order.viewed', channel: 'web', direction: 'inbound', actor: 'customer', personId },
      body: { order: order.number, state: order.whereabouts.state, by: 'link' },
    });
  }

  return {
    ask: (asking, input) => orOutage(() => askFor(asking, views.read(input))),

    askAgain: (asking, request) =>
      orOutage(async () => {
        const before = await views.remember(request);
        if (!before) throw new Refusal('not_found');
        const wait = before.againAt - runtime.now();
        if (wait > 0) throw new Refusal('limited', { retryAfterSeconds: Math.ceil(wait / 1_000) });
        return 'link' in before.asked ? renew(asking, before.asked.link) : askFor(asking, before.asked);
      }),

    renew: (asking, token) => orOutage(() => renew(asking, token)),

    look: (request) => orOutage(() => views.look(request)),

    enter: (request, digits) => orOutage(() => views.enter(request, readInput(codeFields, { code: digits }).code)),

    open: (viewer, token, { locale, touch }) =>
      orOutage(async () => {
        const { order, personId, expiresAt } = await views.open(viewer, token);
        if (touch) noteViewed(order, personId);
        const [silentSince, articles] = await Promise.all([
          watch.silentSince(order),
          kb.articlesAbout(viewer, { locale, pieces: order.lines, limit: MOST_ARTICLES }),
        ]);
        return { order, silentSince, articles, expiresAt };
      }),
  };
}

/** `482 913`, in the digits of any keyboard. */
const codeFields = z.object({
  code: z
    .string({ error: 'errors.required' })
    .transform((text) => text.normalize('NFKC').replaceAll(/[\s\p{Dash}]+/gu, ''))
    .refine((text) => text !== '', { error: 'errors.required', abort: true })
    .refine((text) => /^\d{6}$/.test(text), { error: 'errors.sixDigits' }),
});
