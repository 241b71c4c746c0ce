import { AsyncLocalStorage } from 'node:async_hooks';
import type { KyselyPlugin } from 'kysely';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Tx } from '../../src/platform/database/index.ts';
import { addOrder, hurry, tokenIn } from '../app/orderLookUpSetup.ts';
import { caller, type Answer } from '../support/caller.ts';
import { readMail } from '../support/mail.ts';
import { startPortal, type TestPortal } from '../support/portal.ts';
import { filledDatabase } from '../support/postgres.ts';

// Hundreds of calls: only a hang takes this long, however busy the machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const PAIRS = 20;
const generous = { max: 1_000_000, windowSeconds: 60 };

/** Headers that say nothing but when, and which request it was. */
const OF_THE_MOMENT = new Set(['date', 'x-request-id', 'keep-alive', 'connection', 'retry-after']);

describe.each(['SQLite', 'PostgreSQL'])('an order looked up over HTTP (%s)', (name) => {
  let portal: TestPortal;
  const logged: string[] = [];
  beforeAll(async () => {
    portal = await startPortal({
      ...(name === 'PostgreSQL' && { databaseUrl: await filledDatabase() }),
      site: { limits: { lookUps: generous } },
      log: (line) => void logged.push(line),
    });
    for (let n = 0; n < 2 * PAIRS; n++) await addOrder(portal.app, { number: number(n), email: email(n) });
  });
  afterAll(() => portal.close());

  const number = (n: number): string => `KW-${String(10_000 + n)}`;
  const email = (n: number): string => `mei-${String(n).padStart(3, '0')}@harbour.example`;
  const pairs = Array.from({ length: PAIRS }, (_, n) => ({
    right: { number: number(n), email: email(n) },
    unknown: { number: number(90_000 - 10_000 - n), email: email(n) },
    stranger: { number: number(n), email: email(n).replace('mei', 'eve') },
    others: { number: number(n + PAIRS), email: email(n) },
  }));

  async function ask(form: { number: string; email: string }): Promise<{ answer: Answer; request: string }> {
    const answer = await caller(portal).post('/en/orders/find', form);
    return { answer, request: /request=([\w-]{32})$/.exec(answer.location ?? '')?.[1] ?? '' };
  }

  /** An answer as a stranger sees it, without what they typed and the request's own id. */
  function seen({ status, headers, text }: Answer, request: string, typed: { number: string }): string {
    const told = [...headers].filter(([header]) => !OF_THE_MOMENT.has(header));
    return JSON.stringify([status, told, text])
      .replaceAll(request, '<request>')
      .replaceAll(typed.number, '<number>')
      .replaceAll(/\d\d:\d\d/g, '<time>');
  }

  /** Counts what the database is asked on behalf of some work, in transactions and outside. */
  async function counted(work: () => Promise<unknown>): Promise<number> {
    const { database } = portal.app;
    const { db, transaction } = database;
    // Others ask it meanwhile: the search follows the articles.
    const mine = new AsyncLocalStorage<{ asked: number }>();
    const counting: KyselyPlugin = {
      transformQuery: ({ node }) => node,
      transformResult: async ({ result }) => {
        const counter = mine.getStore();
        if (counter) counter.asked += 1;
        return result;
      },
    };
    Object.assign(database, {
      db: db.withPlugin(counting),
      transaction: (body: (tx: Tx) => Promise<unknown>) =>
        transaction((tx) => body(tx.withPlugin(counting) as unknown as Tx)),
    });
    const counter = { asked: 0 };
    await mine.run(counter, work);
    Object.assign(database, { db, transaction });
    return counter.asked;
  }

  it('answers right, wrong and another’s pairs with the same status, headers and bytes, at each step', async () => {
    const steps = {
      asked: new Set<string>(),
      page: new Set<string>(),
      early: new Set<string>(),
      digits: new Set<string>(),
      again: new Set<string>(),
    };
    const all = pairs.flatMap((pair) => Object.values(pair)).toSorted(() => Math.random() - 0.5);
    const requests: { request: string; typed: (typeof all)[number] }[] = [];
    const me = caller(portal);
    for (const typed of all) {
      const { answer, request } = await ask(typed);
      expect(request).toHaveLength(32);
      steps.asked.add(seen(answer, request, typed));
      steps.early.add(seen(await me.post('/en/orders/find/code', { request, code: '000000' }), request, typed));
      requests.push({ request, typed });
    }
    await hurry(portal.app);
    await portal.app.queue.runDue();
    for (const { request, typed } of requests) {
      const masked = (answer: Answer) => seen(answer, request, typed).replaceAll(/[em]••@/g, '••@');
      steps.page.add(masked(await me.get(`/en/orders/find/code?request=${request}`)));
      steps.digits.add(masked(await me.post('/en/orders/find/code', { request, code: '000000' })));
      steps.again.add(masked(await me.post('/en/orders/find/code', { request, intent: 'again' })));
    }
    const early = new Set([...steps.early].map((answer) => answer.replaceAll(/[em]••@/g, '••@')));
    expect({
      ...Object.fromEntries(Object.entries(steps).map(([step, answers]) => [step, answers.size])),
      early: early.size,
    }).toEqual({
      ...{ asked: 1, page: 1, early: 1, digits: 1, again: 1 },
    });
    const sent = portal
      .mails()
      .map(readMail)
      .filter(({ subject }) => subject.startsWith('Your order KW-'));
    expect(sent.map(({ to }) => to).toSorted()).toEqual(pairs.map(({ right }) => right.email));
  });

  it('asks the database as much for each of them', async () => {
    const counts: Record<string, Set<number>> = { ask: new Set(), page: new Set(), digits: new Set() };
    for (const pair of pairs.slice(0, 3)) {
      for (const typed of Object.values(pair)) {
        let request = '';
        const { orderLookUp } = portal.app;
        const client = { address: '192.0.2.9', userAgent: null };
        counts['ask']?.add(
          await counted(async () => ({ request } = await orderLookUp.ask({ client, locale: 'en' }, typed))),
        );
        await hurry(portal.app);
        await portal.app.queue.runDue();
        counts['page']?.add(await counted(() => orderLookUp.look(request)));
        counts['digits']?.add(await counted(() => orderLookUp.enter(request, '000000')));
      }
    }
    expect(Object.values(counts).map((each) => each.size)).toEqual([1, 1, 1]);
    expect([...(counts['ask'] ?? [])][0]).toBeGreaterThanOrEqual(5); // it counts at all
  });

  it('shows the order behind the link, to whoever holds it, uncached and unindexed, and says the token to nobody else', async () => {
    const sent = portal
      .mails()
      .map(readMail)
      .filter(({ to }) => to === email(0));
    const token = tokenIn(sent.at(-1));
    const me = caller(portal);
    const shown = await me.get(`/en/orders/view/${token}`);
    expect(shown.status).toBe(200);
    expect(shown.text).toContain(number(0));
    expect(shown.text).toContain('12 Harbour Lane');
    expect(shown.text).toContain('F-2231');
    expect(shown.text).toContain('<meta name="robots" content="noindex">');
    expect(shown.headers.get('cache-control')).toBe('private, no-store');
    expect(shown.headers.get('referrer-policy')).toBe('same-origin');
    expect(shown.headers.get('set-cookie')).toBeNull();
    for (const [, href] of shown.text.matchAll(/(?:href|src|action)="([^"]*)"/g))
      if (href?.includes(token)) expect(href).toMatch(/^\/(?:en|zh-cn)\/orders\/view\//);
    // It signs nobody in.
    expect((await me.get('/en/tickets')).status).toBe(303);
    const over = await Promise.all(
      ['v1-unknown', token.slice(0, -1), 'a%00b', '%ff', 'x'.repeat(3_000)].map((other) =>
        me.get(`/en/orders/view/${other}`),
      ),
    );
    expect(over.slice(0, 2).map(({ status }) => status)).toEqual([410, 410]);
    expect(over.every(({ status }) => status >= 400 && status < 500)).toBe(true);
    const bytes = (answer: Answer | undefined, other: string) => answer?.text.replaceAll(other, '<token>');
    expect(bytes(over[0], 'v1-unknown')).toBe(bytes(over[1], token.slice(0, -1)));
    const lines = logged.join('\n');
    expect(lines).toContain('/[locale]/orders/view/[token]');
    expect(lines).not.toContain(token);
    expect(lines).not.toContain(token.slice(3, -1));
    expect(lines).not.toContain(email(0));
  });

  it('says an outage in its own words, and the same for all', async () => {
    const { schema } = portal.app.database.db;
    await schema.alterTable('order_view_request').renameTo('order_view_request_away').execute();
    const answers = await Promise.all(
      [pairs[0]?.right, pairs[0]?.unknown].map((typed) => ask(typed ?? { number: '', email: '' })),
    );
    const page = await caller(portal).get(`/zh-cn/orders/find/code?request=${'a'.repeat(32)}`);
    await schema.alterTable('order_view_request_away').renameTo('order_view_request').execute();
    for (const { answer } of answers) {
      expect(answer.status).toBe(503);
      expect(answer.headers.get('retry-after')).toBe('30');
      expect(answer.text).toContain('Orders cannot be looked up right now');
      expect(answer.text).toContain(email(0)); // what was typed is still there
    }
    expect(page.status).toBe(503);
    expect(page.text).toContain('现在查不了订单');
  });
});
