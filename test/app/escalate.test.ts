import { expect, it } from 'vitest';
import { anonymous, type Viewer } from '../../src/accounts/index.ts';
import { eachDatabase } from '../support/databases.ts';
import { client, setUpApplication, type ApplicationSetup } from './applicationSetup.ts';

const DAY = 24 * 3_600_000;
const question = { subject: 'CANARY subject', body: 'CANARY body' };

function ask({ app }: ApplicationSetup, viewer: Viewer, more: object = {}, key: string | null = null) {
  return app.escalate({ viewer, client, locale: 'en', channel: 'web', input: { ...question, ...more }, key });
}

function tokenIn(mail: string | undefined): string {
  return /\/enter\?token=([\w-]{20,})/.exec(mail ?? '')?.[1] ?? '';
}

eachDatabase('escalation', (source) => {
  it('opens one ticket for one key, however many arrive at once', async () => {
    const setup = await setUpApplication(source);
    const mei = await setup.person('Mei');
    const all = await Promise.all(Array.from({ length: 20 }, () => ask(setup, mei, {}, 'double-click-1')));
    expect(new Set(all.map(({ number }) => number)).size).toBe(1);
    expect((await setup.app.bridge.tickets.list(mei)).tickets).toHaveLength(1);
    await expect(ask(setup, mei, { subject: 'Another' }, 'double-click-1')).rejects.toMatchObject({ code: 'conflict' });
    expect((await setup.mails()).filter((mail) => mail.includes('Subject: We have your question'))).toHaveLength(1);
  });

  it('takes a guest’s question at once, and shows it to nobody before the mailed button', async () => {
    const setup = await setUpApplication(source);
    const { app } = setup;
    const { number, confirmed } = await ask(setup, anonymous, { email: 'Jonas@Harbour.example', name: 'Jonas' });
    expect(confirmed).toBe(false);
    const ravi = await setup.person('Ravi', 'agent');
    expect(await app.bridge.desk.ticket(ravi, number)).toMatchObject({ confirmed: false, subject: question.subject });
    const [mail] = await setup.mails();
    expect(mail).toMatch(/To: jonas@harbour\.example/);
    expect(mail).not.toContain('CANARY');
    expect(mail).not.toContain('Jonas ');
    const token = tokenIn(mail);
    expect(await app.accounts.lookAtEnter(token)).toMatchObject({ state: 'ready', email: 'jonas@harbour.example' });
    const entered = await app.accounts.enter(token, client);
    expect(entered.returnTo).toBe(`/en/tickets/${number}`);
    const viewer = await app.accounts.viewerOf({
      headers: new Headers({ cookie: entered.cookies[0]?.split(';')[0] ?? '' }),
    });
    expect(viewer).toMatchObject({ kind: 'person', verified: true, email: 'jonas@harbour.example' });
    expect((await app.bridge.tickets.read(viewer, number)).messages).toHaveLength(1);
    await expect(app.accounts.enter(token, client)).rejects.toMatchObject({ code: 'invalid' });
  });

  it('attaches nothing to a known person because somebody typed their address', async () => {
    const setup = await setUpApplication(source);
    const mei = await setup.person('Mei');
    const { number } = await ask(setup, anonymous, { email: mei.email, name: 'Not Mei' });
    expect((await setup.app.bridge.tickets.list(mei)).tickets).toEqual([]);
    await expect(setup.app.bridge.tickets.read(mei, number)).rejects.toMatchObject({ code: 'not_found' });
    await setup.app.accounts.enter(tokenIn((await setup.mails())[0]), client);
    expect((await setup.app.bridge.tickets.list(mei)).tickets).toHaveLength(1);
  });

  it('mails an unproven address once a day, whatever is asked in its name', async () => {
    const setup = await setUpApplication(source);
    const guest = { email: 'jonas@harbour.example', name: 'Jonas' };
    for (let count = 0; count < 3; count++) await ask(setup, anonymous, guest);
    expect(await setup.mails()).toHaveLength(1);
    setup.later(DAY + 1);
    await ask(setup, anonymous, guest);
    expect(await setup.mails()).toHaveLength(2);
  });

  it('mails an answer in the person’s language, and nothing of a ticket to an unproven address', async () => {
    const setup = await setUpApplication(source);
    const { app } = setup;
    const [mei, ravi] = [await setup.person('Mei'), await setup.person('Ravi', 'agent')];
    await app.accounts.setLocale(mei, 'zh-cn');
    const { number } = await ask(setup, mei);
    await app.bridge.desk.reply(ravi, number, { body: '我们会寄两块新的。' }, null);
    await app.bridge.desk.note(ravi, number, { body: 'STAFF-CANARY' }, null);
    const guests = await ask(setup, anonymous, { email: 'jonas@harbour.example' });
    await app.bridge.desk.reply(ravi, guests.number, { body: 'REPLY-CANARY' }, null);
    const mails = await setup.mails();
    const reply = mails.find((mail) => mail.includes('我们会寄两块新的。'));
    expect(reply).toContain('lang="zh-CN"');
    expect(reply).toContain('https://help.kitewood.example/zh-cn/tickets/');
    expect(mails.join()).not.toContain('STAFF-CANARY');
    expect(mails.join()).not.toContain('REPLY-CANARY');
  });

  it('refuses what cannot be taken, field by field, and writes nothing', async () => {
    const setup = await setUpApplication(source);
    const mei = await setup.person('Mei');
    const refused = ask(setup, mei, { subject: ' ', body: 'x\u0000y', order: 'a\nb', files: ['unknown-token'] });
    await expect(refused).rejects.toMatchObject({
      code: 'invalid',
      fields: [
        { field: 'subject', key: 'errors.required' },
        { field: 'body', key: 'errors.control' },
        { field: 'order', key: 'errors.oneLine' },
      ],
    });
    await expect(ask(setup, mei, { files: ['unknown-token'] })).rejects.toMatchObject({ fields: [{ field: 'files' }] });
    await expect(ask(setup, anonymous, { email: 'nobody' })).rejects.toMatchObject({
      fields: [{ field: 'email', key: 'errors.email' }],
    });
    const counts = await Promise.all(
      (['ticket', 'touch', 'job'] as const).map((table) =>
        setup.app.database.db.selectFrom(table).selectAll().execute(),
      ),
    );
    expect(counts.flat()).toEqual([]);
  });

  it('holds whoever asks too often, and not the others', async () => {
    const setup = await setUpApplication(source);
    const [mei, tom] = [await setup.person('Mei'), await setup.person('Tom')];
    for (let count = 0; count < 30; count++) await ask(setup, mei);
    await expect(ask(setup, mei)).rejects.toMatchObject({ code: 'limited' });
    await expect(ask(setup, tom)).resolves.toMatchObject({ confirmed: true });
    setup.later(3_600_000);
    await expect(ask(setup, mei)).resolves.toMatchObject({ confirmed: true });
  });
});
