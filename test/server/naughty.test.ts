import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { caller, type Answer, type Caller } from '../support/caller.ts';
import { openDocuments } from '../support/documents.ts';
import { claimingHeaders, naughtyStrings, waysFor } from '../support/naughty.ts';
import { startPortal, type TestPerson, type TestPortal } from '../support/portal.ts';
import { filledDatabase } from '../support/postgres.ts';

const all = naughtyStrings();
const MINUTES = { timeout: 180_000 };

let documents: Awaited<ReturnType<typeof openDocuments>>;
beforeAll(async () => {
  documents = await openDocuments();
});
afterAll(() => documents.close());

/** As a form sends it and the portal keeps it: without halves of surrogate pairs, line feeds alone. */
const asSent = (text: string): string => text.toWellFormed().replaceAll('\r\n', '\n');

/** A browser's parser takes CR for LF, and NUL for a replacement. */
const asParsed = (text: string): string => text.toWellFormed().replaceAll(/\r\n?/g, '\n');

const isChinese = (text: string): boolean => /\p{Script=Han}/u.test(text);

/** Says what is wrong with an answer that must never be given, whatever was sent. */
function outrage(text: string, { status, location, text: body }: Answer): string[] {
  const what = JSON.stringify(text);
  return [
    ...(status >= 500 ? [`${what}: ${status}`] : []),
    ...(location !== null && !/^\/(?![/\\])/.test(location) ? [`${what}: leads to ${location}`] : []),
    ...(/errors\.\w+|\{label\}|\[object /.test(body) ? [`${what}: raw words on the page`] : []),
  ];
}

/** Some at once, so that the whole list takes seconds. */
async function each<Item>(items: readonly Item[], work: (item: Item, index: number) => Promise<void>): Promise<void> {
  const left = [...items.entries()];
  const worker = async (): Promise<void> => {
    for (let next = left.shift(); next; next = left.shift()) await work(next[1], next[0]);
  };
  await Promise.all(Array.from({ length: 6 }, worker));
}

describe.for(['SQLite', 'PostgreSQL'])('strings that break text handling, on %s', (dialect) => {
  // What differs between the databases shows with a part of them.
  const naughty = dialect === 'SQLite' ? all : all.filter((_, index) => waysFor(index, [0], 12).length > 0);
  let portal: TestPortal;
  let mei: TestPerson;
  let customer: Caller;
  let agent: Caller;
  let guest: Caller;
  beforeAll(async () => {
    portal = await startPortal(dialect === 'PostgreSQL' ? { databaseUrl: await filledDatabase() } : {});
    mei = await portal.person('Mei Lin');
    customer = caller(portal, mei);
    agent = caller(portal, await portal.person('Ravi Menon', 'agent'));
    guest = caller(portal);
  });
  afterAll(() => portal.close());

  /** Sends a form, and once more without the fields that were refused in words. @returns the refused fields. */
  async function send(who: Caller, path: string, form: Record<string, string>, locale: 'en' | 'zh-cn') {
    const answer = await who.post(path, form);
    const sent = Object.values(form).join('');
    expect(outrage(sent, answer)).toEqual([]);
    if (answer.status === 400) {
      expect([sent, isChinese((await documents.read(answer.text)).text)]).toEqual([sent, locale === 'zh-cn']);
      return { answer, refused: Object.keys(form) };
    }
    if (answer.status !== 422) return { answer, refused: [] };
    const { faults, marked, fields, lang } = await documents.read(answer.text);
    expect(lang).toBe(locale === 'en' ? 'en' : 'zh-CN');
    const refused = Object.keys(faults);
    expect(Object.keys(form)).toEqual(expect.arrayContaining(refused));
    expect(marked).toEqual(expect.arrayContaining(refused));
    for (const message of Object.values(faults)) expect([sent, isChinese(message)]).toEqual([sent, locale === 'zh-cn']);
    for (const [name, value] of Object.entries(form)) {
      if (fields[name] && name !== 'password') expect(fields[name]).toContain(asParsed(value));
    }
    return { answer, refused };
  }

  async function openTicket(): Promise<string> {
    const { text } = await customer.json('/api/v1/tickets', { subject: 'x', body: 'x' });
    return (JSON.parse(text) as { number: string }).number;
  }

  /** Several tickets to write in: the page that answers each message shows the whole thread. */
  async function openTickets(): Promise<(index: number) => string> {
    const numbers: string[] = [];
    for (let at = 0; at < naughty.length; at += 40) numbers.push(await openTicket());
    return (index) => numbers[Math.floor(index / 40)] ?? '';
  }

  it('stay in a form that comes back', MINUTES, async () => {
    await each(naughty, async (text, index) => {
      if (waysFor(index, [0], 3).length === 0) return;
      const form = { intent: 'suggest', subject: text, body: text, name: text, email: text, order: text };
      const answer = await guest.post('/en/ask', form);
      expect(outrage(text, answer)).toEqual([]);
      if (text.includes('\0')) return expect(answer.status).toBe(400);
      expect([text, answer.status]).toEqual([text, 200]);
      const { fields } = await documents.read(answer.text);
      const { subject, body, name, email, order } = fields;
      const typed = asParsed(text);
      expect({ subject, body, name, email, order }).toEqual({
        subject: [typed],
        body: [typed],
        name: [typed],
        email: [typed],
        order: [typed],
      });
    });
  });

  it('come back byte-equal as subject, message and order number, or are refused in words', MINUTES, async () => {
    const kept: { number: string; subject: string; body: string; order: string }[] = [];
    await each(naughty, async (text) => {
      let form = { subject: text, body: text, order: text };
      let { answer, refused } = await send(customer, '/en/ask', form, 'en');
      if (refused.length > 0) {
        form = { ...form, ...Object.fromEntries(refused.map((name) => [name, 'plain'])) };
        ({ answer, refused } = await send(customer, '/en/ask', form, 'en'));
      }
      expect([text, answer.status, refused]).toEqual([text, 303, []]);
      kept.push({ number: /W-\d+/.exec(answer.location ?? '')?.[0] ?? '', ...form });
    });
    const refusedOnce = kept.filter(({ subject }) => subject === 'plain').length;
    // Our own list is mostly of what is refused; of the corpus hardly anything may be.
    expect(kept.length - refusedOnce).toBeGreaterThan(naughty.length * (naughty.length > 100 ? 0.8 : 0.5));
    // What stands in the lists, as JSON and as pages, oldest ones last.
    const listed = new Map<string, { subject: string; order: string | null }>();
    for (let next: string | null = ''; next !== null;) {
      const { text } = await customer.get(`/api/v1/tickets?cursor=${encodeURIComponent(next)}`);
      const page = JSON.parse(text) as { tickets: { number: string; subject: string; order: string }[]; next: string };
      for (const ticket of page.tickets) listed.set(ticket.number, ticket);
      next = page.next;
    }
    for (const { number, subject, order } of kept) {
      expect(listed.get(number)).toMatchObject({
        subject: asSent(subject),
        order: order === '' ? null : asSent(order),
      });
    }
    await each(kept, async ({ number, subject, body, order }, index) => {
      if (waysFor(index, [0], 3).length === 0) return;
      const page = await documents.read((await customer.get(`/en/tickets/${number}`)).text);
      expect(page.headings).toEqual([asSent(subject)]);
      expect(page.messages).toEqual([asSent(body)]);
      if (order !== '') expect(page.text).toContain(asSent(order));
    });
  });

  it('come back byte-equal through JSON, or are refused naming the field', MINUTES, async () => {
    const ticketFor = await openTickets();
    const bodies = new Map<string, string>();
    await each(naughty, async (text, index) => {
      const said = await customer.json(`/api/v1/tickets/${ticketFor(index)}/messages`, { body: text });
      expect(outrage(text, said)).toEqual([]);
      const problem = JSON.parse(said.text) as { id?: string; errors?: { field: string; message: string }[] };
      if (said.status === 201) bodies.set(problem.id ?? '', text);
      else expect([text, said.status, problem.errors?.map(({ field }) => field)]).toEqual([text, 422, ['body']]);

      const opened = await guest.json(
        '/api/v1/tickets',
        { subject: text, body: text, email: text, name: text, order: text, inquiry: text, locale: 'zh-cn' },
        { 'accept-language': 'zh-CN' },
      );
      expect(outrage(text, opened)).toEqual([]);
      expect([text, opened.status]).toEqual([text, 422]);
      const { errors } = JSON.parse(opened.text) as { errors: { field: string; message: string }[] };
      expect(errors.map(({ field }) => field)).toContain('email');
      for (const { message } of errors) expect([text, isChinese(message)]).toEqual([text, true]);
    });
    let stored = 0;
    for (const number of new Set(naughty.map((_, index) => ticketFor(index)))) {
      const read = JSON.parse((await customer.get(`/api/v1/tickets/${number}`)).text) as {
        messages: { id: string; body: string }[];
      };
      for (const { id, body } of read.messages.slice(1)) expect(body).toBe(bodies.get(id)?.replaceAll('\r\n', '\n'));
      stored += read.messages.length - 1;
      const page = await documents.read((await customer.get(`/en/tickets/${number}`)).text);
      expect(page.messages).toEqual(read.messages.map(({ body }) => body));
    }
    expect(stored).toBe(bodies.size);
  });

  it('come back byte-equal from the desk as reply and as note', MINUTES, async () => {
    const ticketFor = await openTickets();
    const other = await openTicket();
    const sent = new Map<string, Record<'customer' | 'staff', string[]>>();
    await each(naughty, async (text, index) => {
      const number = ticketFor(index);
      const kept = sent.get(number) ?? { customer: [], staff: [] };
      sent.set(number, kept);
      for (const visibility of waysFor(index, ['customer', 'staff'] as const, 2)) {
        const form = { intent: 'write', visibility, body: text, then: 'open' };
        const { refused } = await send(agent, `/staff/tickets/${number}`, form, 'en');
        if (refused.length === 0) kept[visibility].push(asSent(text));
      }
      const forms = [
        { intent: 'state', state: text },
        { intent: 'assign', assignee: text },
        { intent: text, visibility: text, body: text, then: text, key: text },
      ];
      for (const form of waysFor(index, forms, 3)) {
        expect(outrage(text, await agent.post(`/staff/tickets/${other}`, form))).toEqual([]);
      }
    });
    for (const [number, kept] of sent) {
      const bodies = (await documents.read((await agent.get(`/staff/tickets/${number}`)).text)).messages;
      for (const text of [...kept.customer, ...kept.staff]) expect(bodies).toContain(text);
      const seen = JSON.parse((await customer.get(`/api/v1/tickets/${number}`)).text) as {
        messages: { body: string }[];
      };
      const read = seen.messages.slice(1).map(({ body }) => body);
      expect(read.toSorted()).toEqual(kept.customer.toSorted());
    }
  });

  it('are searched for as typed', MINUTES, async () => {
    const onPage = async (text: string, q: string): Promise<void> => {
      const page = await guest.get(`/zh-cn/search?q=${q}`);
      expect(outrage(text, page)).toEqual([]);
      if (page.status === 400) return expect(text).toContain('\0');
      const read = await documents.read(page.text);
      expect(new Set(read.fields['q'])).toEqual(new Set([asParsed(text)]));
      if (page.status !== 200) expect([text, page.status, isChinese(read.text)]).toEqual([text, 422, true]);
    };
    const asJson = async (text: string, q: string): Promise<void> => {
      const json = await guest.get(`/api/v1/search?q=${q}&locale=en`);
      expect(outrage(text, json)).toEqual([]);
      const found = JSON.parse(json.text) as { query?: string; errors?: { field: string }[] };
      if (json.status === 400) return expect(text).toContain('\0');
      if (json.status === 200) return expect(found.query).toBe(text.toWellFormed().replaceAll(/\s+/gu, ' ').trim());
      expect([text, json.status, found.errors?.map(({ field }) => field)]).toEqual([text, 422, ['q']]);
    };
    await each(naughty, async (text, index) => {
      for (const search of waysFor(index, [onPage, asJson], 2))
        await search(text, encodeURIComponent(text.toWellFormed()));
    });
  });

  it('are names, or no addresses and no passwords, in the words of the page', MINUTES, async () => {
    await each(naughty, async (text, index) => {
      const email = `guest${index}@kitewood.example`;
      const asked = await send(guest, '/zh-cn/ask', { subject: 'x', body: 'x', name: text, email }, 'zh-cn');
      if (asked.refused.length === 0) {
        const person = await portal.app.database.db
          .selectFrom('person')
          .select('name')
          .where('email', '=', email)
          .executeTakeFirstOrThrow();
        expect(person.name).toBe(text === '' ? email : asSent(text));
      } else expect(['name', 'subject']).toContain(asked.refused[0]);
      for (const locale of waysFor(index, ['en', 'zh-cn'] as const, 2)) {
        const every = { name: text, email: text, password: text };
        for (const page of waysFor(index, ['ask', 'sign-up', 'sign-in', 'sign-in/link', 'forgotten'], 5)) {
          const form = page === 'ask' ? { subject: 'x', body: 'x', name: text, email: text } : every;
          const wanted = page === 'sign-in/link' || page === 'forgotten' ? { email: text } : form;
          const { refused } = await send(guest, `/${locale}/${page}`, wanted, locale);
          expect([page, text, refused]).toEqual([page, text, expect.arrayContaining(['email'])]);
        }
      }
    });
  });

  it('change no account and break no hidden field', MINUTES, async () => {
    await each(naughty, async (text, index) => {
      const changes = [
        { intent: 'locale', locale: text },
        { intent: 'password', current: text, password: text },
        { intent: text },
      ];
      for (const form of waysFor(index, changes, 3)) {
        const answer = await customer.post('/en/account', form);
        expect(outrage(text, answer)).toEqual([]);
        if (form.intent !== text) expect([form, [400, 422].includes(answer.status)]).toEqual([form, true]);
      }
      const hidden = { inquiry: text, key: text, q: text, article: text, staged: text, drop: text, intent: text };
      const form = { ...hidden, helped: text, reason: text, token: text, theme: text, back: text, return_to: text };
      const paths = ['/en/ask', '/en/answered', '/en/articles/chair-wobbles', '/zh-cn/enter', '/en/set-up', '/theme'];
      for (const path of waysFor(index, paths)) {
        for (const who of waysFor(index, [guest, customer], 2))
          expect(outrage(text, await who.post(path, form))).toEqual([]);
      }
    });
    const { locale } = await portal.app.database.db
      .selectFrom('person')
      .select('locale')
      .where('id', '=', mei.id)
      .executeTakeFirstOrThrow();
    expect(locale).toBe('en');
  });

  it('lead nowhere as a part of an address', MINUTES, async () => {
    await each(naughty, async (text, index) => {
      const part = encodeURIComponent(text.toWellFormed());
      const query = (...names: string[]): string => names.map((name) => `${name}=${part}`).join('&');
      const ways: [Caller, string][] = [
        [guest, `/${part}/`],
        [guest, `/en/articles/${part}`],
        [guest, `/en/categories/${part}?${query('inquiry')}`],
        [guest, `/en/search?q=chair&${query('topic', 'inquiry', 'helped')}`],
        [guest, `/en/ask?${query('q', 'inquiry')}`],
        [guest, `/en/ask/sent?${query('number')}`],
        [guest, `/en/enter?${query('token')}`],
        [guest, `/en/sign-in?${query('return_to', 'done')}`],
        [guest, `/api/v1/search?q=chair&${query('limit', 'locale')}`],
        [guest, `/api/v1/articles/${part}?${query('locale')}`],
        [customer, `/en/tickets/${part}?${query('done')}`],
        [customer, `/en/tickets?${query('before')}`],
        [customer, `/api/v1/tickets?${query('cursor')}`],
        [customer, `/api/v1/tickets/${part}`],
        [customer, `/files/${part}`],
        [agent, `/staff/tickets?${query('view', 'find', 'after')}`],
        [agent, `/staff/tickets/${part}`],
        [agent, `/staff/customers/${part}`],
        [agent, `/staff/customers/${mei.id}?${query('before')}`],
      ];
      for (const [who, path] of waysFor(index, ways, 19)) expect(outrage(path, await who.get(path))).toEqual([]);
    });
  });

  it('are answered as a header, and believed as none', MINUTES, async () => {
    const names = ['Accept-Language', 'User-Agent', 'Referer', 'Cookie', 'Accept', 'X-Request-Id', 'Sec-Purpose'];
    const claims = claimingHeaders();
    await each(naughty, async (text, index) => {
      const every = names.map((name) => `${name}: ${text}`);
      const heads = [
        [...every, `Host: ${new URL(portal.url).host}`],
        [`Host: ${text}`],
        [`Host: x`, `Cookie: waypost.session_token=${text}; theme=${text}`, `Authorization: Bearer ${text}`],
      ];
      for (const head of waysFor(index, heads, 3)) {
        const status = await rawStatus(portal, '/en/articles/chair-wobbles', head);
        expect([text, status >= 200 && status < 500]).toEqual([text, true]);
      }
    });
    await each(claims, async (name) => {
      const head = ['Host: evil.example', `${name}: evil.example`, 'Accept-Language: en'];
      const answer = await raw(portal, '/en/tickets', head);
      expect([name, answer.includes('evil.example')]).toEqual([name, false]);
    });
  });

  it('as an idempotency key are taken or refused naming the header', MINUTES, async () => {
    await each(naughty, async (text, index) => {
      const value = Buffer.from(text.toWellFormed()).toString('latin1');
      if (/[\0-\x08\x0a-\x1f\x7f]/.test(value)) return;
      const answer = await customer.json(
        '/api/v1/tickets',
        { subject: `Key ${index}`, body: 'x' },
        { 'idempotency-key': value },
      );
      expect(outrage(text, answer)).toEqual([]);
      if (answer.status === 201) return;
      const { errors } = JSON.parse(answer.text) as { errors: { field: string }[] };
      expect([text, answer.status, errors.map(({ field }) => field)]).toEqual([text, 422, ['Idempotency-Key']]);
    });
  });
});

/** The whole answer to a request whose head is sent as it is: `fetch` would refuse most of these. */
function raw({ url }: TestPortal, path: string, head: readonly string[]): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    const chunks: Buffer[] = [];
    socket.setTimeout(20_000, () => socket.destroy(new Error('No answer came.')));
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', reject);
    socket.on('close', () => resolve(Buffer.concat(chunks).toString()));
    socket.write(`GET ${path} HTTP/1.1\r\n${head.join('\r\n')}\r\nConnection: close\r\n\r\n`);
  });
}

async function rawStatus(portal: TestPortal, path: string, head: readonly string[]): Promise<number> {
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(await raw(portal, path, head))?.[1]);
}
