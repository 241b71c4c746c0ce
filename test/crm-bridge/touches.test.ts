import { expect, it } from 'vitest';
import { desk } from '../../src/crm-bridge/index.ts';
import { eachDatabase } from '../support/databases.ts';
import { allOf, setUpBridge } from './bridgeSetup.ts';

const read = { type: 'article.read', channel: 'web', direction: 'inbound', actor: 'customer' } as const;

eachDatabase('touches', (source) => {
  it('are never changed and never deleted, but may be sealed once', async () => {
    const { bridge, database } = await setUpBridge(source, [desk()]);
    bridge.touches.record({ ...read, personId: null, body: { title: 'x' } });
    await bridge.touches.flush();
    const { db } = database;
    for (const change of [
      { type: 'other' },
      { actor: 'x' },
      { inquiry: 'y' },
      { body: new Uint8Array([1]) },
      { recordedAt: 'z' },
    ]) {
      await expect(db.updateTable('touch').set(change).execute()).rejects.toThrow(/append-only/);
    }
    await expect(db.deleteFrom('touch').execute()).rejects.toThrow(/append-only/);
    await db.updateTable('touch').set({ seq: 1 }).execute();
    await expect(db.updateTable('touch').set({ seq: 2 }).execute()).rejects.toThrow(/append-only/);
    await expect(db.updateTable('touch').set({ seq: null }).execute()).rejects.toThrow(/append-only/);
  });

  it('hold no readable word of what was asked', async () => {
    const { bridge, database, person } = await setUpBridge(source, [desk()]);
    const mei = await person('Mei');
    bridge.touches.record({ ...read, personId: mei.personId, body: { text: 'CANARY of a person' } });
    bridge.touches.record({ ...read, personId: null, body: { text: 'CANARY of a stranger' } });
    await bridge.touches.flush();
    const rows = await database.db.selectFrom('touch').selectAll().execute();
    expect(rows).toHaveLength(2);
    for (const row of rows) {
      expect(Buffer.from(row.body).includes('CANARY')).toBe(false);
      expect(row.subject).not.toBe(mei.personId);
    }
    expect(rows.filter(({ subject }) => subject === null)).toHaveLength(1);
  });

  it('are unreadable once the key is gone, and keep their place in the timeline', async () => {
    const { bridge, database, person } = await setUpBridge(source, [desk()]);
    const [mei, ravi] = [await person('Mei'), await person('Ravi', 'agent')];
    bridge.touches.record({ ...read, personId: mei.personId, body: { title: 'Oil the table' } });
    await bridge.touches.flush();
    expect((await bridge.timeline(ravi, mei.personId)).touches[0]?.body).toEqual({ title: 'Oil the table' });
    const keys = await database.db.deleteFrom('subjectKey').executeTakeFirst();
    expect(Number(keys.numDeletedRows)).toBe(1);
    expect((await bridge.timeline(ravi, mei.personId)).touches).toEqual([]);
  });

  it('are never encrypted with a key that was rolled back', async () => {
    const { bridge, database, person } = await setUpBridge(source, [desk()]);
    const [mei, ravi] = [await person('Mei'), await person('Ravi', 'agent')];
    const failing = database.transaction(async (tx) => {
      await bridge.touches.recordIn(tx, { ...read, personId: mei.personId, body: { n: 1 } });
      await bridge.touches.recordIn(tx, { ...read, personId: mei.personId, body: { n: 2 } });
      throw new Error('Something else failed.');
    });
    await expect(failing).rejects.toThrow('Something else failed.');
    bridge.touches.record({ ...read, personId: mei.personId, body: { n: 3 } });
    await bridge.touches.flush();
    expect((await bridge.timeline(ravi, mei.personId)).touches.map(({ body }) => body)).toEqual([{ n: 3 }]);
  });

  it('of somebody who was forgotten elsewhere are unreadable here after a minute', async () => {
    const { bridge, clock, person, beside } = await setUpBridge(source, [desk()]);
    const mei = await person('Mei');
    bridge.touches.record({ ...read, personId: mei.personId, body: { n: 1 } });
    await bridge.touches.flush();
    await bridge.sealedLog.seal();
    const bodies = async () => (await allOf(bridge.sealedLog.after(0))).map(({ body }) => body);
    expect(await bodies()).toEqual([{ n: 1 }]);
    await beside().database.db.deleteFrom('subjectKey').execute();
    clock.ahead = 61_000;
    expect(await bodies()).toEqual([null]);
  });

  it('are gathered and written by themselves a moment later', async () => {
    const { bridge, database } = await setUpBridge(source, [desk()]);
    for (let count = 0; count < 1_200; count++) bridge.touches.record({ ...read, personId: null, body: { count } });
    await expect
      .poll(async () => (await database.db.selectFrom('touch').select('id').execute()).length, { timeout: 15_000 })
      .toBe(1_200);
    expect(bridge.touches.lost()).toBe(0);
  });

  it('keep an inquiry alive, and half an hour of silence ends it', async () => {
    const { bridge, database, clock } = await setUpBridge(source, [desk()]);
    const inquiry = bridge.inquiries.start();
    expect(Buffer.from(inquiry, 'base64url')).toHaveLength(16);
    bridge.touches.record({ ...read, personId: null, inquiry, body: {} });
    await bridge.touches.flush();
    clock.ahead = 29 * 60_000;
    bridge.touches.record({ ...read, personId: null, inquiry, body: {} });
    await bridge.touches.flush();
    clock.ahead = 58 * 60_000;
    expect(await bridge.inquiries.endSilent()).toBe(0);
    clock.ahead = 60 * 60_000;
    expect(await bridge.inquiries.endSilent()).toBe(1);
    const row = await database.db.selectFrom('inquiry').selectAll().executeTakeFirstOrThrow();
    expect(row.outcome).toBe('abandoned');
    expect(row.endedAt).toBe(row.lastAt);
  });

  it('end an inquiry with its first outcome, but asking a person after all counts', async () => {
    const { bridge, database, clock, person, ask } = await setUpBridge(source, [desk()]);
    const mei = await person('Mei');
    const [answered, asked, fresh] = [bridge.inquiries.start(), bridge.inquiries.start(), bridge.inquiries.start()];
    const endOf = (id: string) =>
      database.db.selectFrom('inquiry').select(['outcome', 'endedAt']).where('id', '=', id).executeTakeFirstOrThrow();

    await bridge.inquiries.answered(mei, answered, null);
    const first = await endOf(answered);
    expect(first.outcome).toBe('answered');
    clock.ahead = 60_000;
    bridge.touches.record({ ...read, personId: null, inquiry: answered, body: {} });
    await bridge.touches.flush();
    await bridge.inquiries.answered(mei, answered, null);
    expect(await endOf(answered)).toEqual(first);

    await ask(mei, { subject: 'After all', body: 'Hello', inquiry: answered });
    const last = await endOf(answered);
    expect(last.outcome).toBe('escalated');
    expect((last.endedAt ?? '') > (first.endedAt ?? '')).toBe(true);
    clock.ahead = 120_000;
    await bridge.inquiries.answered(mei, answered, null);
    expect(await endOf(answered)).toEqual(last);

    await ask(mei, { subject: 'At once', body: 'Hello', inquiry: asked });
    expect((await endOf(asked)).outcome).toBe('escalated');
    bridge.touches.record({ ...read, personId: null, inquiry: fresh, endsInquiry: 'answered', body: {} });
    bridge.touches.record({ ...read, personId: null, inquiry: fresh, body: {} });
    await bridge.touches.flush();
    expect((await endOf(fresh)).outcome).toBe('answered');
  });

  it('a guest’s touches come along when the address is proven', async () => {
    const { bridge, database, person, ask } = await setUpBridge(source, [desk()]);
    const [mei, guest, ravi] = [await person('Mei'), await person('Guest'), await person('Ravi', 'agent')];
    const number = await ask(guest, { subject: 'As a guest', body: 'Hello' });
    await database.db.updateTable('ticket').set({ confirmedAt: null }).execute();
    await expect(bridge.tickets.read(guest, number)).rejects.toMatchObject({ code: 'not_found' });
    await database.transaction((tx) => bridge.confirmTickets(tx, mei.personId, guest.personId));
    expect((await bridge.tickets.read(mei, number)).subject).toBe('As a guest');
    expect((await bridge.timeline(ravi, mei.personId)).touches.map(({ type }) => type)).toEqual(['ticket.opened']);
  });
});
