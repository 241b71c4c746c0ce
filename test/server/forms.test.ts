import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { translator } from '../../src/platform/i18n/index.ts';
import { caller, type Answer, type Caller } from '../support/caller.ts';
import { openDocuments } from '../support/documents.ts';
import { startPortal, type TestPerson, type TestPortal } from '../support/portal.ts';

const MEGABYTE = 1024 * 1024;
const locales = ['en', 'zh-cn'] as const;

let documents: Awaited<ReturnType<typeof openDocuments>>;
let portal: TestPortal;
let mei: TestPerson;
let customer: Caller;
let guest: Caller;
let agent: Caller;
beforeAll(async () => {
  documents = await openDocuments();
  portal = await startPortal();
  mei = await portal.person('Mei Lin');
  customer = caller(portal, mei);
  guest = caller(portal);
  agent = caller(portal, await portal.person('Ravi Menon', 'agent'));
});
afterAll(async () => {
  await portal.close();
  await documents.close();
});

const read = async ({ text }: Answer) => documents.read(text);

function multipart(fields: Record<string, string | string[]>, files: { name: string; bytes: Uint8Array }[] = []) {
  const form = new FormData();
  for (const [name, values] of Object.entries(fields)) for (const value of [values].flat()) form.append(name, value);
  for (const { name, bytes } of files) form.append('files', new Blob([bytes as Uint8Array<ArrayBuffer>]), name);
  return form;
}

const note = (name: string) => ({ name, bytes: Buffer.from(`this is ${name}`) });

async function tickets(): Promise<number> {
  const { total } = await portal.app.database.db
    .selectFrom('ticket')
    .select((eb) => eb.fn.countAll<string | number>().as('total'))
    .executeTakeFirstOrThrow();
  return Number(total);
}

async function openTicket(subject = 'A ticket'): Promise<string> {
  const { text } = await customer.json('/api/v1/tickets', { subject, body: 'Its first message.' });
  return (JSON.parse(text) as { number: string }).number;
}

describe('a form with a fault comes back', () => {
  it.for(locales)('with what was typed, and with its files, which go along the next time (%s)', async (locale) => {
    const t = translator(locale);
    const typed = { body: 'Two legs\nare short.', name: 'Mei 林', email: 'no address', order: 'KW-10023' };
    const first = await guest.post(
      `/${locale}/ask`,
      multipart({ subject: '', ...typed }, [note('label.txt'), note('标签.txt')]),
    );
    expect(first.status).toBe(422);
    const page = await read(first);
    expect(page.fields).toMatchObject({
      subject: [''],
      body: [typed.body],
      name: [typed.name],
      email: [typed.email],
      order: [typed.order],
    });
    expect(page.faults).toEqual({ subject: t.t('errors.required.subject'), email: t.t('errors.email') });
    expect(page.marked).toEqual(expect.arrayContaining(['subject', 'email']));
    expect(page.text).toContain(t.t('ask.kept.files', { count: 2 }));
    for (const name of ['label.txt', '标签.txt']) expect(page.text).toContain(name);
    const staged = page.fields['staged'] ?? [];
    expect(staged).toHaveLength(2);

    const email = `kept.${locale}@kitewood.example`;
    const second = await guest.post(
      `/${locale}/ask`,
      multipart({ ...typed, subject: 'Short legs', email, staged, key: page.fields['key'] ?? [] }, [note('third.txt')]),
    );
    expect([second.status, second.location?.startsWith(`/${locale}/ask/sent?`)]).toEqual([303, true]);
    const files = await portal.app.database.db
      .selectFrom('attachment')
      .innerJoin('message', 'message.id', 'attachment.messageId')
      .innerJoin('person', 'person.id', 'message.authorId')
      .select('attachment.name')
      .where('person.email', '=', email)
      .execute();
    expect(files.map(({ name }) => name).toSorted()).toEqual(['label.txt', 'third.txt', '标签.txt']);
  });

  it('without the file that its reader took out', async () => {
    const first = await read(
      await customer.post('/en/ask', multipart({ subject: '' }, [note('a.txt'), note('b.txt')])),
    );
    const [one = '', other = ''] = first.fields['staged'] ?? [];
    const again = await customer.post(
      '/en/ask',
      multipart({ subject: 'S', body: 'B', staged: [one, other], drop: one }),
    );
    expect(again.status).toBe(200);
    const page = await read(again);
    expect(page.fields).toMatchObject({ staged: [other], subject: ['S'], body: ['B'] });
    expect(page.text).not.toContain('a.txt');
  });

  it('with a file over 25 MB told at the field, and everything else kept', async () => {
    const large = { name: 'clip.mov', bytes: Buffer.alloc(25 * MEGABYTE + 1) };
    for (const [who, path, fields] of [
      [customer, '/en/ask', { subject: 'S', body: 'B' }],
      [customer, `/en/tickets/${await openTicket()}`, { intent: 'answer', body: 'B' }],
      [agent, `/staff/tickets/${await openTicket()}`, { intent: 'write', visibility: 'customer', body: 'B' }],
    ] as const) {
      const answer = await who.post(path, multipart(fields, [large, note('label.txt')]));
      expect([path, answer.status]).toEqual([path, 422]);
      const page = await read(answer);
      expect(page.faults['files']).toContain('clip.mov');
      expect(page.fields).toMatchObject({ body: ['B'] });
      expect(page.fields['staged']).toHaveLength(1);
    }
  });

  it('with too many files told at the field, and the first five kept', async () => {
    const files = ['1', '2', '3', '4', '5', '6', '7'].map((name) => note(`${name}.txt`));
    const answer = await customer.post('/zh-cn/ask', multipart({ subject: '问题', body: '经过' }, files));
    expect(answer.status).toBe(422);
    const page = await read(answer);
    expect(page.faults).toEqual({ files: translator('zh-cn').t('errors.tooManyFiles', { max: 5 }) });
    expect(page.fields['staged']).toHaveLength(5);
    const again = await customer.post(
      '/zh-cn/ask',
      multipart({ subject: '问题', body: '经过', staged: page.fields['staged'] ?? [] }, [note('6.txt')]),
    );
    expect(again.status).toBe(422);
    expect((await read(again)).fields['staged']?.length).toBeGreaterThanOrEqual(5);
  });

  it('when the answer or the reply is empty, on its own page', async () => {
    const number = await openTicket();
    const answer = await customer.post(
      `/en/tickets/${number}`,
      multipart({ intent: 'answer', body: ' ' }, [note('x.txt')]),
    );
    expect(answer.status).toBe(422);
    const own = await read(answer);
    expect(own.fields['staged']).toHaveLength(1);
    expect(own.faults).toEqual({ body: translator('en').t('errors.required.reply') });
    const reply = await agent.post(`/staff/tickets/${number}`, { intent: 'write', body: 'Who reads this?' });
    expect(reply.status).toBe(422);
    const page = await read(reply);
    expect(page.fields['body']).toEqual(['Who reads this?']);
    expect(page.fields['visibility']).toBeUndefined();
    expect(Object.keys(page.faults)).toEqual(['visibility']);
    const large = { name: 'clip.mov', bytes: Buffer.alloc(25 * MEGABYTE + 1) };
    const all = await agent.post(`/staff/tickets/${number}`, multipart({ intent: 'write', body: ' ' }, [large]));
    expect(all.status).toBe(422);
    const { faults } = await read(all);
    expect(Object.keys(faults)).toEqual(['visibility', 'body', 'files']);
    expect(faults['body']).toBe(translator('en').t('staff.ticket.fault.body'));
  });
});

describe('what is sent twice is done once', () => {
  it('with a form: its key makes one ticket, also twenty times at once', async () => {
    const { fields } = await read(await customer.get('/en/ask'));
    const form = {
      subject: 'Once',
      body: 'Only once.',
      key: fields['key']?.[0] ?? '',
      inquiry: fields['inquiry']?.[0] ?? '',
    };
    expect(form.key).toMatch(/^[\w-]{22,}$/);
    const before = await tickets();
    const answers = await Promise.all(Array.from({ length: 20 }, () => customer.post('/en/ask', form)));
    answers.push(await customer.post('/en/ask', form));
    expect(new Set(answers.map(({ status, location }) => `${status} ${location}`)).size).toBe(1);
    expect(answers[0]?.status).toBe(303);
    expect(await tickets()).toBe(before + 1);
  });

  it('with a guest’s form: one ticket and one mail', async () => {
    const { fields } = await read(await guest.get('/zh-cn/ask'));
    const hidden = { key: fields['key']?.[0] ?? '', inquiry: fields['inquiry']?.[0] ?? '' };
    const form = { subject: 'Once', body: 'Only once.', email: 'once@kitewood.example', ...hidden };
    const before = await tickets();
    const answers = await Promise.all(Array.from({ length: 20 }, () => guest.post('/zh-cn/ask', form)));
    expect(new Set(answers.map(({ status, location }) => `${status} ${location}`)).size).toBe(1);
    expect(await tickets()).toBe(before + 1);
    await portal.app.queue.runDue();
    expect(portal.mails().filter((mail) => mail.includes('To: once@kitewood.example'))).toHaveLength(1);
  });

  it('with JSON: the Idempotency-Key makes one ticket and one message', async () => {
    const key = { 'idempotency-key': 'machine-1' };
    const before = await tickets();
    const opened = await Promise.all(
      Array.from({ length: 20 }, () => customer.json('/api/v1/tickets', { subject: 'S', body: 'B' }, key)),
    );
    expect(new Set(opened.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(opened[0]?.status).toBe(201);
    expect(await tickets()).toBe(before + 1);
    const { number } = JSON.parse(opened[0]?.text ?? '') as { number: string };
    const path = `/api/v1/tickets/${number}/messages`;
    const said = await Promise.all(Array.from({ length: 20 }, () => customer.json(path, { body: 'Once.' }, key)));
    expect(new Set(said.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    const { messages } = JSON.parse((await customer.get(`/api/v1/tickets/${number}`)).text) as { messages: unknown[] };
    expect(messages).toHaveLength(2);
  });

  it('at the desk: one reply and one note', async () => {
    const number = await openTicket();
    const path = `/staff/tickets/${number}`;
    const { fields } = await read(await agent.get(path));
    const key = fields['key']?.[0] ?? '';
    for (const visibility of ['customer', 'staff']) {
      const form = { intent: 'write', visibility, body: `For the ${visibility}.`, key };
      const answers = await Promise.all(Array.from({ length: 10 }, () => agent.post(path, form)));
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([303]));
    }
    const { messages } = await read(await agent.get(path));
    expect(messages).toEqual(['Its first message.', 'For the customer.', 'For the staff.']);
  });

  it('and a key that was used for something else is told, with what was typed kept', async () => {
    const key = 'a-key-that-was-used-before';
    await customer.post('/en/ask', { subject: 'One', body: 'First.', key });
    const before = await tickets();
    const answer = await customer.post('/en/ask', { subject: 'Another', body: 'Second.', key });
    expect(answer.status).toBe(409);
    const page = await read(answer);
    expect(page.text).toContain(translator('en').t('ask.sent.again'));
    expect(page.fields).toMatchObject({ subject: ['Another'], body: ['Second.'] });
    expect(page.fields['key']).not.toEqual([key]);
    const json = await customer.json('/api/v1/tickets', { subject: 'Third', body: 'x' }, { 'idempotency-key': key });
    expect(json.status).toBe(409);
    expect(await tickets()).toBe(before);
  });
});
