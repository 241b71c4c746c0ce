import { expect, it } from 'vitest';
import { anonymous } from '../../src/accounts/index.ts';
import { desk } from '../../src/crm-bridge/index.ts';
import { eachDatabase } from '../support/databases.ts';
import { setUpBridge } from './bridgeSetup.ts';

const question = { subject: 'Two headboards are cracked', body: 'Six are perfect, two are split.' };

eachDatabase('the desk', (source) => {
  it('keeps a note’s files for colleagues alone', async () => {
    const { bridge, person, ask } = await setUpBridge(source, [desk()]);
    const [mei, ravi] = [await person('Mei'), await person('Ravi', 'agent')];
    const number = await ask(mei, question);
    const upload = await bridge.attachments.stage({ name: 'batch.txt' });
    upload.stream.write('KQRT');
    const { id: token } = await upload.finish();
    await bridge.desk.note(ravi, number, { body: 'See the label.', files: [token] }, 'key-of-a-note');
    const { messages } = await bridge.desk.ticket(ravi, number);
    const file = messages.at(-1)?.attachments[0];
    expect(file).toMatchObject({ name: 'batch.txt', size: 4 });
    expect((await bridge.attachments.download(ravi, file?.id ?? '')).name).toBe('batch.txt');
    await expect(bridge.attachments.download(mei, file?.id ?? '')).rejects.toMatchObject({ code: 'not_found' });
    expect(JSON.stringify(await bridge.tickets.read(mei, number))).not.toContain('batch.txt');
  });

  it('says how much is open and parked to those who work on it', async () => {
    const { bridge, queue, person, ask, database } = await setUpBridge(source, [desk()]);
    const [mei, ravi] = [await person('Mei'), await person('Ravi', 'agent')];
    const [first] = [await ask(mei, question), await ask(mei, question)];
    expect(await bridge.desk.standing(ravi)).toEqual({ tickets: 2, parked: 0 });
    await bridge.desk.setState(ravi, first, { state: 'solved' });
    await queue.runDue();
    await database.db.updateTable('job').set({ state: 'parked' }).where('kind', '=', 'case.open').execute();
    expect(await bridge.desk.standing(ravi)).toEqual({ tickets: 1, parked: 2 });
    await expect(bridge.desk.standing(mei)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(bridge.desk.standing(anonymous)).rejects.toMatchObject({ code: 'unauthenticated' });
  });
});
