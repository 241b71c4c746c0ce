import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { caller } from '../support/caller.ts';
import { readMail } from '../support/mail.ts';
import { startPortal, type TestPerson, type TestPortal } from '../support/portal.ts';

vi.setConfig({ testTimeout: 60_000 });

let portal: TestPortal;
let mei: TestPerson;
let tom: TestPerson;
let accountId: string;
const operator = { kind: 'operator' } as const;

beforeAll(async () => {
  portal = await startPortal();
  [mei, tom] = [await portal.person('Mei'), await portal.person('Tom')];
  ({ accountId } = await portal.app.accounts.addAccount(operator, { name: 'Harbour Lane Hotels' }));
  await portal.app.accounts.addMember(operator, { accountId, personId: mei.id, role: 'owner' });
});
afterAll(() => portal.close());

const members = '/en/account/members';

it('an invitation leads from the mail into the account, and what is shared is seen as chosen', async () => {
  const [owner, guest] = [caller(portal, mei), caller(portal, tom)];
  expect((await guest.get(members)).text).toContain('You belong to no company');
  const sent = await owner.post(members, { intent: 'invite', account: accountId, email: tom.email, role: 'member' });
  expect(sent.status).toBe(303);
  await portal.app.queue.runDue();
  const mail = readMail(portal.mails().at(-1) ?? '');
  const id = /invitation\?id=([0-9a-f-]{36})/.exec(JSON.stringify(mail))?.[1] ?? '';
  expect((await caller(portal).get(`/en/invitation?id=${id}`)).text).not.toContain('Harbour Lane');
  expect((await owner.get(`/en/invitation?id=${id}`)).text).not.toContain('Join Harbour Lane');
  for (const locale of ['en', 'zh-cn'])
    expect((await guest.get(`/${locale}/invitation?id=${id}`)).text).toContain('Harbour Lane Hotels');
  const joined = await guest.post('/en/invitation', { intent: 'join', id });
  expect(joined.headers.get('location')).toBe(`${members}?account=${accountId}&done=joined`);

  await owner.post('/en/account/switch', { account: accountId, back: '/en/tickets' });
  expect((await owner.get('/en/ask')).text).toContain('Only me');
  await owner.post('/en/ask', { subject: 'Two headboards', body: 'They are split.', share: 'account' });
  await owner.post('/en/ask', { subject: 'My own lamp', body: 'It flickers.', share: 'me' });
  const list = async () => (await guest.get('/en/tickets')).text;
  expect(await list()).not.toContain('Two headboards');
  const chosen = {
    intent: 'change',
    account: accountId,
    person: tom.id,
    role: 'member',
    orders: 'own',
    tickets: 'all',
  };
  expect((await owner.post(members, chosen)).status).toBe(303);
  expect(await list()).toContain('Two headboards');
  expect(await list()).toContain('raised by Mei');
  expect(await list()).not.toContain('My own lamp');
  expect((await guest.get(members)).text).toContain('changed what Tom may do');
});

it('shows members in both languages, and keeps the last owner', async () => {
  const owner = caller(portal, mei);
  expect((await owner.get(`/zh-cn/account/members?account=${accountId}`)).text).toContain('成员');
  const left = await owner.post(members, { intent: 'remove', account: accountId, person: mei.id });
  expect([left.status, left.text.includes('An account needs an owner')]).toEqual([422, true]);
});

it('the account page saves name, mails and ends sessions', async () => {
  const owner = caller(portal, mei);
  expect((await owner.post('/en/account', { intent: 'locale', locale: 'en', name: 'Mei Lin' })).status).toBe(303);
  expect((await owner.post('/en/account', { intent: 'mails', mail: 'orders' })).status).toBe(303);
  expect(await portal.app.accounts.mayMail(mei.id, 'ticket_replies')).toBe(false);
  const { text } = await owner.get('/en/account');
  expect(text).toContain('Mei Lin');
  expect((await owner.post('/en/account', { intent: 'locale', locale: 'en', name: '' })).status).toBe(422);
  expect((await owner.post('/en/account', { intent: 'others' })).status).toBe(303);
});
