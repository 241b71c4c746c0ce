import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { caller, type Caller } from '../support/caller.ts';
import { startPortal, type TestPortal } from '../support/portal.ts';
import { orderBody, parcelBody } from '../orders/ordersSetup.ts';

let portal: TestPortal;
let mei: Caller;
let tom: Caller;
let system: Record<string, string>;
let shop: Record<string, string>;
let dhl: Record<string, string>;
let ups: Record<string, string>;

beforeAll(async () => {
  portal = await startPortal();
  mei = caller(portal, await portal.person('Mei'));
  tom = caller(portal, await portal.person('Tom'));
  const bearer = async (role: 'system' | 'partner', name: string, carrier: string | null = null) => {
    const { key } = await portal.app.accounts.addKey({ kind: 'operator' }, { role, name, carrier });
    return { authorization: `Bearer ${key}` };
  };
  system = await bearer('system', 'ERP');
  shop = await bearer('system', 'Shop');
  dhl = await bearer('partner', 'DHL', 'DHL');
  ups = await bearer('partner', 'UPS', 'UPS');
});
afterAll(() => portal.close());

interface Answer {
  status: number;
  type: string | null;
  text: string;
  json: Record<string, unknown>;
  fields: string[];
}

async function send(method: string, path: string, body: string, headers: Record<string, string>): Promise<Answer> {
  const response = await fetch(portal.url + path, { method, body, headers });
  const text = await response.text();
  const type = response.headers.get('content-type');
  const json = type?.includes('ndjson') ? {} : (JSON.parse(text) as Record<string, unknown>);
  const errors = (json['errors'] ?? []) as { field: string; message: string }[];
  for (const { message } of errors) expect(message).not.toMatch(/^errors\./);
  return { status: response.status, type, text, json, fields: errors.map(({ field }) => field) };
}

const asJson = { 'content-type': 'application/json' };
const put = (number: string, body: unknown, key = system) =>
  send('PUT', `/api/v1/orders/${encodeURIComponent(number)}`, JSON.stringify(body), { ...key, ...asJson });
const report = (tracking: string, body: unknown, key = dhl) =>
  send('POST', `/api/v1/shipments/${encodeURIComponent(tracking)}/events`, JSON.stringify(body), {
    ...key,
    ...asJson,
  });
const batch = async (body: string) => {
  const answer = await send('POST', '/api/v1/orders', body, { ...system, 'content-type': 'application/x-ndjson' });
  if (answer.status !== 200) return { ...answer, lines: [] };
  const lines = answer.text.trimEnd().split('\n');
  return { ...answer, lines: lines.map((line) => described<LineAnswer>(JSON.parse(line), 'OrderLineAnswer')) };
};
interface LineAnswer {
  line: number;
  number: string | null;
  status: number;
  problem?: { type: string; errors?: { field: string }[] };
}

type Definitions = Exclude<NonNullable<Parameters<typeof z.fromJSONSchema>[0]>, boolean>['$defs'] & {};

/** Held against its schema in the interface's own description. */
function described<Body>(value: unknown, schema: string): Body {
  const { schemas } = portal.app.api.openApi.components;
  const closed = JSON.stringify(schemas)
    .replaceAll('"format":"uri-reference"', '"minLength":1')
    .replaceAll('#/components/schemas/', '#/$defs/')
    .replaceAll('"type":"object"', '"type":"object","additionalProperties":false');
  const result = z
    .fromJSONSchema({ $ref: `#/$defs/${schema}`, $defs: JSON.parse(closed) as Definitions })
    .safeParse(value);
  expect(result.error?.issues, JSON.stringify(value)).toBeUndefined();
  return value as Body;
}

describe('an order', () => {
  it('is created, then changed, and answered as it is stored', async () => {
    const first = await put('KW-1', orderBody());
    expect(first.status).toBe(201);
    described(first.json, 'ToldOrder');
    expect(first.json).toMatchObject({ number: 'KW-1', state: 'shipped', updatedAt: '2026-11-05T10:00:00.000Z' });
    const older = await put('KW-1', orderBody({ state: 'cancelled', updatedAt: '2026-11-01T10:00:00Z' }));
    expect([older.status, older.json['state']]).toEqual([200, 'shipped']);
    const newer = await put('kw 1', orderBody({ state: 'delivered', updatedAt: '2026-11-06T10:00:00+01:00' }));
    expect([newer.status, newer.json['state'], newer.json['updatedAt']]).toEqual([
      ...[200, 'delivered', '2026-11-06T09:00:00.000Z'],
    ]);
  });

  it('is read by its customer, and is to anybody else as if it did not exist', async () => {
    await put(
      'KW-2',
      orderBody({ lines: [{ sku: 'T', name: 'Tray', quantity: '2', unitPrice: '1.00', unitCost: '0.40' }] }),
    );
    const answer = await mei.get('/api/v1/orders/KW-2');
    expect(answer.status).toBe(200);
    expect(answer.text).not.toContain('unitCost');
    expect(described(JSON.parse(answer.text), 'Order')).toMatchObject({
      number: 'KW-2',
      url: `${portal.url}/en/orders/KW-2`,
    });
    const list = await mei.get('/api/v1/orders?find=tray&state=moving&limit=1');
    expect(described<{ orders: { number: string }[] }>(JSON.parse(list.text), 'OrderList').orders[0]?.number).toBe(
      'KW-2',
    );
    const foreign = await tom.get('/api/v1/orders/KW-2');
    const unknown = await tom.get('/api/v1/orders/KW-none');
    const bytes = ({ text }: { text: string }) => text.replace(/"instance":"[^"]*"/, '');
    expect([foreign.status, bytes(foreign)]).toEqual([404, bytes(unknown)]);
    expect(JSON.parse((await tom.get('/api/v1/orders')).text)).toEqual({ orders: [], next: null });
    expect((await mei.get('/api/v1/orders?state=lost')).status).toBe(422);
    expect((await mei.get('/api/v1/orders?cursor=x')).status).toBe(422);
  });

  it('of another source is not taken over', async () => {
    await put('KW-3', orderBody());
    const answer = await put('KW-3', orderBody({ updatedAt: '2026-11-20T10:00:00Z', total: '1.00' }), shop);
    expect([answer.status, answer.type, answer.fields]).toEqual([409, 'application/problem+json', ['number']]);
    expect((await put('KW-3', orderBody())).json['total']).toBe('258.00');
  });

  it('that cannot be taken is told by its fields, and nothing of it is stored', async () => {
    const answer = await put(
      'KW-4',
      orderBody({ shipments: [parcelBody(), parcelBody({ tracking: 'X', events: [{ at: 'x', state: 'lost' }] })] }),
    );
    expect([answer.status, answer.fields]).toEqual([
      422,
      ['shipments[1].events[0].at', 'shipments[1].events[0].state'],
    ]);
    expect((await mei.get('/api/v1/orders/KW-4')).status).toBe(404);
    expect((await send('PUT', '/api/v1/orders/KW-4', '{', { ...system, ...asJson })).status).toBe(400);
    expect((await send('PUT', '/api/v1/orders/KW-4', '{}', { ...system, 'content-type': 'text/plain' })).status).toBe(
      415,
    );
  });
});

describe('many orders', () => {
  it('are answered line by line; one that is refused holds up no other', async () => {
    const line = (number: unknown, more: Record<string, unknown> = {}) =>
      JSON.stringify({ number, ...orderBody(more) });
    const { type, lines } = await batch(
      [
        line('B-1'),
        line('B-2', { total: '1,50', currency: 'EURO' }),
        'no JSON',
        '',
        line('B-1', { updatedAt: '2026-11-06T10:00:00Z' }),
        line('KW-3', {}),
        line(7),
        'null',
        line('B-3'),
      ].join('\r\n'),
    );
    expect(type).toBe('application/x-ndjson');
    expect(
      lines.map(({ line: at, number, status, problem }) => [
        at,
        number,
        status,
        problem?.errors?.map(({ field }) => field),
      ]),
    ).toEqual([
      [1, 'B-1', 201, undefined],
      [2, 'B-2', 422, ['currency', 'total']],
      [3, null, 422, ['body']],
      [5, 'B-1', 200, undefined],
      [6, 'KW-3', 200, undefined],
      [7, null, 422, ['number']],
      [8, null, 422, ['body']],
      [9, 'B-3', 201, undefined],
    ]);
    expect((await mei.get('/api/v1/orders/B-3')).status).toBe(200);
    expect((await mei.get('/api/v1/orders/B-2')).status).toBe(404);
  });

  it('are 1,000 at most', async () => {
    const lines = (count: number) => Array.from({ length: count }, () => '{}').join('\n');
    expect((await batch(lines(1_000))).lines).toHaveLength(1_000);
    expect(await batch(lines(1_001))).toMatchObject({ status: 422, fields: ['body'] });
    expect((await send('POST', '/api/v1/orders', '{}', { ...system, ...asJson })).status).toBe(415);
  });
});

describe('what partners report', () => {
  const event = (id: string, at: string, state: string, more: object = {}) => ({ id, at, state, ...more });

  it('moves a parcel to where its latest event in time says, in whatever order they come, doubled ones once', async () => {
    await put('KW-5', orderBody({ shipments: [parcelBody({ tracking: 'P5' })] }));
    const events = [
      event('3', '2026-11-07T09:00:00Z', 'delivered', { place: 'Hamburg' }),
      event('1', '2026-11-06T07:00:00Z', 'in_transit'),
      event('2', '2026-11-07T07:12:00Z', 'out_for_delivery', { note: 'Before noon' }),
      event('2', '2026-11-08T07:12:00Z', 'exception'),
    ];
    for (const one of events) expect((await report('p 5', one)).status).toBe(202);
    const { shipments, whereabouts, moving } = JSON.parse((await mei.get('/api/v1/orders/KW-5')).text);
    expect(shipments[0]).toMatchObject({ state: 'delivered', stateAt: '2026-11-07T09:00:00.000Z' });
    expect(shipments[0].events.map(({ state }: { state: string }) => state)).toEqual([
      ...['delivered', 'out_for_delivery', 'in_transit', 'in_transit'],
    ]);
    expect(whereabouts).toMatchObject({ state: 'delivered', place: 'Hamburg' });
    expect(moving).toBe(false);
    // The source is behind the carrier, and says again what it said before.
    const again = await put(
      'KW-5',
      orderBody({ updatedAt: '2026-11-09T10:00:00Z', shipments: [parcelBody({ tracking: 'P5' })] }),
    );
    expect((again.json['shipments'] as { state: string }[])[0]?.state).toBe('delivered');
  });

  it('is about parcels of its carrier alone: another’s and an unknown one are the same', async () => {
    await put('KW-6', orderBody({ shipments: [parcelBody({ tracking: 'P6' })] }));
    const one = event('1', '2026-11-06T07:00:00Z', 'delivered');
    const [foreign, unknown] = [await report('P6', one, ups), await report('P-none', one, ups)];
    expect([foreign.status, foreign.fields]).toEqual([404, ['tracking']]);
    expect({ ...foreign.json, instance: '' }).toEqual({ ...unknown.json, instance: '' });
    expect((await report('P6', event('1', '2126-11-06T07:00:00Z', 'lost'))).fields).toEqual(['at', 'state']);
    expect((await report('P6', one, system)).status).toBe(403);
  });

  it('counts for every order in the parcel', async () => {
    for (const number of ['KW-7', 'KW-8'])
      await put(number, orderBody({ shipments: [parcelBody({ tracking: 'P7' })] }));
    expect((await report('P7', event('1', '2026-11-06T07:00:00Z', 'delivered'))).json).toEqual({
      id: '1',
      isNew: true,
    });
    for (const number of ['KW-7', 'KW-8']) {
      expect(JSON.parse((await mei.get(`/api/v1/orders/${number}`)).text).moving).toBe(false);
    }
  });
});
