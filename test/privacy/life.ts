import { expect } from 'vitest';
import { MARKER } from './traces.ts';
import { readMail } from '../support/mail.ts';
import { caller, type Caller } from '../support/caller.ts';
import type { TestPortal } from '../support/portal.ts';

/** Words that stand nowhere else. Only letters, so that nothing masks, splits or encodes them. */
export interface Canaries {
  /** In what the person is given out. */
  own: string[];
  /** About them, and never theirs to see: notes, for example. */
  hidden: string[];
  email: string;
  /** Somebody who is signed in as them. */
  me: Caller;
}

const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';
const letters = 'bcdfghjklmnpqrstvwz';

function coin(label: string): string {
  const random = crypto.getRandomValues(new Uint8Array(10));
  return `${MARKER}${label}${[...random].map((byte) => letters[byte % letters.length]).join('')}`;
}

/** Lives a customer's life through every door there is, and says something of their own at each. */
export async function live(portal: TestPortal): Promise<Canaries> {
  const { app } = portal;
  const own: string[] = [];
  const hidden: string[] = [];
  let said = 0;
  const say = (list: string[] = own): string => {
    const word = coin([...String(said++)].map((digit) => 'abcdefghij'[Number(digit)]).join(''));
    list.push(word);
    return word;
  };
  const operator = { kind: 'operator' } as const;
  const email = `${say()}@kitewood.example`;
  const agent = await portal.person('Ravi', 'agent');
  const erp = await app.accounts.addKey(operator, { role: 'system', name: 'ERP' });
  const dhl = await app.accounts.addKey(operator, { role: 'partner', name: 'DHL', carrier: 'DHL' });
  const anybody = caller(portal, { agent: BROWSER });
  const machine = ({ key }: { key: string }) => ({ authorization: `Bearer ${key}` });

  // Before they have an account: a search, and a question with a file's name.
  const inquiry = app.bridge.inquiries.start();
  await answered(anybody.get(`/en/search?q=${say()}&inquiry=${inquiry}`));
  await answered(
    anybody.post('/en/ask', { subject: say(), body: say(), name: say(hidden), email, inquiry, key: 'k'.repeat(20) }),
  );
  await app.bridge.touches.flush();

  // An account, with another name than they sign up with.
  const signUp = { name: say(hidden), email, password: 'three ordinary words', return_to: `/en/tickets?x=${say()}` };
  await answered(anybody.post('/en/sign-up', signUp));
  await app.queue.runDue();
  const token = tokenOf(portal, email, 'enter');
  const entered = await anybody.post('/en/enter', { token }, { 'user-agent': `Mozilla/5.0 ${say()}` });
  const cookie = entered.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  // A browser: what programs do is nobody's act.
  const me = caller(portal, { cookie, agent: BROWSER });
  await answered(me.post('/en/account/data', { intent: 'name', name: say() }));
  await answered(me.post('/en/account/data', { intent: 'email', email: `${say()}@kitewood.example` }));

  await reading(me, say);
  const { id: articleId } = await app.database.db
    .selectFrom('article')
    .select('id')
    .where('slug', '=', 'chair-wobbles')
    .executeTakeFirstOrThrow();
  const viewer = await app.accounts.viewerOf({ headers: new Headers({ cookie }) });
  await app.kb.giveFeedback(viewer, { articleId, helpful: false, comment: say() });
  await asking(portal, me, { own, hidden, say, agent: caller(portal, agent) });
  await ordering({ me: anybody, email, say, erp: machine(erp), dhl: machine(dhl), account: false });
  await ordering({ me: anybody, email, say, erp: machine(erp), dhl: machine(dhl), account: true });
  for (const type of ['call.logged', 'visit.logged', 'survey.answered']) {
    const event = { specversion: '1.0', id: say(hidden), source: 'urn:till', type, subject: email, channel: 'phone' };
    await answered(
      anybody.json(
        '/api/v1/touches',
        { ...event, data: { words: say(), more: { deep: say() } } },
        {
          ...machine(erp),
          'content-type': 'application/cloudevents+json',
        },
      ),
    );
  }
  const person = await app.privacy.personOf(email);
  const agentSees = caller(portal, agent);
  const id = person?.id ?? '';
  const colleague = await app.accounts.viewerOf({ headers: new Headers({ cookie: agent.cookie }) });
  await app.accounts.addFact(colleague, id, { key: say(), value: say() });
  await answered(agentSees.post(`/staff/customers/${id}/act`, { reason: say() }));
  await app.queue.runDue();
  await app.bridge.touches.flush();
  await app.kb.gaps.flush();
  return { own, hidden, email, me };
}

async function reading(me: Caller, say: (list?: string[]) => string): Promise<void> {
  await answered(me.get(`/en/search?q=${say()}`));
  await answered(me.get(`/zh-cn/search?q=${say()}`));
  await answered(me.get(`/api/v1/search?locale=en&q=${say()}+${say()}`));
  await answered(me.get('/en/articles/chair-wobbles'));
  await answered(me.post('/en/articles/chair-wobbles', { helped: 'no' }));
}

interface Asking {
  own: string[];
  hidden: string[];
  say: (list?: string[]) => string;
  agent: Caller;
}

async function asking({ app }: TestPortal, me: Caller, { hidden, say, agent }: Asking): Promise<void> {
  const form = new FormData();
  for (const [name, value] of Object.entries({ subject: say(), body: say(), order: say(), key: 'f'.repeat(20) }))
    form.append(name, value);
  form.append('files', new Blob([say()]), `${say()}.txt`);
  const asked = await me.post('/en/ask', form);
  const number = /W-\d+/.exec(asked.location ?? '')?.[0] ?? '';
  expect(number, asked.text.slice(0, 300)).not.toBe('');
  const more = new FormData();
  for (const [name, value] of Object.entries({ intent: 'answer', body: say() })) more.append(name, value);
  more.append('files', new Blob([say()]), `${say()}.txt`);
  await answered(me.post(`/en/tickets/${number}`, more));
  const byApi = { subject: say(), body: say(), order: say(), locale: 'en' };
  await answered(me.json('/api/v1/tickets', byApi, { 'idempotency-key': say(hidden) }));
  await answered(me.json(`/api/v1/tickets/${number}/messages`, { body: say() }, { 'idempotency-key': say(hidden) }));
  await app.queue.runDue();
  await answered(agent.post(`/staff/tickets/${number}`, { intent: 'write', visibility: 'customer', body: say() }));
  await answered(agent.post(`/staff/tickets/${number}`, { intent: 'write', visibility: 'staff', body: say(hidden) }));
  await app.queue.runDue();
}

interface Ordering {
  me: Caller;
  email: string;
  say: (list?: string[]) => string;
  erp: Record<string, string>;
  dhl: Record<string, string>;
  account: boolean;
}

async function ordering({ me, email, say, erp, dhl, account }: Ordering): Promise<void> {
  const number = account ? 'KW-7001' : 'KW-7002';
  const tracking = account ? 'JD0146000077' : 'JD0146000078';
  const body = {
    customer: { email, name: say() },
    ...(account && { account: { id: 'C-204', name: 'Harbour Lane Hotels' } }),
    ...(!account && { reference: say() }),
    deliverTo: say(),
    ...{ state: 'shipped', placedAt: '2026-11-02T09:00:00Z', updatedAt: '2026-11-05T10:00:00Z' },
    ...{ currency: 'EUR', total: '129.00' },
    lines: [{ sku: 'CH-12', name: 'Alder chair', quantity: '1', unitPrice: '129.00' }],
    shipments: [
      {
        ...{ tracking, carrier: 'DHL', state: 'in_transit', expectedAt: '2026-12-24T18:00:00Z' },
        events: [{ at: '2026-11-05T08:00:00Z', state: 'in_transit', place: 'Leipzig', note: say() }],
      },
    ],
    invoices: [{ number: `F-${number}`, issuedAt: '2026-11-02', dueAt: '2026-12-02', total: '129.00', state: 'open' }],
  };
  const pushed = await me.put(`/api/v1/orders/${number}`, body, erp);
  expect([200, 201], pushed.text).toContain(pushed.status);
  await answered(
    me.json(
      `/api/v1/shipments/${tracking}/events`,
      { id: `evt-${number}`, at: '2026-11-06T07:12:00Z', state: 'out_for_delivery', place: 'Hamburg', note: say() },
      dhl,
    ),
  );
}

async function answered(asked: ReturnType<Caller['get']>): Promise<void> {
  const { status, text, location } = await asked;
  expect(status, `${location ?? ''} ${text.slice(0, 400)}`).toBeLessThan(400);
}

function tokenOf(portal: TestPortal, email: string, page: string): string {
  const links = portal
    .mails()
    .map(readMail)
    .filter(({ to }) => to.includes(email))
    .flatMap((mail) => mail.links)
    .filter((link) => link.includes(`/${page}?token=`));
  return new URL(links.at(-1) ?? 'http://none').searchParams.get('token') ?? '';
}
