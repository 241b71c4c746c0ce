import { expect, it } from 'vitest';
import type { PersonViewer } from '../../src/accounts/index.ts';
import { eachDatabase } from '../support/databases.ts';
import { client, setUpApplication } from './applicationSetup.ts';

const operator = { kind: 'operator' } as const;
const password = 'three ordinary words';
const reason = 'You asked on the telephone where the second parcel is';

eachDatabase('acting for a customer', (source) => {
  it('leaves touches of the colleague, and tells the customer by mail', async () => {
    const { app, person, mails } = await setUpApplication(source);
    const { accounts, bridge, database } = app;
    const mei = await person('Mei');
    const asked = { client, locale: 'en', channel: 'web', key: null } as const;
    const { number } = await app.escalate({ ...asked, viewer: mei, input: { subject: 'A parcel', body: 'Where?' } });
    const ravi = {
      email: 'ravi@kitewood.example',
      name: 'Ravi Menon',
      role: 'agent',
      verified: true,
      password,
    } as const;
    const { personId: raviId } = await accounts.addPerson(operator, ravi);
    const { cookies } = await accounts.signIn(ravi, client);
    const headers = new Headers({ cookie: cookies.map((line) => line.split(';')[0]).join('; ') });
    const viewer = async () => (await accounts.viewerOf({ headers })) as PersonViewer;

    await accounts.beginActing(await viewer(), { customerId: mei.personId, reason }, { headers });
    const acting = await viewer();
    await bridge.tickets.answer(acting, number, { body: 'Written for her.' }, null);
    await bridge.tickets.solve(acting, number);
    await app.escalate({ ...asked, viewer: acting, input: { subject: 'Another', body: 'For her, too.' } });
    await app.kb.search(acting, { text: 'parcel', locale: 'en', touch: true });
    await bridge.touches.flush();
    await accounts.endActing(headers);

    const touches = await database.db
      .selectFrom('touch')
      .select(['type', 'actor'])
      .where('actor', '!=', 'system')
      .orderBy('id')
      .execute();
    // In the thread it stands under the colleague's name, and the customer's own words under theirs.
    const { messages } = await bridge.tickets.read(mei, number);
    expect(messages.map(({ from, name }) => [from, name])).toEqual([
      ['customer', 'Mei'],
      ['customer', 'Ravi Menon'],
    ]);
    const [first, ...others] = touches;
    expect(first).toEqual({ type: 'ticket.opened', actor: 'customer' });
    expect(new Set(others.map(({ actor }) => actor))).toEqual(new Set([`staff:${raviId}`]));
    expect(others.map(({ type }) => type).toSorted()).toEqual([
      'account.acting_began',
      'account.acting_ended',
      'search.asked',
      'ticket.answered',
      'ticket.opened',
      'ticket.solved',
    ]);
    const { touches: shown } = await bridge.timeline(await viewer(), mei.personId);
    expect(shown.find(({ type }) => type === 'account.acting_began')?.body).toEqual({ reason });
    const mail = (await mails()).filter((eml) => eml.includes('To: mei@') && eml.includes('looked at your account'));
    expect(mail).toHaveLength(1);
    expect(mail[0]?.replaceAll('\r\n', ' ')).toContain(reason);
    expect(mail[0]).toContain('/en/account/security');
  });

  it('writes an invitation with a link that works, and of a second step that was taken away', async () => {
    const { app, mails } = await setUpApplication(source);
    const { accounts } = app;
    await accounts.inviteStaff(operator, { email: 'jo@kitewood.example', role: 'author', locale: 'zh-cn' });
    const [mail = ''] = await mails();
    const token = /\/zh-cn\/join\?token=([\w-]+)/.exec(mail)?.[1] ?? '';
    expect(await accounts.lookAtInvitation(token)).toMatchObject({ state: 'ready', role: 'author' });
    expect(mail).not.toContain('three ordinary words');
    const jo = { name: 'Jo', password };
    const { personId } = await accounts.acceptInvitation(token, jo, client);
    await app.database.transaction(async (tx) => {
      const { loginId } = await tx
        .selectFrom('person')
        .select('loginId')
        .where('id', '=', personId)
        .executeTakeFirstOrThrow();
      const at = new Date(0).toISOString();
      const factor = { sealedSecret: new Uint8Array(8), createdAt: at, confirmedAt: at, lastStep: 0 };
      await tx
        .insertInto('secondFactor')
        .values({ loginId: loginId ?? '', ...factor })
        .execute();
    });
    await accounts.resetSecondFactor(operator, personId);
    expect((await mails()).some((eml) => eml.includes('管理员重置了您的第二步'))).toBe(true);
  });
});
