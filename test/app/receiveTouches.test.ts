import { expect, it } from 'vitest';
import type { KeyViewer } from '../../src/accounts/index.ts';
import { eachDatabase } from '../support/databases.ts';
import { setUpApplication } from './applicationSetup.ts';

const system: KeyViewer = {
  kind: 'key',
  keyId: '0193a7c1-0000-7000-8000-000000000001',
  name: 'Phone',
  role: 'system',
  carrier: null,
};
const call = {
  ...{ specversion: '1.0', id: 'call-1', source: 'https://phone.kitewood.example/calls', type: 'call.logged' },
  ...{ channel: 'phone', time: '2026-01-05T10:00:00+01:00', data: { topic: 'A late parcel' } },
};

type Setup = Awaited<ReturnType<typeof setUpApplication>>;
const rowsOf = ({ app }: Setup) => app.database.db.selectFrom('touch').selectAll().orderBy('id').execute();
const results = (answers: readonly { result: string }[]) => answers.map(({ result }) => result);
const fieldsOf = (answers: Awaited<ReturnType<Setup['app']['receiveTouches']>>) =>
  answers.map(({ refusal }) => refusal?.fields.map(({ field }) => field) ?? []);

eachDatabase('touches of other systems', (source) => {
  it('are stored once for one source and id, in one batch, in several, and at the same moment', async () => {
    const setup = await setUpApplication(source);
    const { app } = setup;
    const [first] = await app.receiveTouches(system, [call]);
    expect(first).toMatchObject({ id: 'call-1', result: 'stored' });
    const again = { ...call, data: { topic: 'Told otherwise' } };
    expect(await app.receiveTouches(system, [again])).toEqual([{ ...first, result: 'known' }]);
    const elsewhere = { ...call, source: '/shop' };
    expect(results(await app.receiveTouches(system, [elsewhere, call, elsewhere]))).toEqual([
      'stored',
      'known',
      'known',
    ]);
    const many = Array.from({ length: 40 }, (_, n) => ({ ...call, id: `many-${n}` }));
    const all = await Promise.all([many, many.toReversed(), many].map((batch) => app.receiveTouches(system, batch)));
    expect(all.flat().filter(({ result }) => result === 'stored')).toHaveLength(40);
    const touchOf = (answers: readonly { id: string | null; touch: string | null }[]) =>
      Object.fromEntries(answers.map(({ id, touch }) => [id, touch]));
    expect(touchOf(all[1] ?? [])).toEqual(touchOf(all[0] ?? []));
    expect(await rowsOf(setup)).toHaveLength(42);
    expect(await app.database.db.selectFrom('touchEvent').selectAll().execute()).toHaveLength(42);
    expect(JSON.stringify(await app.database.db.selectFrom('touchEvent').selectAll().execute())).not.toContain(
      'call-1',
    );
  });

  it('come through every channel and of every kind of source, and say when it was', async () => {
    const setup = await setUpApplication(source);
    const channels = ['phone', 'mail', 'shop', 'post', 'sms', 'chat', 'partner', 'web', 'fax', 'api'];
    const kinds = ['channel', 'transaction', 'outbound', 'second_hand', 'research'];
    const batch = channels.map((channel, n) => ({
      ...{ ...call, id: channel, channel, sourcekind: kinds[n % 5], direction: n % 2 ? 'outbound' : 'inbound' },
      ...{ campaign: 'autumn-2026', place: 'Shop 4', type: `com.example.something-new.${channel}` },
    }));
    expect(results(await setup.app.receiveTouches(system, batch))).toEqual(channels.map(() => 'stored'));
    expect(await rowsOf(setup)).toMatchObject(
      channels.map((channel, n) => ({
        ...{ channel, sourceKind: kinds[n % 5], type: `com.example.something-new.${channel}`, place: 'Shop 4' },
        ...{ occurredAt: '2026-01-05T09:00:00.000Z', source: call.source, actor: `key:${system.keyId}` },
      })),
    );
  });

  it('belong to the person who has proven the address, else to a guest, and never prove anything', async () => {
    const setup = await setUpApplication(source);
    const { app } = setup;
    const [mei, ravi] = [await setup.person('Mei'), await setup.person('Ravi', 'agent')];
    const of = (id: string, subject: unknown) => ({ ...call, id, subject });
    const answers = await app.receiveTouches(system, [
      ...[
        of('1', 'Mei@Kitewood.example'),
        of('2', mei.personId),
        of('3', 'new@hotel.example'),
        of('4', 'NEW@hotel.example'),
      ],
      ...[of('5', null), of('6', '0193a7c1-0000-7000-8000-00000000dead'), of('7', 'nobody at all')],
    ]);
    expect(results(answers)).toEqual(['stored', 'stored', 'stored', 'stored', 'stored', 'refused', 'refused']);
    expect(fieldsOf(answers).slice(5)).toEqual([['subject'], ['subject']]);
    const { touches } = await app.bridge.timeline(ravi, mei.personId);
    expect(touches.map(({ type, body }) => [type, body])).toEqual([
      ['call.logged', { topic: 'A late parcel' }],
      ['call.logged', { topic: 'A late parcel' }],
    ]);
    const guests = await app.database.db
      .selectFrom('person')
      .selectAll()
      .where('email', '=', 'new@hotel.example')
      .execute();
    expect(guests).toMatchObject([{ verifiedAt: null, loginId: null, role: 'customer' }]);
    expect((await app.bridge.timeline(ravi, guests[0]?.id ?? '')).touches).toHaveLength(2);
    expect((await rowsOf(setup)).filter(({ subject }) => subject === null)).toHaveLength(1);
    // Nobody is mailed for it.
    expect(await app.database.db.selectFrom('job').select('id').execute()).toEqual([]);
  });

  it('that cannot be taken are named with what is wrong, and keep no other one out', async () => {
    const setup = await setUpApplication(source);
    const wrong: [unknown, string][] = [
      [{ ...call, specversion: '0.3' }, 'specversion'],
      [{ ...call, id: '' }, 'id'],
      [{ ...call, id: 7 }, 'id'],
      [{ ...call, source: 'has a space' }, 'source'],
      [{ ...call, source: 'portal' }, 'source'],
      [{ ...call, type: 'bad type' }, 'type'],
      [{ ...call, type: 'undotted' }, 'type'],
      [{ ...call, type: `a.${'x'.repeat(200)}` }, 'type'],
      [{ ...call, time: 'yesterday' }, 'time'],
      [{ ...call, time: '2026-11-07T09:30:00' }, 'time'],
      [{ ...call, time: '2999-01-01T00:00:00Z' }, 'time'],
      [{ ...call, channel: 'smoke' }, 'channel'],
      [{ ...call, direction: 'up' }, 'direction'],
      [{ ...call, sourcekind: 'rumour' }, 'sourcekind'],
      [{ ...call, actor: 'Ravi' }, 'actor'],
      [{ ...call, inquiry: 'short' }, 'inquiry'],
      [{ ...call, place: 'two\nlines' }, 'place'],
      [{ ...call, data: 'x'.repeat(16_001) }, 'data'],
      [{ ...call, data_base64: 'AAAA' }, 'data_base64'],
      [{ ...call, subject: 'x'.repeat(255) }, 'subject'],
      ...[null, 7, 'text', []].map((odd): [unknown, string] => [odd, 'body']),
    ];
    const { data: _, ...silent } = { ...call, id: 'silent' };
    const sound = { ...call, id: 'sound', data: ['any', 1], unknownattribute: { is: 'left out' } };
    const answers = await setup.app.receiveTouches(system, [...wrong.map(([event]) => event), silent, sound]);
    expect(fieldsOf(answers)).toEqual([...wrong.map(([, field]) => [field]), [], []]);
    expect(results(answers).slice(-2)).toEqual(['stored', 'stored']);
    expect(await rowsOf(setup)).toHaveLength(2);
    const tooMany = Array.from({ length: 1_001 }, (_, n) => ({ ...call, id: String(n) }));
    await expect(setup.app.receiveTouches(system, tooMany)).rejects.toMatchObject({
      code: 'invalid',
      fields: [{ field: 'events', key: 'errors.tooMany', params: { max: 1_000 } }],
    });
    expect(results(await setup.app.receiveTouches(system, tooMany.slice(1)))).not.toContain('refused');
    expect(await setup.app.receiveTouches(system, [])).toEqual([]);
  });

  it('come from the keys of systems alone', async () => {
    const setup = await setUpApplication(source);
    const partner: KeyViewer = { ...system, role: 'partner' };
    for (const viewer of [partner, await setup.person('Mei'), await setup.person('Root', 'administrator')])
      await expect(setup.app.receiveTouches(viewer, [call])).rejects.toMatchObject({ code: 'forbidden' });
    await expect(setup.app.receiveTouches({ kind: 'anonymous' }, [call])).rejects.toMatchObject({
      code: 'unauthenticated',
    });
    expect(await rowsOf(setup)).toEqual([]);
  });

  it('may come again once retention has dropped them, and tell of an inquiry', async () => {
    const setup = await setUpApplication(source);
    const { app, later } = setup;
    const search = { ...call, id: 'searched', type: 'search.asked', inquiry: 'A'.repeat(22), data: { text: 'x' } };
    expect(results(await app.receiveTouches(system, [search]))).toEqual(['stored']);
    expect(await app.database.db.selectFrom('inquiry').select('id').execute()).toEqual([{ id: search.inquiry }]);
    await app.bridge.sealedLog.seal();
    later(430 * 24 * 3_600_000);
    expect(results(await app.receiveTouches(system, [search]))).toEqual(['known']);
    expect(await app.bridge.sealedLog.drop()).toMatchObject({ touches: 1 });
    expect(results(await app.receiveTouches(system, [search]))).toEqual(['stored']);
    expect(await app.bridge.sealedLog.verify()).toMatchObject({ sound: true });
  });
});
