import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { caller, type Answer, type Caller } from '../support/caller.ts';
import { startPortal, type TestPortal } from '../support/portal.ts';

let portal: TestPortal;
let system: Caller['json'];

beforeAll(async () => {
  portal = await startPortal();
  const { key } = await portal.app.accounts.addKey({ kind: 'operator' }, { role: 'system', name: 'Telephone' });
  const { json } = caller(portal);
  system = (path, body, headers = {}) => json(path, body, { authorization: `Bearer ${key}`, ...headers });
});
afterAll(() => portal.close());

const path = '/api/v1/touches';
const event = { specversion: '1.0', id: 'c-1', source: '/telephone', type: 'call.logged', channel: 'phone' };
const single = { 'content-type': 'application/cloudevents+json; charset=utf-8' };
const batch = { 'content-type': 'application/cloudevents-batch+json' };

/** The answer, held against its schema in the interface's own description. */
function described(answer: Answer, schema: string): unknown {
  const { schemas } = portal.app.api.openApi.components;
  const closed = JSON.stringify(schemas)
    .replaceAll('"format":"uri-reference"', '"minLength":1')
    .replaceAll('#/components/schemas/', '#/$defs/')
    .replaceAll('"type":"object"', '"type":"object","additionalProperties":false');
  const document = { $ref: `#/$defs/${schema}`, $defs: JSON.parse(closed) } as Parameters<typeof z.fromJSONSchema>[0];
  const result = z.fromJSONSchema(document).safeParse(JSON.parse(answer.text));
  expect(result.error?.issues, answer.text).toBeUndefined();
  return result.data;
}

it('takes one event as CloudEvents or plain JSON, once', async () => {
  const first = await system(path, event, single);
  expect([first.status, described(first, 'ReceivedTouch')]).toMatchObject([201, { id: 'c-1', result: 'stored' }]);
  const again = await system(path, event);
  expect([again.status, described(again, 'ReceivedTouch')]).toMatchObject([200, { result: 'known' }]);
  expect(JSON.parse(again.text)).toMatchObject({ touch: (JSON.parse(first.text) as { touch: string }).touch });
});

it('answers each event of a batch, and says by its status whether some were refused', async () => {
  const sound = [1, 2, 3].map((n) => ({ ...event, id: `b-${n}` }));
  const stored = await system(path, sound, batch);
  expect([stored.status, described(stored, 'ReceivedTouches')]).toMatchObject([
    200,
    { stored: 3, known: 0, refused: 0 },
  ]);
  const mixed = await system(path, [sound[0], { ...event, id: 'b-4', time: '2999-01-01T00:00:00Z' }], batch);
  expect(mixed.status).toBe(207);
  expect(described(mixed, 'ReceivedTouches')).toEqual({
    ...{ stored: 0, known: 1, refused: 1 },
    events: [
      { index: 0, id: 'b-1', result: 'known', touch: expect.any(String) as string },
      {
        ...{ index: 1, id: 'b-4', result: 'refused', touch: null },
        errors: [{ field: 'time', message: 'This lies in the future' }],
      },
    ],
  });
});

it('says as a problem what it cannot read', async () => {
  const future = await system(`${path}?locale=zh-cn`, { ...event, time: '2999-01-01T00:00:00Z' }, single);
  expect(future.status).toBe(422);
  expect(described(future, 'Problem')).toMatchObject({ errors: [{ field: 'time', message: '这个时间还没有到' }] });
  expect((await system(path, event, { 'content-type': 'text/plain' })).status).toBe(415);
  expect((await system(path, [event], single)).status).toBe(400);
  expect((await system(path, event, batch)).status).toBe(400);
  const many = Array.from({ length: 1_001 }, () => event);
  const tooMany = await system(path, many, batch);
  expect([tooMany.status, described(tooMany, 'Problem')]).toMatchObject([422, { errors: [{ field: 'events' }] }]);
});
