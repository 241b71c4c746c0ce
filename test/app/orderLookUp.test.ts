import { expect, it } from 'vitest';
import { anonymous } from '../../src/accounts/index.ts';
import { redactText } from '../../src/platform/log/index.ts';
import { asRefusal } from '../../src/platform/refusal.ts';
import { eachDatabase } from '../support/databases.ts';
import { setUpApplication, type ApplicationSetup } from './applicationSetup.ts';
import { addOrder, asking, client, digitsIn, hurry, mailbox, tokenIn, view } from './orderLookUpSetup.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const mei = 'mei@harbour.example';

async function refused(work: Promise<unknown>) {
  const error = await work.then(
    () => null,
    (caught: unknown) => caught,
  );
  return asRefusal(error);
}

/** An order of Mei's, and somebody who asks for it. */
async function setUp(source: Parameters<typeof setUpApplication>[0]) {
  const setup = await setUpApplication(source);
  const { app } = setup;
  const orderId = await addOrder(app, { number: 'KW-10023', email: mei });
  const newMails = mailbox(setup);
  const ask = (number = 'KW-10023', email = mei, more: Partial<typeof asking> = {}) =>
    app.orderLookUp.ask({ ...asking, ...more }, { number, email });
  return { ...setup, orderId, newMails, ask };
}

async function people({ app }: ApplicationSetup) {
  return app.database.db.selectFrom('person').select(['email', 'name', 'verifiedAt']).execute();
}

eachDatabase('an order without an account', (source) => {
  it('is mailed to its own address, and the link shows it as often as one likes', async () => {
    const { app, ask, newMails, later } = await setUp(source);
    await ask(' kw 10023 ', 'Mei@Harbour.example ');
    const [mail, ...more] = await newMails();
    expect(more).toEqual([]);
    expect(mail).toMatchObject({ to: mei, subject: 'Your order KW-10023' });
    const token = tokenIn(mail);
    for (let n = 0; n < 3; n++) expect((await view(app, token)).order).toMatchObject({ number: 'KW-10023' });
    const { order } = await view(app, token);
    expect(order).toMatchObject({ deliverTo: '12 Harbour Lane\nHamburg', invoices: [{ number: 'F-2231' }] });
    expect(order.lines[0]).not.toHaveProperty('unitCost');
    later(24 * HOUR - 10 * MINUTE);
    expect((await view(app, token)).order.number).toBe('KW-10023');
    later(11 * MINUTE);
    expect(await refused(view(app, token))).toMatchObject({ code: 'not_found' });
  });

  it('is not mailed for a wrong address, another’s order or a number that is none, and nobody becomes a person by it', async () => {
    const { app, ask, newMails, ...setup } = await setUp(source);
    await addOrder(app, { number: 'KW-10024', email: 'tom@elsewhere.example' });
    await addOrder(app, { number: 'KW-10025', email: null });
    await ask('KW-10023', 'eve@elsewhere.example');
    await ask('KW-10024', mei);
    await ask('KW-10025', mei);
    await ask('KW-99999', mei);
    expect(await newMails()).toEqual([]);
    expect(await people({ app, ...setup })).toEqual([]);
    expect((await app.queue.counts()).parked).toBe(0);
  });

  it('has nothing in the mail that whoever asked chose', async () => {
    const { ask, newMails } = await setUp(source);
    await ask('ＫＷ１００２３', mei);
    const [mail] = await newMails();
    expect(mail?.text).toContain('KW-10023');
    expect(`${mail?.text}${mail?.html}${mail?.subject}`).not.toContain('ＫＷ');
  });

  it('keeps neither what was typed nor anything that opens an order readable in the database', async () => {
    const { app, ask, newMails } = await setUp(source);
    const { request } = await ask('KW-10023', mei);
    await ask('KW-55555', 'canary@elsewhere.example');
    const [mail] = await newMails();
    const rows = [
      ...(await app.database.db.selectFrom('orderViewRequest').selectAll().execute()),
      ...(await app.database.db.selectFrom('orderView').selectAll().execute()),
      ...(await app.database.db.selectFrom('job').selectAll().execute()),
    ].map((row) =>
      Object.values(row)
        .map((value) => (value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : String(value)))
        .join('\n'),
    );
    for (const secret of [request, tokenIn(mail), digitsIn(mail), 'canary', mei, 'KW-55555', 'kw-55555']) {
      expect(secret).not.toBe('');
      expect(rows.join('\n')).not.toContain(secret);
    }
  });

  it('opens with six digits in the browser that asked, once', async () => {
    const { app, ask, newMails } = await setUp(source);
    const { request } = await ask();
    const other = await ask();
    const mails = await newMails();
    const digits = mails.map(digitsIn);
    expect(new Set(digits).size).toBe(2);
    const of = async (mine: string) => {
      for (const code of digits) {
        const opened = await app.orderLookUp.enter(mine, code);
        if (opened) return opened;
      }
      return null;
    };
    const opened = await of(request);
    expect((await view(app, opened?.token ?? '')).order.number).toBe('KW-10023');
    expect(await of(request)).toBeNull();
    expect(await app.orderLookUp.look(request)).toMatchObject({ code: 'spent' });
    expect(await of(other.request)).not.toBeNull();
  });

  it('takes five tries, also when they come at once, and digits of any keyboard', async () => {
    const { app, ask, newMails } = await setUp(source);
    const { request } = await ask();
    const code = digitsIn((await newMails())[0]).replace(' ', '');
    const wrong = String((Number(code) + 1) % 1_000_000).padStart(6, '0');
    const tries = await Promise.all(Array.from({ length: 12 }, () => app.orderLookUp.enter(request, wrong)));
    expect(tries.every((one) => one === null)).toBe(true);
    expect(await app.orderLookUp.look(request)).toMatchObject({ code: 'tried', triesLeft: 0 });
    expect(await app.orderLookUp.enter(request, code)).toBeNull();

    const again = await ask();
    const fresh = digitsIn((await newMails())[0]);
    const wide = fresh.replaceAll(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit)));
    expect(await app.orderLookUp.enter(again.request, wide)).not.toBeNull();
  });

  it('does not count what are not six digits', async () => {
    const { app, ask } = await setUp(source);
    const { request } = await ask();
    for (const code of ['', '12345', '1234567', 'abcdef', '12345\0'])
      expect(await refused(app.orderLookUp.enter(request, code))).toMatchObject({ code: 'invalid' });
    expect(await app.orderLookUp.look(request)).toMatchObject({ triesLeft: 5 });
  });

  it('has digits for half an hour and a page for a day, with an order or without', async () => {
    const { app, ask, newMails, later } = await setUp(source);
    const { request } = await ask();
    const none = await ask('KW-99999');
    const code = digitsIn((await newMails())[0]);
    later(31 * MINUTE);
    for (const one of [request, none.request]) {
      expect(await app.orderLookUp.enter(one, code)).toBeNull();
      expect(await app.orderLookUp.look(one)).toMatchObject({ code: 'late' });
    }
    later(24 * HOUR);
    for (const one of [request, none.request, 'nonsense'])
      expect(await app.orderLookUp.look(one)).toEqual({ state: 'over' });
  });

  it('answers the digits’ page alike with an order and without, before the worker came and after', async () => {
    const { app, ask, newMails } = await setUp(source);
    const right = await ask();
    const wrong = await ask('KW-99999');
    const both = async () => {
      const looks = await Promise.all([right, wrong].map(({ request }) => app.orderLookUp.look(request)));
      return looks.map((look) =>
        look.state === 'open' ? { ...look, typed: look.typed?.email, askedAt: '', codeUntil: '', againAt: '' } : look,
      );
    };
    const steps = [
      () => Promise.resolve(),
      () => newMails(),
      ...Array.from({ length: 6 }, () => async () => {
        expect(await app.orderLookUp.enter(right.request, '000000')).toBeNull();
        expect(await app.orderLookUp.enter(wrong.request, '000000')).toBeNull();
      }),
    ];
    for (const step of steps) {
      await step();
      const [one, other] = await both();
      expect(one).toEqual(other);
    }
  });

  it('shows nothing any more once the order has another address, or none', async () => {
    const { app, ask, newMails, orderId } = await setUp(source);
    const { request } = await ask();
    const [mail] = await newMails();
    const change = (customerEmail: string | null) =>
      app.database.db.updateTable('order').set({ customerEmail }).where('id', '=', orderId).execute();
    for (const other of ['tom@elsewhere.example', null]) {
      await change(other);
      expect(await refused(view(app, tokenIn(mail)))).toMatchObject({ code: 'not_found' });
    }
    const opened = await app.orderLookUp.enter(request, digitsIn(mail));
    expect(await refused(view(app, opened?.token ?? ''))).toMatchObject({ code: 'not_found' });
    await change(mei);
    expect((await view(app, tokenIn(mail))).order.number).toBe('KW-10023');
  });

  it('is none of theirs who left the company it belongs to, whoever reads their mails', async () => {
    const { app, newMails, ask, person } = await setUp(source);
    const operator = { kind: 'operator' } as const;
    const { accountId } = await app.accounts.addAccount(operator, { name: 'Harbour Lane Hotels' });
    const jonas = await person('Jonas');
    await app.accounts.addMember(operator, { accountId, personId: jonas.personId, role: 'member' });
    await addOrder(app, { number: 'KW-777', email: jonas.email, accountId });
    await ask('KW-777', jonas.email);
    const token = tokenIn((await newMails())[0]);
    expect((await view(app, token)).order.number).toBe('KW-777');
    const endedAt = '2026-11-23T12:00:00.000Z';
    await app.database.db.updateTable('membership').set({ endedAt }).where('personId', '=', jonas.personId).execute();
    expect(await refused(view(app, token))).toMatchObject({ code: 'not_found' });
    await ask('KW-777', jonas.email);
    expect(await newMails()).toEqual([]);
  });

  it('tokens of another purpose open nothing', async () => {
    const { app, ask, newMails, ...setup } = await setUp(source);
    const { request } = await ask();
    const token = tokenIn((await newMails())[0]);
    const enter = await app.database.transaction(async (tx) => {
      const { personId } = await app.accounts.guest(tx, { email: mei, name: 'Mei', locale: 'en' });
      return app.accounts.mintEnterToken(tx, { personId });
    });
    for (const other of [request, enter.token, '', 'v1-', token.slice(0, -1), token.slice(3), `${token}\0`])
      expect(await refused(view(app, other))).toMatchObject({ code: 'not_found' });
    expect(await app.accounts.lookAtEnter(token)).toEqual({ state: 'over' });
    expect(await app.orderLookUp.look(token)).toEqual({ state: 'over' });
    expect((await people({ app, ...setup })).every(({ verifiedAt }) => verifiedAt === null)).toBe(true);
  });

  it('makes tokens that no log line holds', async () => {
    const { app, orderId } = await setUp(source);
    const matched = {
      requestId: '',
      orderId,
      number: 'KW-10023',
      email: mei,
      customerName: 'Mei',
      locale: 'en',
      codeUntil: null,
    } as const;
    const { personId } = await app.database.transaction((tx) =>
      app.accounts.guest(tx, { email: mei, name: 'Mei', locale: 'en' }),
    );
    const tokens = await app.database.transaction(async (tx) => {
      const made: string[] = [];
      for (let n = 0; n < 500; n++) made.push((await app.orderViews.grant(tx, matched, personId)).token);
      return made;
    });
    expect(new Set(tokens).size).toBe(500);
    for (const token of tokens) {
      expect(Buffer.from(token.slice(3), 'base64url').length * 8).toBeGreaterThanOrEqual(128);
      expect(redactText(`GET /en/orders/view/${token} failed`)).toBe('GET /en/orders/view/[redacted] failed');
    }
  });

  it('can be asked for again after two minutes, with the same form or an older link, whatever they are', async () => {
    const { app, ask, newMails, later } = await setUp(source);
    const { request } = await ask();
    const none = await ask('KW-99999');
    const token = tokenIn((await newMails())[0]);
    for (const one of [request, none.request])
      expect(await refused(app.orderLookUp.askAgain(asking, one))).toMatchObject({ code: 'limited' });
    later(3 * MINUTE);
    for (const one of [request, none.request]) await app.orderLookUp.askAgain(asking, one);
    expect(await newMails()).toHaveLength(1);
    later(25 * HOUR);
    expect(await refused(app.orderLookUp.askAgain(asking, request))).toMatchObject({ code: 'not_found' });
    const renewed = await app.orderLookUp.renew(asking, token);
    const unknown = await app.orderLookUp.renew(asking, 'v1-none-of-ours');
    const [mail, ...more] = await newMails();
    expect(more).toEqual([]);
    expect(mail?.to).toBe(mei);
    for (const one of [renewed, unknown])
      expect(await app.orderLookUp.look(one.request)).toMatchObject({ state: 'open', typed: null, code: 'open' });
    expect(await app.orderLookUp.enter(renewed.request, digitsIn(mail))).not.toBeNull();
    later(3 * MINUTE);
    await app.orderLookUp.askAgain(asking, renewed.request);
    expect(await newMails()).toHaveLength(1);
  });

  it('an older link asks for no mail once its order is another’s', async () => {
    const { app, ask, newMails, orderId } = await setUp(source);
    await ask();
    const token = tokenIn((await newMails())[0]);
    await app.database.db
      .updateTable('order')
      .set({ customerEmail: 'tom@elsewhere.example' })
      .where('id', '=', orderId)
      .execute();
    await app.orderLookUp.renew(asking, token);
    expect(await newMails()).toEqual([]);
  });

  it('sends at most five mails a day about one order, and asks no more than an hour allows', async () => {
    const { app, newMails, ask, later } = await setUp(source);
    const from = (n: number) => ({ client: { ...client, address: `198.51.100.${n}` } });
    let sent = 0;
    for (let hour = 0; hour < 3; hour++) {
      for (let n = 0; n < 10; n++) await ask('KW-10023', mei, from(n));
      expect(await refused(ask('KW-10023', mei, from(99)))).toMatchObject({ code: 'limited' });
      sent += (await newMails()).length;
      later(HOUR);
    }
    expect(sent).toBeLessThanOrEqual(10); // a day may end in between
    expect(sent).toBeGreaterThanOrEqual(5);
    expect((await app.queue.counts()).parked).toBe(0);
  });

  it('limits each number, each address and each client, alike for those that exist and others', async () => {
    const { ask, app } = await setUp(source);
    const from = (address: string) => ({ client: { ...client, address } });
    const until = async (one: (n: number) => Promise<unknown>): Promise<number> => {
      for (let n = 0; n < 100; n++) if ((await refused(one(n)))?.code === 'limited') return n;
      return Infinity;
    };
    const clients = (net: number) => (n: number) => from(`203.0.${net}.${n}`);
    // One number, with many addresses from many places.
    const numbers = await Promise.all(
      ['KW-10023', 'KW-99998'].map((number, net) => until((n) => ask(number, `a${n}@x.example`, clients(net)(n)))),
    );
    // One address, with many numbers from many places.
    const addresses = await Promise.all(
      [mei, 'nobody@harbour.example'].map((email, net) =>
        until((n) => ask(`N-${net}-${n}`, email, clients(net + 2)(n))),
      ),
    );
    // One client, with many of both; an IPv6 client has all addresses of its network.
    const one = await until((n) => ask(`C-${n}`, `c${n}@x.example`, from('192.0.2.200')));
    const six = await until((n) => ask(`S-${n}`, `s${n}@x.example`, from(`2001:db8:1:2:${n.toString(16)}::${n}`)));
    expect({ numbers, addresses, one, six }).toEqual({ numbers: [10, 10], addresses: [10, 10], one: 30, six: 30 });
    expect(await refused(ask('S-0', 's0@x.example', from('2001:db8:1:3::1')))).toBeNull();
    // What is refused writes nothing down.
    const before = await app.database.db
      .selectFrom('orderViewRequest')
      .select((eb) => eb.fn.countAll().as('n'))
      .execute();
    await refused(ask('KW-10023', mei, from('203.0.77.1')));
    expect(
      await app.database.db
        .selectFrom('orderViewRequest')
        .select((eb) => eb.fn.countAll().as('n'))
        .execute(),
    ).toEqual(before);
  });

  it('says an outage is one, whatever was asked', async () => {
    const { app, ask } = await setUp(source);
    await app.database.db.schema.alterTable('job').renameTo('job_away').execute();
    for (const pair of [
      ['KW-10023', mei],
      ['KW-99999', mei],
    ] as const)
      expect(await refused(ask(...pair))).toMatchObject({ code: 'busy', retryAfterSeconds: 30 });
    await app.database.db.schema
      .alterTable('job_away' as 'job')
      .renameTo('job')
      .execute();
    await app.database.db.schema.alterTable('orderViewRequest').renameTo('away').execute();
    expect(await refused(app.orderLookUp.look('any'))).toMatchObject({ code: 'busy' });
    expect(await refused(app.orderLookUp.enter('any', '123456'))).toMatchObject({ code: 'busy' });
    await app.database.db.schema
      .alterTable('away' as 'order')
      .renameTo('order_view_request')
      .execute();
    expect(await refused(ask())).toBeNull();
  });

  it('is noted as a touch of whose address it is, and simply there once that address is proven', async () => {
    const { app, ask, newMails } = await setUp(source);
    await ask();
    const token = tokenIn((await newMails())[0]);
    await view(app, token);
    await app.bridge.touches.flush();
    const guest = await app.database.db
      .selectFrom('person')
      .selectAll()
      .where('email', '=', mei)
      .executeTakeFirstOrThrow();
    expect(guest).toMatchObject({ verifiedAt: null, name: 'Mei Lin' });
    await app.accounts.requestLink({ email: mei, locale: 'en' }, client);
    const [mail] = await newMails();
    const enter = /\/enter\?token=([\w-]+)/.exec(mail?.text ?? '')?.[1] ?? '';
    const { cookies, personId } = await app.accounts.enter(enter, client);
    const viewer = await app.accounts.viewerOf({ headers: new Headers({ cookie: cookies[0]?.split(';')[0] ?? '' }) });
    expect(viewer).toMatchObject({ email: mei, verified: true });
    expect((await app.orders.list(viewer, {})).orders.map(({ number }) => number)).toEqual(['KW-10023']);
    expect(await refused(app.orders.read(anonymous, 'KW-10023'))).toMatchObject({ code: 'unauthenticated' });
    const agent = { ...viewer, role: 'agent' } as typeof viewer;
    const { touches } = await app.bridge.timeline(agent, personId);
    expect(touches.map(({ type, body }) => [type, body?.['order'] ?? body?.['mail']])).toEqual(
      expect.arrayContaining([
        ['order.viewed', 'KW-10023'],
        ['mail.sent', 'KW-10023'],
      ]),
    );
  });

  it('forgets requests after two days, and links a month after their end', async () => {
    const { app, ask, newMails, later } = await setUp(source);
    await ask();
    await newMails();
    const counts = async () =>
      Promise.all(
        (['orderViewRequest', 'orderView'] as const).map(async (table) => {
          const rows = await app.database.db.selectFrom(table).select('createdAt').execute();
          return rows.length;
        }),
      );
    await app.orderViews.sweep();
    expect(await counts()).toEqual([1, 1]);
    later(3 * 24 * HOUR);
    await app.orderViews.sweep();
    expect(await counts()).toEqual([0, 1]);
    later(32 * 24 * HOUR);
    await app.orderViews.sweep();
    expect(await counts()).toEqual([0, 0]);
  });

  it('is looked at some time after its answer, never at once and never at a fixed moment', async () => {
    const { app, ask } = await setUp(source);
    for (let n = 0; n < 8; n++) await ask(`KW-${n}`);
    const jobs = await app.database.db
      .selectFrom('job')
      .select(['createdAt', 'runAt'])
      .where('kind', '=', 'mail.order_view')
      .execute();
    const waits = jobs.map(({ createdAt, runAt }) => Date.parse(runAt) - Date.parse(createdAt));
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(399);
    expect(new Set(waits).size).toBeGreaterThan(4);
    await hurry(app);
  });
});
