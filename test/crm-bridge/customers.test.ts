import { expect, it } from 'vitest';
import { anonymous } from '../../src/accounts/index.ts';
import { desk } from '../../src/crm-bridge/index.ts';
import { eachDatabase } from '../support/databases.ts';
import { setUpBridge } from './bridgeSetup.ts';

eachDatabase('customers', (source) => {
  it('are shown to those who work on tickets: who they are, and their latest tickets', async () => {
    const { bridge, clock, person, ask } = await setUpBridge(source, [desk()]);
    const [mei, tom, ravi] = [await person('Mei'), await person('Tom'), await person('Ravi', 'agent')];
    const numbers: string[] = [];
    for (let count = 0; count < 11; count++) {
      clock.ahead += 1_000;
      numbers.push(await ask(mei, { subject: `Question ${count}`, body: 'Hello' }));
    }
    await ask(tom, { subject: 'Another’s', body: 'Hello' });
    clock.ahead += 1_000;
    await bridge.desk.reply(ravi, numbers[3] ?? '', { body: 'Yes.', then: 'solved' }, null);
    const customer = await bridge.customer(ravi, mei.personId);
    expect(customer).toMatchObject({ id: mei.personId, name: 'Mei', email: mei.email, verified: true, locale: 'en' });
    expect(customer).toMatchObject({ ticketCount: 11, companies: [] });
    expect(customer.colleagues).toEqual([{ id: ravi.personId, name: 'Ravi' }]);
    expect(customer.tickets).toHaveLength(10);
    expect(customer.tickets[0]).toMatchObject({ number: numbers[3], state: 'solved', assignee: 'Ravi' });
    expect(customer.tickets[1]).toMatchObject({ number: numbers[10], state: 'open', assignee: null });
  });

  it('are named with the companies they belong to', async () => {
    const { bridge, database, person } = await setUpBridge(source, [desk()]);
    const [mei, ravi] = [await person('Mei'), await person('Ravi', 'agent')];
    const createdAt = '2026-11-06T10:00:00.000Z';
    const account = { id: 'a1', externalId: null, name: 'Harbour Lane Hotels', ownerId: null, createdAt };
    const member = { accountId: 'a1', personId: mei.personId, role: 'member' as const, createdAt };
    await database.db.insertInto('account').values(account).execute();
    await database.db.insertInto('membership').values(member).execute();
    expect((await bridge.customer(ravi, mei.personId)).companies).toEqual([
      { id: 'a1', externalId: null, name: 'Harbour Lane Hotels' },
    ]);
  });

  it('a guest who turned out to be somebody is that person', async () => {
    const { bridge, database, person } = await setUpBridge(source, [desk()]);
    const [mei, guest, ravi] = [await person('Mei'), await person('Guest'), await person('Ravi', 'agent')];
    const merged = { mergedInto: mei.personId, verifiedAt: null };
    await database.db.updateTable('person').set(merged).where('id', '=', guest.personId).execute();
    expect(await bridge.customer(ravi, guest.personId)).toMatchObject({ id: mei.personId, name: 'Mei' });
  });

  it('are not found when nobody has the id, and shown to nobody else', async () => {
    const { bridge, person } = await setUpBridge(source, [desk()]);
    const [mei, ana, ravi] = [await person('Mei'), await person('Ana', 'author'), await person('Ravi', 'agent')];
    await expect(bridge.customer(ravi, 'nobody')).rejects.toMatchObject({ code: 'not_found' });
    await expect(bridge.customer(anonymous, mei.personId)).rejects.toMatchObject({ code: 'unauthenticated' });
    for (const viewer of [mei, ana, { ...ravi, verified: false }]) {
      await expect(bridge.customer(viewer, mei.personId)).rejects.toMatchObject({ code: 'forbidden' });
      await expect(bridge.customer(viewer, 'nobody')).rejects.toMatchObject({ code: 'forbidden' });
    }
  });
});
