import { describe, expect, it } from 'vitest';
import { viewerOfPerson, type PersonViewer, type Seat } from '../../src/accounts/index.ts';
import { desk } from '../../src/crm-bridge/index.ts';
import { eachDatabase, type DatabaseSource } from '../support/databases.ts';
import { setUpBridge } from './bridgeSetup.ts';

const question = { subject: 'Two headboards are cracked', body: 'Six are perfect, two are split.' };
const now = '2026-11-24T00:00:00.000Z';

/** Mei asked for the hotels; around her stand colleagues who see more or less. */
async function setUp(source: DatabaseSource) {
  const setup = await setUpBridge(source, [desk()]);
  const { database, bridge, person } = setup;
  for (const id of ['hotels', 'cafe']) {
    await database.db
      .insertInto('account')
      .values({ id, name: id, externalId: null, ownerId: null, createdAt: now })
      .execute();
  }
  const join = async (
    name: string,
    seat: Partial<Pick<Seat, 'role' | 'tickets' | 'accountId'>> & { left?: boolean },
  ) => {
    const { personId } = await person(name);
    const { accountId = 'hotels', role = 'member', tickets = 'own', left = false } = seat;
    await database.db
      .insertInto('membership')
      .values({ accountId, personId, role, tickets, createdAt: now, endedAt: left ? now : null })
      .execute();
    await database.db.updateTable('person').set({ accountId }).where('id', '=', personId).execute();
    return personId;
  };
  const ids = {
    mei: await join('Mei', {}),
    owner: await join('Olga', { role: 'owner' }),
    manager: await join('Jonas', { role: 'manager' }),
    own: await join('Hyacinth', {}),
    all: await join('Aldo', { tickets: 'all' }),
    answer: await join('Beate', { tickets: 'answer' }),
    former: await join('Fritz', { role: 'owner', left: true }),
    foreign: await join('Carla', { accountId: 'cafe', role: 'owner' }),
  };
  const viewer = async (name: keyof typeof ids): Promise<PersonViewer> => {
    const found = await viewerOfPerson(database.db, ids[name]);
    if (!found) throw new Error(`${name} is gone.`);
    return found;
  };
  const open = async (name: keyof typeof ids, accountId: string | null = 'hotels') =>
    database.transaction((tx) =>
      bridge.openTicket(tx, {
        ...{ ...question, files: [], personId: ids[name], accountId, confirmed: true },
        ...{ locale: 'en', channel: 'web', actor: 'customer' },
      }),
    );
  return { ...setup, ids, viewer, open };
}

eachDatabase('tickets of a company', (source) => {
  it('are read and answered as the owner lets each member, and by nobody else', async () => {
    const { bridge, viewer, open, ids } = await setUp(source);
    const { number } = await open('mei');
    const outcomes: Record<string, string> = {};
    for (const name of Object.keys(ids) as (keyof typeof ids)[]) {
      const who = await viewer(name);
      const read = await bridge.tickets.read(who, number).then(
        (ticket) => `reads${ticket.mayAnswer ? ' and may answer' : ''}, asked by ${ticket.askedBy ?? 'themselves'}`,
        (error: { code: string }) => error.code,
      );
      const answered = await bridge.tickets.answer(who, number, { body: `From ${name}.` }, null).then(
        () => 'answers',
        (error: { code: string }) => error.code,
      );
      const listed = (await bridge.tickets.list(who)).tickets.length;
      outcomes[name] = `${read}; ${answered}; lists ${listed}`;
    }
    expect(outcomes).toEqual({
      mei: 'reads and may answer, asked by themselves; answers; lists 1',
      owner: 'reads and may answer, asked by Mei; answers; lists 1',
      manager: 'reads and may answer, asked by Mei; answers; lists 1',
      own: 'not_found; not_found; lists 0',
      all: 'reads, asked by Mei; forbidden; lists 1',
      answer: 'reads and may answer, asked by Mei; answers; lists 1',
      former: 'not_found; not_found; lists 0',
      foreign: 'not_found; not_found; lists 0',
    });
    const { messages } = await bridge.tickets.read(await viewer('mei'), number);
    expect(messages.map(({ name }) => name)).toEqual(['Mei', 'Mei', 'Olga', 'Jonas', 'Beate']);
  });

  it('stay with the company when whoever asked leaves; what is only theirs stays with them', async () => {
    const { bridge, viewer, open, database, ids } = await setUp(source);
    const [shared, alone] = [await open('mei'), await open('mei', null)];
    await database.db.updateTable('membership').set({ endedAt: now }).where('personId', '=', ids.mei).execute();
    const mei = await viewer('mei');
    await expect(bridge.tickets.read(mei, shared.number)).rejects.toMatchObject({ code: 'not_found' });
    expect((await bridge.tickets.list(mei)).tickets.map(({ number }) => number)).toEqual([alone.number]);
    const owner = await viewer('owner');
    expect((await bridge.tickets.list(owner)).tickets.map(({ number }) => number)).toEqual([shared.number]);
    await expect(bridge.tickets.read(owner, alone.number)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('lists what belongs to where somebody acts, and opens a ticket from anywhere', async () => {
    const { bridge, viewer, open, database, ids } = await setUp(source);
    const [shared, alone] = [await open('mei'), await open('mei', null)];
    const numbers = async () => (await bridge.tickets.list(await viewer('mei'))).tickets.map(({ number }) => number);
    expect(await numbers()).toEqual([shared.number]);
    expect(await bridge.tickets.read(await viewer('mei'), alone.number)).toMatchObject({ account: null });
    await database.db.updateTable('person').set({ accountId: null }).where('id', '=', ids.mei).execute();
    expect((await numbers()).toSorted()).toEqual([shared.number, alone.number].toSorted());
  });

  it('gives their files to whoever reads the message, and to nobody else', async () => {
    const { bridge, viewer, database, ids, runtime } = await setUp(source);
    const upload = await bridge.attachments.stage({ name: 'label.txt' });
    upload.stream.write('KQRT');
    const { id: token } = await upload.finish();
    await database.transaction((tx) =>
      bridge.openTicket(tx, {
        ...{ ...question, files: [token], personId: ids.mei, accountId: 'hotels', confirmed: true },
        ...{ locale: 'en', channel: 'web', actor: 'customer' },
      }),
    );
    const { id } = await database.db.selectFrom('attachment').select('id').executeTakeFirstOrThrow();
    expect(runtime.now()).toBeGreaterThan(0);
    const may: string[] = [];
    for (const name of Object.keys(ids) as (keyof typeof ids)[]) {
      const got = await bridge.attachments.download(await viewer(name), id).catch(() => null);
      got?.stream.destroy();
      if (got) may.push(name);
    }
    expect(may).toEqual(['mei', 'owner', 'manager', 'all', 'answer']);
  });

  describe('mails', () => {
    it('go to whoever asked and whoever wrote, not to the writer, and to owners for those who left', async () => {
      const { bridge, viewer, open, person, queue, database, ids } = await setUp(source);
      const ravi = await person('Ravi', 'agent');
      const told: string[] = [];
      const names = Object.fromEntries(Object.entries(ids).map(([name, id]) => [id, name]));
      for (const kind of ['mail.replied', 'mail.shared'] as const) {
        queue.handle(kind, async ({ payload }) => {
          const { messageId, personId } = payload as { messageId: string; personId: string };
          const from = kind === 'mail.replied' ? 'company' : 'customer';
          const mail = await bridge.replyForMail(messageId, { from, personId });
          told.push(`${kind} ${names[personId] ?? ''}${mail?.mayRead ? '' : ', who may not'}`);
        });
      }
      const { number } = await open('mei');
      await bridge.desk.reply(ravi, number, { body: 'A photo, please.' }, null);
      await queue.runDue();
      expect(told.splice(0)).toEqual(['mail.replied mei']);
      await bridge.tickets.answer(await viewer('answer'), number, { body: 'Here.' }, null);
      await queue.runDue();
      expect(told.splice(0)).toEqual(['mail.shared mei']);
      await bridge.desk.reply(ravi, number, { body: 'Thank you.' }, null);
      await queue.runDue();
      expect(told.splice(0).toSorted()).toEqual(['mail.replied answer', 'mail.replied mei']);

      await database.db.updateTable('membership').set({ endedAt: now }).where('personId', '=', ids.mei).execute();
      await database.db.updateTable('membership').set({ tickets: 'own' }).where('personId', '=', ids.answer).execute();
      await bridge.desk.reply(ravi, number, { body: 'They are on their way.' }, null);
      await queue.runDue();
      expect(told.toSorted()).toEqual([
        'mail.replied answer, who may not',
        'mail.replied mei, who may not',
        'mail.replied owner',
      ]);
    });
  });
});
