import { afterAll, beforeAll, expect, it } from 'vitest';
import { caller, type Caller } from '../support/caller.ts';
import { readMail } from '../support/mail.ts';
import { startPortal, type TestPortal } from '../support/portal.ts';

let portal: TestPortal;
let ravi: Caller;
let mei: Caller;
let meiId: string;

beforeAll(async () => {
  portal = await startPortal();
  ravi = caller(portal, await portal.person('Ravi', 'agent'));
  const customer = await portal.person('Mei');
  meiId = customer.id;
  mei = caller(portal, customer);
});
afterAll(() => portal.close());

async function ask(subject = 'Two headboards are cracked'): Promise<string> {
  const { text } = await mei.json('/api/v1/tickets', { subject, body: 'Six are perfect.', order: 'KW-10011' });
  return (JSON.parse(text) as { number: string }).number;
}

const keyIn = (page: string): string => /name="key" value="([\w-]+)"/.exec(page)?.[1] ?? '';
const chosen = (page: string): string[] =>
  [...page.matchAll(/<input[^>]*name="visibility"[^>]*>/g)]
    .filter(([input]) => /\schecked/.test(input))
    .map(([input]) => /value="(\w+)"/.exec(input)?.[1] ?? '');

it('leads from its door to the queue, which says what waits and what to do when nothing does', async () => {
  expect(await ravi.get('/staff')).toMatchObject({ status: 303, location: '/staff/tickets' });
  const number = await ask('Findable words');
  const queue = await ravi.get('/staff/tickets');
  expect(queue.text).toContain(`/staff/tickets/${number}`);
  expect((await ravi.get('/staff/tickets?find=findable')).text).toContain(number);
  const nothing = await ravi.get('/staff/tickets?view=waiting&find=%3Cscript%3E');
  expect(nothing.text).toContain('&lt;script&gt;');
  expect(nothing.text).not.toContain('“<script>');
  expect((await ravi.get('/staff/tickets?view=nonsense&after=rubbish')).status).toBe(200);
});

it('is where staff come out after signing in, unless they were on their way elsewhere', async () => {
  const nobody = caller(portal);
  for (const [role, way] of [
    ['agent', '/staff'],
    ['author', '/staff'],
    ['administrator', '/staff'],
    ['customer', '/en/'],
  ] as const) {
    const { email, password } = await portal.person(`Lands as ${role}`, role);
    expect(await nobody.post('/en/sign-in', { email, password })).toMatchObject({ status: 303, location: way });
    const led = await nobody.post('/en/sign-in', { email, password, return_to: '/en/ask' });
    expect(led.location).toBe('/en/ask');
    await portal.app.accounts.requestLink({ email, locale: 'en' }, { address: '127.0.0.1', userAgent: null });
    await portal.app.queue.runDue();
    const mail = portal
      .mails()
      .map(readMail)
      .findLast(({ to }) => to.includes(email));
    const token = new URL(mail?.links.find((link) => link.includes('token=')) ?? '').searchParams.get('token') ?? '';
    const entered = await nobody.post('/en/enter', { token });
    expect(entered.location).toBe(role === 'customer' ? '/en/tickets?done=confirmed' : way);
  }
});

it('pages its queue by key, each ticket once', async () => {
  const { bridge, database } = portal.app;
  const ticket = { body: 'x', files: [], personId: meiId, confirmed: true, locale: 'en', actor: 'customer' };
  for (let count = 0; count < 51; count++) {
    const subject = `Paged ${count}`;
    await database.transaction((tx) => bridge.openTicket(tx, { ...ticket, subject, channel: 'web' }));
  }
  const numbers: string[] = [];
  let next: string | undefined = '/staff/tickets?find=paged';
  while (next !== undefined) {
    const { text } = await ravi.get(next);
    numbers.push(...[...text.matchAll(/<a href="\/staff\/tickets\/(W-\d+)"/g)].map(([, number]) => number ?? ''));
    next = /href="([^"]*after=[^"]*)"/.exec(text)?.[1]?.replaceAll(/&(?:amp|#38);/g, '&');
  }
  expect(numbers).toHaveLength(51);
  expect(new Set(numbers).size).toBe(51);
});

it('never sends a note as a reply: without a choice nothing is sent, and a choice survives its faults', async () => {
  const number = await ask();
  const path = `/staff/tickets/${number}`;
  const key = keyIn((await ravi.get(path)).text);

  const unsaid = await ravi.post(path, { intent: 'write', key, body: 'CANARY of a note' });
  expect(unsaid.status).toBe(422);
  expect(unsaid.text).toContain('CANARY of a note');
  expect(chosen(unsaid.text)).toEqual([]);

  const empty = await ravi.post(path, { intent: 'write', key, visibility: 'staff', body: ' ' });
  expect(empty.status).toBe(422);
  expect(chosen(empty.text)).toEqual(['staff']);
  expect(keyIn(empty.text)).toBe(key);

  const noted = await ravi.post(path, { intent: 'write', key, visibility: 'staff', body: 'CANARY of a note' });
  expect(noted).toMatchObject({ status: 303, location: `${path}?done=staff#newest` });
  expect((await ravi.get(path)).text).toContain('CANARY of a note');
  expect((await mei.get(`/en/tickets/${number}`)).text).not.toContain('CANARY');
  expect((await mei.get(`/api/v1/tickets/${number}`)).text).not.toContain('CANARY');
});

it('sends a reply once for one form, and says so when the form comes with other words', async () => {
  const number = await ask();
  const path = `/staff/tickets/${number}`;
  const key = keyIn((await ravi.get(path)).text);
  const reply = {
    intent: 'write',
    key,
    visibility: 'customer',
    body: 'We send two new ones.',
    then: 'waiting_for_you',
  };
  for (const answer of await Promise.all([ravi.post(path, reply), ravi.post(path, reply)])) {
    expect(answer).toMatchObject({ status: 303, location: `${path}?done=customer#newest` });
  }
  const seen = JSON.parse((await mei.get(`/api/v1/tickets/${number}`)).text) as { state: string; messages: object[] };
  expect(seen).toMatchObject({ state: 'waiting_for_you' });
  expect(seen.messages).toHaveLength(2);
  const other = await ravi.post(path, { ...reply, body: 'Something else.' });
  expect(other.status).toBe(409);
  expect(other.text).toContain('Something else.');
  expect(keyIn(other.text)).not.toBe(key);
});

it('keeps files through faults, lets one be taken out, and sends the rest with a note', async () => {
  const path = `/staff/tickets/${await ask()}`;
  const form = (fields: Record<string, string>, ...files: string[]): FormData => {
    const data = new FormData();
    for (const [name, value] of Object.entries({ intent: 'write', visibility: 'staff', ...fields }))
      data.append(name, value);
    for (const name of files) data.append('files', new File([`in ${name}`], name));
    return data;
  };
  const faulty = await ravi.post(path, form({ body: '' }, 'one.txt', 'two.txt'));
  expect(faulty.status).toBe(422);
  const staged = [...faulty.text.matchAll(/name="staged" value="([^"]+)"/g)].map(([, token]) => token ?? '');
  expect(staged).toHaveLength(2);
  const [one = '', two = ''] = staged;
  const second = form({ body: 'See the label.', staged: one, drop: one });
  second.append('staged', two);
  const dropped = await ravi.post(path, second);
  expect(dropped.status).toBe(200);
  expect(dropped.text).toContain('See the label.');
  expect(dropped.text).not.toContain(one);
  expect((await ravi.post(path, form({ body: 'See the label.', staged: two }))).status).toBe(303);
  const ticket = await ravi.get(path);
  expect(ticket.text).toContain('two.txt');
  expect(ticket.text).not.toContain('one.txt');
});

it('assigns and sets states, and names what it cannot take', async () => {
  const path = `/staff/tickets/${await ask()}`;
  expect((await ravi.post(path, { intent: 'assign', take: '1', assignee: '' })).location).toBe(`${path}?done=assign`);
  expect((await ravi.get(`${path}?done=assign`)).text).toContain('Assigned to Ravi.');
  expect((await ravi.post(path, { intent: 'state', state: 'solved' })).location).toBe(`${path}?done=state`);
  for (const odd of [
    { intent: 'assign', assignee: 'somebody' },
    { intent: 'assign', assignee: meiId },
    { intent: 'state', state: 'odd' },
    { intent: 'write', visibility: 'customer', body: 'x', then: 'odd' },
  ]) {
    const answer = await ravi.post(path, odd);
    expect(answer.status, JSON.stringify(odd)).toBe(422);
    expect(answer.text).toContain('error-summary');
  }
  expect((await ravi.post('/staff/tickets/W-999999', { intent: 'state', state: 'solved' })).status).toBe(404);
});

it('tells a customer’s contacts in the colleague’s language, and nothing to others', async () => {
  await portal.app.bridge.touches.flush();
  const path = `/staff/customers/${meiId}`;
  const english = await ravi.get(path);
  expect(english.text).toMatch(/Opened W-\d+/);
  expect(english.text).toMatch(/Ravi answered W-\d+/);
  await portal.app.database.db.updateTable('person').set({ locale: 'zh-cn' }).where('name', '=', 'Ravi').execute();
  const chinese = await ravi.get(path);
  await portal.app.database.db.updateTable('person').set({ locale: 'en' }).where('name', '=', 'Ravi').execute();
  expect(chinese.text).toContain('lang="zh-CN"');
  expect(chinese.text).toMatch(/提出W-\d+/);
  expect((await ravi.get('/staff/customers/nobody')).status).toBe(404);
  for (const page of [path, '/staff/tickets', '/staff/bridge']) {
    expect((await mei.get(page)).status, page).toBe(403);
    const way = (await caller(portal).get(page)).location;
    expect(way).toBe(`/en/sign-in?return_to=${encodeURIComponent(page)}`);
  }
});

it('shows what is parked with its reason, and puts it back', async () => {
  await portal.app.queue.runDue();
  const number = await ask();
  const id = JSON.stringify(
    await portal.app.database.db
      .selectFrom('job')
      .select('id')
      .where('state', '<>', 'done')
      .limit(1)
      .executeTakeFirst(),
  );
  const { id: jobId } = JSON.parse(id) as { id: string };
  const parked = { state: 'parked' as const, lastError: 'Two records carry that name.' };
  await portal.app.database.db.updateTable('job').set(parked).where('id', '=', jobId).execute();
  const bridge = await ravi.get('/staff/bridge');
  expect(bridge.text).toContain('Two records carry that name.');
  expect(bridge.text).toContain(number);
  expect(await ravi.post('/staff/bridge', { id: jobId })).toMatchObject({
    status: 303,
    location: '/staff/bridge?done=replay',
  });
  const row = await portal.app.queue.list({ state: 'parked' });
  expect(row.jobs).toEqual([]);
  expect((await ravi.post('/staff/bridge', { id: jobId })).status).toBe(404);
});
