import { describe, expect, it } from 'vitest';
import { anonymous } from '../../src/accounts/index.ts';
import { eachDatabase } from '../support/databases.ts';
import { setUpApplication } from './applicationSetup.ts';

const DAY = 24 * 3_600_000;

eachDatabase('what colleagues do about customers', (source) => {
  it('logs a call once, whoever presses the button twice', async () => {
    const { app, person } = await setUpApplication(source);
    const [mei, ravi] = [await person('Mei'), await person('Ravi', 'agent')];
    const call = { kind: 'called', what: 'When does the lorry come?', about: 'W-2001' };
    await app.bridge.customers.logContact(ravi, mei.personId, call, 'a-key-of-one-form');
    await app.bridge.customers.logContact(ravi, mei.personId, call, 'a-key-of-one-form');
    const { touches } = await app.bridge.timeline(ravi, mei.personId);
    expect(touches).toMatchObject([
      { type: 'call.logged', channel: 'phone', direction: 'inbound', actor: `staff:${ravi.personId}` },
    ]);
    expect(touches[0]?.body).toEqual({ what: 'When does the lorry come?', about: 'W-2001' });
  });

  it('refuses a contact without words, of an unknown kind, with nobody, and by who is no colleague', async () => {
    const { app, person } = await setUpApplication(source);
    const [mei, ravi, ana] = [await person('Mei'), await person('Ravi', 'agent'), await person('Ana', 'author')];
    const { logContact } = app.bridge.customers;
    const call = { kind: 'shop', what: 'Looked at chairs' };
    await expect(logContact(ravi, mei.personId, { kind: 'fax', what: ' ' }, 'k1')).rejects.toMatchObject({
      code: 'invalid',
      fields: [{ field: 'kind' }, { field: 'what' }],
    });
    await expect(logContact(ravi, 'nobody', call, 'k2')).rejects.toMatchObject({ code: 'not_found' });
    await expect(logContact(mei, mei.personId, call, 'k3')).rejects.toMatchObject({ code: 'forbidden' });
    await expect(logContact(ana, mei.personId, call, 'k4')).rejects.toMatchObject({ code: 'forbidden' });
    await expect(logContact(anonymous, mei.personId, call, 'k5')).rejects.toMatchObject({ code: 'unauthenticated' });
    expect((await app.bridge.timeline(ravi, mei.personId)).touches).toEqual([]);
  });

  it('shows one channel alone, and how many contacts each had', async () => {
    const { app, person } = await setUpApplication(source);
    const [mei, ravi] = [await person('Mei'), await person('Ravi', 'agent')];
    for (const [index, kind] of ['called', 'we_called', 'shop'].entries())
      await app.bridge.customers.logContact(ravi, mei.personId, { kind, what: `No. ${index}` }, `key-${index}`);
    expect(await app.bridge.habits.channels(ravi, mei.personId)).toEqual([
      { channel: 'phone', count: 2 },
      { channel: 'shop', count: 1 },
    ]);
    const { touches } = await app.bridge.timeline(ravi, mei.personId, { channel: 'phone' });
    expect(touches.map(({ body }) => body?.['what'])).toEqual(['No. 1', 'No. 0']);
  });

  it('hands over customers, accounts and open tickets, all or nothing', async () => {
    const { app, person } = await setUpApplication(source);
    const [mei, tom] = [await person('Mei'), await person('Tom')];
    const [ravi, siyuan, root] = [
      await person('Ravi', 'agent'),
      await person('Siyuan', 'agent'),
      await person('Root', 'administrator'),
    ];
    await app.accounts.setOwner(ravi, mei.personId, { owner: ravi.personId });
    await app.accounts.setOwner(ravi, tom.personId, { owner: siyuan.personId });
    const ask = {
      viewer: mei,
      client: { address: '127.0.0.1', userAgent: null },
      locale: 'en',
      channel: 'web',
    } as const;
    const { number } = await app.escalate({ ...ask, input: { subject: 'A', body: 'B' }, key: null });
    const solved = await app.escalate({ ...ask, input: { subject: 'C', body: 'D' }, key: null });
    for (const ticket of [number, solved.number])
      await app.bridge.desk.assign(ravi, ticket, { assignee: ravi.personId });
    await app.bridge.desk.setState(ravi, solved.number, { state: 'solved' });
    expect(await app.customers.owned(root, ravi.personId)).toEqual({ people: 1, accounts: 0, tickets: 1 });

    const given = { from: ravi.personId, to: siyuan.personId };
    await expect(app.customers.handOver(siyuan, given)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(app.customers.handOver(root, { ...given, to: mei.personId })).rejects.toMatchObject({
      fields: [{ field: 'to' }],
    });
    await expect(app.customers.handOver(root, { ...given, to: ravi.personId })).rejects.toMatchObject({
      fields: [{ field: 'to' }],
    });
    expect(await app.customers.owned(root, ravi.personId)).toEqual({ people: 1, accounts: 0, tickets: 1 });

    expect(await app.customers.handOver(ravi, given)).toEqual({ people: 1, accounts: 0, tickets: 1 });
    expect(await app.customers.owned(root, siyuan.personId)).toEqual({ people: 2, accounts: 0, tickets: 1 });
    expect((await app.bridge.customer(root, mei.personId)).ownerId).toBe(siyuan.personId);
    const { touches } = await app.bridge.timeline(root, mei.personId);
    expect(touches.slice(0, 2).map(({ type }) => type)).toEqual(['customer.handed_over', 'ticket.assigned']);
    expect(await app.customers.handOver(ravi, given)).toEqual({ people: 0, accounts: 0, tickets: 0 });
  });

  it('keeps one fact for each name, with who noted it', async () => {
    const { app, person } = await setUpApplication(source);
    const [mei, ravi] = [await person('Mei'), await person('Ravi', 'agent')];
    await app.accounts.addFact(ravi, mei.personId, { key: 'Deliveries', value: 'Front door' });
    await app.accounts.addFact(ravi, mei.personId, { key: 'Deliveries', value: 'Back entrance' });
    await expect(app.accounts.addFact(ravi, mei.personId, { key: '', value: 'x'.repeat(301) })).rejects.toMatchObject({
      fields: [{ field: 'key' }, { field: 'value' }],
    });
    await expect(app.accounts.addFact(mei, mei.personId, { key: 'a', value: 'b' })).rejects.toMatchObject({
      code: 'forbidden',
    });
    const facts = await app.accounts.facts(ravi, mei.personId);
    expect(facts).toMatchObject([{ key: 'Deliveries', value: 'Back entrance', notedBy: 'Ravi' }]);
    await app.accounts.removeFact(ravi, mei.personId, facts[0]?.id ?? '');
    expect(await app.accounts.facts(ravi, mei.personId)).toEqual([]);
  });

  describe('the list', () => {
    it('pages through everybody, the newest first, and finds by name, address and ticket', async () => {
      const { app, person } = await setUpApplication(source);
      const ravi = await person('Ravi', 'agent');
      for (let n = 0; n < 55; n += 1) await person(`Customer${n}`);
      const first = await app.customers.list(ravi, { view: 'all' });
      const second = await app.customers.list(ravi, { view: 'all', after: first.next ?? '' });
      expect([first.customers.length, second.customers.length, second.next]).toEqual([50, 5, null]);
      expect([...first.customers, ...second.customers].map(({ name }) => name)).toEqual(
        Array.from({ length: 55 }, (_, n) => `Customer${54 - n}`),
      );
      expect(first.counts).toMatchObject({ all: 55, late: 0, waiting: 0, mine: 0, new: 55 });
      const found = async (find: string) =>
        (await app.customers.list(ravi, { view: 'all', find })).customers.map(({ name }) => name);
      expect(await found('customer17')).toEqual(['Customer17']);
      expect(await found('Customer17@kitewood')).toEqual(['Customer17']);
      expect(await found('%')).toEqual([]);
      expect(await found('Ravi')).toEqual([]);
    });

    it('says who waits, for how long, and what happened last', async () => {
      const { app, person, later } = await setUpApplication(source);
      const [mei, tom, ravi] = [await person('Mei'), await person('Tom'), await person('Ravi', 'agent')];
      const ask = {
        client: { address: '127.0.0.1', userAgent: null },
        locale: 'en',
        channel: 'web',
        key: null,
      } as const;
      const input = { subject: 'Cracked', body: 'Two of eight' };
      await app.escalate({ ...ask, viewer: mei, input });
      expect((await app.customers.list(ravi, { view: 'late' })).customers).toEqual([]);
      later(2 * DAY);
      const { number } = await app.escalate({ ...ask, viewer: tom, input });
      await app.bridge.desk.reply(ravi, number, { body: 'Send a picture', then: 'waiting_for_you' }, null);
      const late = await app.customers.list(ravi, { view: 'late' });
      expect(late.customers).toMatchObject([
        { name: 'Mei', open: 1, lastContact: { channel: 'web', direction: 'inbound' } },
      ]);
      const waiting = await app.customers.list(ravi, { view: 'waiting' });
      expect(waiting.customers).toMatchObject([
        { name: 'Tom', unansweredSince: null, lastContact: { direction: 'outbound' } },
      ]);
      expect((await app.customers.list(ravi, { view: 'all', find: number })).customers).toMatchObject([
        { name: 'Tom' },
      ]);
      await expect(app.customers.list(mei, { view: 'all' })).rejects.toMatchObject({ code: 'forbidden' });
    });
  });
});
