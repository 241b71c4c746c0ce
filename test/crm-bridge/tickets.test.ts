import { describe, expect, it } from 'vitest';
import { anonymous } from '../../src/accounts/index.ts';
import { desk } from '../../src/crm-bridge/index.ts';
import { eachDatabase } from '../support/databases.ts';
import { setUpBridge } from './bridgeSetup.ts';

const question = { subject: 'Two headboards are cracked', body: 'Six are perfect, two are split.' };

eachDatabase('tickets', (source) => {
  it('shows a ticket to its customer alone; a stranger and an unknown number look the same', async () => {
    const { bridge, person, ask } = await setUpBridge(source, [desk()]);
    const [mei, tom] = [await person('Mei'), await person('Tom')];
    const number = await ask(mei, question);
    expect(await bridge.tickets.read(mei, number)).toMatchObject({ number, state: 'open', subject: question.subject });
    await expect(bridge.tickets.read(tom, number)).rejects.toMatchObject({ code: 'not_found' });
    await expect(bridge.tickets.read(tom, 'W-999999')).rejects.toMatchObject({ code: 'not_found' });
    await expect(bridge.tickets.read({ ...mei, verified: false }, number)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(bridge.tickets.read(anonymous, number)).rejects.toMatchObject({ code: 'unauthenticated' });
    expect((await bridge.tickets.list(tom)).tickets).toEqual([]);
  });

  it('answers once for one key, reopens what was solved, and refuses the key for another text', async () => {
    const { bridge, person, ask } = await setUpBridge(source, [desk()]);
    const mei = await person('Mei');
    const number = await ask(mei, question);
    await bridge.tickets.solve(mei, number);
    expect((await bridge.tickets.read(mei, number)).state).toBe('solved');
    const both = await Promise.all(
      [1, 2].map(() => bridge.tickets.answer(mei, number, { body: 'Still cracked.' }, 'key-1')),
    );
    expect(both[0]).toEqual(both[1]);
    const ticket = await bridge.tickets.read(mei, number);
    expect(ticket.state).toBe('open');
    expect(ticket.messages.map(({ body }) => body)).toEqual([question.body, 'Still cracked.']);
    await expect(bridge.tickets.answer(mei, number, { body: 'Other' }, 'key-1')).rejects.toMatchObject({
      code: 'conflict',
    });
  });

  it('keeps staff notes from every outlet of the customer and of the CRM', async () => {
    const sent: unknown[] = [];
    const crm = {
      ...desk(),
      name: 'listening',
      capabilities: { appendMessage: true, setState: true },
      openCase: async (request: unknown) => {
        sent.push(request);
        return { reference: 'C-1', url: null };
      },
      appendMessage: async (...call: unknown[]) => void sent.push(call),
      setState: async (...call: unknown[]) => void sent.push(call),
    };
    const { bridge, queue, person, ask, database } = await setUpBridge(source, [crm]);
    const [mei, ravi] = [await person('Mei'), await person('Ravi', 'agent')];
    const number = await ask(mei, question);
    const canary = 'CANARY-7c1f';
    await bridge.desk.note(ravi, number, { body: `${canary} third one from batch KQ` }, null);
    await bridge.desk.reply(ravi, number, { body: 'We send two new ones.', then: 'waiting_for_you' }, null);
    queue.handle('mail.replied', async (job) => void sent.push(job));
    await queue.runDue();
    expect(JSON.stringify(sent)).toContain('We send two new ones.');
    expect(
      JSON.stringify([sent, await bridge.tickets.read(mei, number), await bridge.tickets.list(mei)]),
    ).not.toContain(canary);
    const jobs = await database.db.selectFrom('job').selectAll().execute();
    expect(JSON.stringify(jobs)).not.toContain(canary);
    expect(JSON.stringify(await bridge.desk.ticket(ravi, number))).toContain(canary);
  });

  it('links the case once, and hands operations of one ticket over in their order', async () => {
    const order: string[] = [];
    const crm = {
      ...desk(),
      name: 'ordered',
      capabilities: { appendMessage: true, setState: true },
      openCase: async () => {
        order.push('open');
        return { reference: 'C-7', url: 'https://crm.example/7' };
      },
      appendMessage: async (_: string, message: { body: string }) => void order.push(message.body),
      setState: async (_: string, state: string) => void order.push(state),
    };
    const { bridge, queue, person, ask, database } = await setUpBridge(source, [crm]);
    const [mei, ravi] = [await person('Mei'), await person('Ravi', 'agent')];
    const number = await ask(mei, question);
    await bridge.tickets.answer(mei, number, { body: 'one' }, null);
    await bridge.desk.reply(ravi, number, { body: 'two', then: 'solved' }, null);
    await bridge.tickets.answer(mei, number, { body: 'three' }, null);
    queue.handle('mail.replied', async () => undefined);
    await queue.runDue();
    expect(order).toEqual(['open', 'one', 'two', 'solved', 'three', 'open']);
    const links = await database.db.selectFrom('caseLink').select(['connector', 'reference']).execute();
    expect(links.map((link) => ({ ...link }))).toEqual([{ connector: 'ordered', reference: 'C-7' }]);
    expect((await bridge.tickets.read(mei, number)).case).toEqual({
      connector: 'ordered',
      reference: 'C-7',
      url: null,
    });
  });

  it('shows the desk what the customer searched and read before asking, and earlier tickets', async () => {
    const { bridge, person, ask } = await setUpBridge(source, [desk()]);
    const [mei, ravi] = [await person('Mei'), await person('Ravi', 'agent')];
    const first = await ask(mei, { ...question, subject: 'Earlier' });
    const inquiry = bridge.inquiries.start();
    const touch = { channel: 'web' as const, direction: 'inbound' as const, actor: 'customer', inquiry };
    bridge.touches.record({
      ...touch,
      type: 'search.asked',
      personId: null,
      body: { text: 'cracked veneer', verdict: 'unsure' },
    });
    bridge.touches.record({
      ...touch,
      type: 'article.read',
      personId: mei.personId,
      body: { title: 'Hairline cracks' },
    });
    await bridge.touches.flush();
    const number = await ask(mei, { ...question, inquiry });
    const ticket = await bridge.desk.ticket(ravi, number);
    expect(ticket.story.map(({ type }) => type)).toEqual(['search.asked', 'article.read', 'ticket.opened']);
    expect(ticket.story[0]?.body).toEqual({ text: 'cracked veneer', verdict: 'unsure' });
    expect(ticket.earlier.map((earlier) => earlier.number)).toEqual([first]);
    const timeline = await bridge.timeline(ravi, mei.personId);
    expect(timeline.touches.map(({ type }) => type)).toEqual(['ticket.opened', 'article.read', 'ticket.opened']);
  });

  it('lets agents work and nobody else', async () => {
    const { bridge, person, ask } = await setUpBridge(source, [desk()]);
    const [mei, ana, ravi] = [await person('Mei'), await person('Ana', 'author'), await person('Ravi', 'agent')];
    const number = await ask(mei, question);
    for (const viewer of [mei, ana, { ...ravi, verified: false }]) {
      await expect(bridge.desk.reply(viewer, number, { body: 'x' }, null)).rejects.toMatchObject({ code: 'forbidden' });
      await expect(bridge.desk.queue(viewer, { view: 'open' })).rejects.toMatchObject({ code: 'forbidden' });
      await expect(bridge.timeline(viewer, mei.personId)).rejects.toMatchObject({ code: 'forbidden' });
    }
    await bridge.desk.assign(ravi, number, { assignee: ravi.personId });
    await expect(bridge.desk.assign(ravi, number, { assignee: mei.personId })).rejects.toMatchObject({
      code: 'invalid',
    });
    const mine = await bridge.desk.queue(ravi, { view: 'mine' });
    expect(mine.tickets.map((ticket) => ticket.number)).toEqual([number]);
    expect(mine.counts).toEqual({ open: 1, mine: 1, unassigned: 0, waiting: 0, solved: 0 });
    const found = await bridge.desk.queue(ravi, { view: 'open', find: 'HEADBOARDS' });
    expect(found.tickets).toHaveLength(1);
    expect((await bridge.desk.queue(ravi, { view: 'open', find: '100%_' })).tickets).toEqual([]);
  });

  it('pages lists by key', async () => {
    const { bridge, person, ask, clock } = await setUpBridge(source, [desk()]);
    const mei = await person('Mei');
    const numbers: string[] = [];
    for (let count = 0; count < 45; count++) {
      clock.ahead += 1;
      numbers.push(await ask(mei, { ...question, subject: `Question ${count}` }));
    }
    const seen: string[] = [];
    for (let next: string | null | undefined; next !== null;) {
      const page = await bridge.tickets.list(mei, next);
      seen.push(...page.tickets.map(({ number }) => number));
      next = page.next;
    }
    expect(seen).toEqual(numbers.toReversed());
  });

  describe('one transaction', () => {
    it('writes all of a ticket or nothing, whichever statement fails', async () => {
      const fault = { at: Infinity, seen: 0 };
      const onStatement = (): void => {
        fault.seen += 1;
        if (fault.seen === fault.at) throw new Error('planted');
      };
      const { bridge, person, ask, database } = await setUpBridge(source, [desk()], { onStatement });
      const mei = await person('Mei');
      const inquiry = bridge.inquiries.start();
      await ask(mei, question); // keys and statements are made
      await ask(mei, question); // a key that was made is read once more, and kept from then on
      fault.seen = 0;
      await ask(mei, { ...question, inquiry: bridge.inquiries.start() });
      const statements = fault.seen;
      expect(statements).toBeGreaterThan(8);
      const count = async () => {
        const tables = ['ticket', 'message', 'touch', 'inquiry', 'job'] as const;
        return Promise.all(
          tables.map(
            async (table) =>
              (
                await database.db
                  .selectFrom(table)
                  .select((eb) => eb.fn.countAll<number>().as('n'))
                  .execute()
              )[0]?.n,
          ),
        );
      };
      const before = await count();
      for (let at = 1; at <= statements; at++) {
        Object.assign(fault, { at, seen: 0 });
        await expect(ask(mei, { ...question, inquiry })).rejects.toThrow();
        Object.assign(fault, { at: Infinity });
        expect(await count(), `after a fault at statement ${at}`).toEqual(before);
      }
      await ask(mei, { ...question, inquiry });
      expect((await bridge.tickets.list(mei)).tickets).toHaveLength(4);
    });
  });
});
