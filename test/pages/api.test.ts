import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { caller, type Answer, type Caller } from '../support/caller.ts';
import { startPortal, type TestPortal } from '../support/portal.ts';

let portal: TestPortal;
let mei: Caller;
let tom: Caller;
let nobody: Caller;
let partner: Record<string, string>;
let system: Record<string, string>;

beforeAll(async () => {
  portal = await startPortal();
  mei = caller(portal, await portal.person('Mei'));
  tom = caller(portal, await portal.person('Tom'));
  nobody = caller(portal);
  const operator = { kind: 'operator' } as const;
  const bearer = ({ key }: { key: string }) => ({ authorization: `Bearer ${key}` });
  partner = bearer(await portal.app.accounts.addKey(operator, { role: 'partner', name: 'DHL', carrier: 'DHL' }));
  system = bearer(await portal.app.accounts.addKey(operator, { role: 'system', name: 'ERP' }));
});
afterAll(() => portal.close());

const question = { subject: 'Two headboards are cracked', body: 'Six are perfect,\n\ntwo are split.', locale: 'en' };

type Definitions = Exclude<NonNullable<Parameters<typeof z.fromJSONSchema>[0]>, boolean>['$defs'] & {};

/** The answer, held against its schema in the interface's own description. */
function described<Body>(answer: Answer, schema: string): Body {
  const { schemas } = portal.app.api.openApi.components;
  const closed = JSON.stringify(schemas)
    .replaceAll('"format":"uri-reference"', '"minLength":1') // zod takes absolute ones alone
    .replaceAll('#/components/schemas/', '#/$defs/')
    .replaceAll('"type":"object"', '"type":"object","additionalProperties":false');
  const result = z
    .fromJSONSchema({ $ref: `#/$defs/${schema}`, $defs: JSON.parse(closed) as Definitions })
    .safeParse(JSON.parse(answer.text));
  expect(result.error?.issues, answer.text).toBeUndefined();
  expect(answer.headers.get('cache-control')).toBe('private, no-store');
  return JSON.parse(answer.text) as Body;
}

function problem(answer: Answer, status: number): { type: string; detail: string; fields: string[] } {
  expect(answer.status, answer.text).toBe(status);
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  const body = described<{ type: string; detail: string; errors?: { field: string }[] }>(answer, 'Problem');
  return { ...body, fields: (body.errors ?? []).map(({ field }) => field) };
}

describe('searching and reading', () => {
  it('answers with articles, how sure it is, and absolute addresses', async () => {
    const answer = await nobody.get('/api/v1/search?q=wobbly%20chair&locale=en&limit=2');
    const found = described<{ verdict: string; hits: { slug: string; url: string }[] }>(answer, 'SearchResult');
    expect(found.verdict).toBe('answered');
    expect(found.hits.length).toBeLessThanOrEqual(2);
    expect(found.hits[0]).toMatchObject({ slug: 'chair-wobbles', url: `${portal.url}/en/articles/chair-wobbles` });
  });

  it('takes the language from the browser when none is named, and refuses one that is not ours', async () => {
    const chinese = await nobody.get('/api/v1/search?q=椅子', { 'accept-language': 'zh-TW,en;q=0.5' });
    expect(described<{ locale: string }>(chinese, 'SearchResult').locale).toBe('zh-cn');
    expect(problem(await nobody.get('/api/v1/search?q=chair&locale=de'), 422).fields).toEqual(['locale']);
    expect(problem(await nobody.get('/api/v1/articles/chair-wobbles?locale=de'), 422).fields).toEqual(['locale']);
  });

  it.each([
    ['', 'q'],
    ['?q=%20', 'q'],
    [`?q=${'x'.repeat(201)}`, 'q'],
    ['?q=chair&limit=0', 'limit'],
    ['?q=chair&limit=2.5', 'limit'],
    ['?q=chair&limit=51', 'limit'],
  ])('names what it cannot take: %s', async (query, field) => {
    expect(problem(await nobody.get(`/api/v1/search${query}`), 422).fields).toEqual([field]);
  });

  it('a search is a touch, what is typed on the way to it is none', async () => {
    const agent = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0' };
    const count = async () => {
      await portal.app.bridge.touches.flush();
      return (await portal.app.database.db.selectFrom('touch').select('id').execute()).length;
    };
    const before = await count();
    await nobody.get('/api/v1/search?q=wob&suggest=1&locale=en', agent);
    expect(await count()).toBe(before);
    await nobody.get('/api/v1/search?q=wobbly&locale=en', agent);
    expect(await count()).toBe(before + 1);
  });

  it('gives an article as JSON or, asked for, as its source', async () => {
    const path = '/api/v1/articles/chair-wobbles?locale=en';
    const article = described<{ slug: string; html: string }>(await nobody.get(path), 'Article');
    expect(article).toMatchObject({ slug: 'chair-wobbles' });
    expect(article.html).toContain('<h2');
    const source = await nobody.get(path, { accept: 'text/markdown' });
    expect(source.headers.get('content-type')).toBe('text/markdown; charset=utf-8');
    expect(source.text).toContain('## ');
    expect((await nobody.get(path, { accept: 'application/json, text/markdown' })).text).toContain('"html"');
    problem(await nobody.get('/api/v1/articles/nothing?locale=en'), 404);
  });
});

describe('tickets', () => {
  it('are opened once for one key, listed, read and answered by their customer', async () => {
    const key = { 'idempotency-key': 'opened-once' };
    const answers = await Promise.all([1, 2].map(() => mei.json('/api/v1/tickets', question, key)));
    expect(answers.map(({ status }) => status)).toEqual([201, 201]);
    const [first, second] = answers.map((answer) => described<{ number: string }>(answer, 'OpenedTicket'));
    expect(second).toEqual(first);
    const number = first?.number ?? '';
    expect(answers[0]?.location).toBe(`/api/v1/tickets/${number}`);

    const list = described<{ tickets: { number: string }[] }>(await mei.get('/api/v1/tickets'), 'TicketList');
    expect(list.tickets.map((ticket) => ticket.number)).toEqual([number]);

    const written = await mei.json(`/api/v1/tickets/${number}/messages`, { body: 'Still split.' }, key);
    expect(written.status).toBe(201);
    described(written, 'WrittenMessage');
    const read = await mei.get(answers[0]?.location ?? '');
    const ticket = described<{ messages: { from: string; body: string }[] }>(read, 'Ticket');
    expect(ticket.messages.map(({ from, body }) => [from, body])).toEqual([
      ['customer', question.body],
      ['customer', 'Still split.'],
    ]);
    expect(problem(await mei.json('/api/v1/tickets', { ...question, body: 'Other' }, key), 409).fields).toEqual([
      'Idempotency-Key',
    ]);
  });

  it('page by a cursor', async () => {
    const lea = caller(portal, await portal.person('Lea'));
    for (let count = 0; count < 21; count++)
      await lea.json('/api/v1/tickets', { ...question, subject: `No. ${count}` });
    type List = { tickets: { number: string }[]; next: string | null };
    const first = described<List>(await lea.get('/api/v1/tickets'), 'TicketList');
    expect(first.tickets).toHaveLength(20);
    const rest = await lea.get(`/api/v1/tickets?cursor=${encodeURIComponent(first.next ?? '')}`);
    const second = described<List>(rest, 'TicketList');
    expect(second).toMatchObject({ next: null });
    expect(new Set([...first.tickets, ...second.tickets].map(({ number }) => number)).size).toBe(21);
  });

  it('of others look like unknown ones; nobody signed in is told so; machines may not read them', async () => {
    const { number } = described<{ number: string }>(await mei.json('/api/v1/tickets', question), 'OpenedTicket');
    for (const path of [`/api/v1/tickets/${number}`, '/api/v1/tickets/W-999999', '/api/v1/tickets/x']) {
      const { type, detail } = problem(await tom.get(path), 404);
      expect([type, detail]).toEqual(['/problems/not_found', expect.stringContaining('not yours')]);
      problem(await tom.json(`${path}/messages`, { body: 'x' }), 404);
      problem(await nobody.get(path), 401);
      problem(await nobody.json(`${path}/messages`, { body: 'x' }), 401);
      problem(await nobody.get(path, partner), 403);
    }
    problem(await nobody.get('/api/v1/tickets'), 401);
    problem(await nobody.get('/api/v1/tickets', system), 403);
    problem(await nobody.get('/api/v1/tickets', { authorization: 'Bearer wp_unknown' }), 401);
  });

  it('may be opened by guests and by systems for the address they name, by partners never', async () => {
    const named = { ...question, email: 'guest@hotel.example' };
    expect(problem(await nobody.json('/api/v1/tickets', question), 422).fields).toEqual(['email']);
    expect((await nobody.json('/api/v1/tickets', named)).status).toBe(201);
    expect((await nobody.json('/api/v1/tickets', named, system)).status).toBe(201);
    problem(await nobody.json('/api/v1/tickets', named, partner), 403);
    problem(await nobody.json('/api/v1/tickets', 'garbage', partner), 403);
  });

  it.each([
    [{ ...question, subject: 12 }, ['subject']],
    [{ ...question, body: ['x'] }, ['body']],
    [{ ...question, order: { number: 'x' } }, ['order']],
    [{ ...question, inquiry: 'short' }, ['inquiry']],
    [{ ...question, locale: 'fr' }, ['locale']],
    [{ ...question, locale: 1 }, ['locale']],
    [{}, ['subject', 'body']],
  ])('with a field that cannot be taken are refused by its name: %j', async (body, fields) => {
    expect(problem(await mei.json('/api/v1/tickets', body), 422).fields).toEqual(fields);
  });

  it('are not read out of what is no JSON object', async () => {
    const send = async (body: string, type: string) => {
      const response = await fetch(`${portal.url}/api/v1/tickets`, {
        method: 'POST',
        body,
        headers: { 'content-type': type },
      });
      return { status: response.status, headers: response.headers, location: null, text: await response.text() };
    };
    for (const garbage of ['{"subject":', '', 'null', '[1]', '"text"', '7']) {
      problem(await send(garbage, 'application/json'), 400);
    }
    problem(await send('hello', 'text/plain'), 415);
    problem(await send('subject=a&body=b', 'application/x-www-form-urlencoded'), 415);
  });
});

it('says what is wrong in the language that was asked for, under a type that stays', async () => {
  const chinese = { 'accept-language': 'zh-CN' };
  const told = async (answer: Promise<Answer>) => {
    const { type, title, detail } = JSON.parse((await answer).text) as Record<string, string>;
    return [type, title, detail].map((words) => (/\p{Script=Han}/u.test(words ?? '') ? 'Chinese' : words));
  };
  const path = '/api/v1/articles/nothing';
  const inChinese = ['/problems/not_found', 'Chinese', 'Chinese'];
  expect(await told(nobody.get(path, chinese))).toEqual(inChinese);
  expect(await told(nobody.get(`${path}?locale=zh-cn`))).toEqual(inChinese);
  expect(await told(nobody.get(`${path}?locale=en`, chinese))).toEqual([
    '/problems/not_found',
    'Not found',
    expect.stringMatching(/^There is nothing at this address/),
  ]);
  // What the front itself turns away, and what more is known than the code says.
  const garbage = (headers: Record<string, string>) => nobody.json('/api/v1/tickets', 'text', headers);
  expect(await told(garbage(chinese))).toEqual(['/problems/malformed', 'Chinese', 'Chinese']);
  expect(await told(garbage({}))).toEqual(['/problems/malformed', 'Not readable', 'The body is not a JSON object.']);
  expect(await told(nobody.json('/api/v1/tickets', {}, { ...chinese, 'content-encoding': 'gzip' }))).toEqual([
    '/problems/unsupported',
    'Chinese',
    'Chinese',
  ]);
});

it('says what is not there in its own words', async () => {
  problem(await nobody.get('/api/v1/nothing'), 404);
  problem(await nobody.get('/api/nothing'), 404);
  problem(await nobody.json('/api/v1/search', {}), 405);
});

it('is described at its own address', async () => {
  const answer = await nobody.get('/api/v1/openapi.json');
  expect(JSON.parse(answer.text)).toEqual(portal.app.api.openApi);
});
