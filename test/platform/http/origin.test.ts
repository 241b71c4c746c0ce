import { expect, it } from 'vitest';
import { mayWrite } from '../../../src/platform/http/origin.ts';
import { ask, PUBLIC_URL, startFront } from './harness.ts';

const cookie = 'sid=1';
const LOCAL = 'http://127.0.0.1:4321';

type Row = [name: string, headers: Record<string, string>, allowed: boolean, publicUrl?: string];

const table: Row[] = [
  ['own origin', { cookie, origin: PUBLIC_URL }, true],
  ['own origin, said to be same-origin', { cookie, origin: PUBLIC_URL, 'sec-fetch-site': 'same-origin' }, true],
  ['own origin, typed by the person', { cookie, origin: PUBLIC_URL, 'sec-fetch-site': 'none' }, true],
  ['own origin, said to be cross-site', { cookie, origin: PUBLIC_URL, 'sec-fetch-site': 'cross-site' }, false],
  ['own origin, said to be same-site', { cookie, origin: PUBLIC_URL, 'sec-fetch-site': 'same-site' }, false],
  ['own origin, said to be nonsense', { cookie, origin: PUBLIC_URL, 'sec-fetch-site': 'sure' }, false],
  ['Origin: null', { cookie, origin: 'null' }, false],
  ['Origin: null, said to be same-origin', { cookie, origin: 'null', 'sec-fetch-site': 'same-origin' }, false],
  ['empty origin', { cookie, origin: '' }, false],
  ['another site', { cookie, origin: 'http://evil.example' }, false],
  ['a longer host', { cookie, origin: `${PUBLIC_URL}.evil.example` }, false],
  ['a subdomain', { cookie, origin: 'http://a.portal.example' }, false],
  ['another port', { cookie, origin: `${PUBLIC_URL}:8080` }, false],
  ['another scheme', { cookie, origin: 'https://portal.example' }, false],
  ['a path behind it', { cookie, origin: `${PUBLIC_URL}/` }, false],
  ['two origins', { cookie, origin: `${PUBLIC_URL}, http://evil.example` }, false],
  ['no origin', { cookie }, false],
  ['no origin, said to be same-origin', { cookie, 'sec-fetch-site': 'same-origin' }, true],
  ['no origin, typed by the person', { cookie, 'sec-fetch-site': 'none' }, false],
  ['no origin, said to be cross-site', { cookie, 'sec-fetch-site': 'cross-site' }, false],
  ['no origin, own referer', { cookie, referer: `${PUBLIC_URL}/en/` }, false],
  ['no cookie', { origin: 'http://evil.example' }, true],
  ['no cookie, no origin', {}, true],
  ['a bearer key beside a cookie', { cookie, authorization: 'Bearer wp_abc' }, true],
  ['an empty bearer key beside a cookie', { cookie, authorization: 'Bearer ' }, false],
  ['Basic, which browsers add by themselves', { cookie, authorization: 'Basic YTpi' }, false],
  [
    'a loopback site under its other name',
    { cookie, origin: 'http://localhost:4321', 'sec-fetch-site': 'same-origin' },
    true,
    LOCAL,
  ],
  ['a loopback site under its other name, unsaid', { cookie, origin: 'http://localhost:4321' }, false, LOCAL],
  [
    'another port of this machine',
    { cookie, origin: 'http://localhost:9999', 'sec-fetch-site': 'same-origin' },
    false,
    LOCAL,
  ],
  [
    'a loopback name towards a public site',
    { cookie, origin: 'http://localhost', 'sec-fetch-site': 'same-origin' },
    false,
  ],
];

it.each(table)('a write with %s', (_name, headers, allowed, publicUrl = PUBLIC_URL) => {
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
    expect(mayWrite(method, headers, new URL(publicUrl)), method).toBe(allowed);
  }
  for (const method of ['GET', 'HEAD', 'OPTIONS'])
    expect(mayWrite(method, headers, new URL(publicUrl)), method).toBe(true);
});

it.each(['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/plain', 'application/json', ''])(
  'is refused before its body is read, as %s, too',
  async (type) => {
    let reached = 0;
    const { port } = await startFront({
      locals: () => {
        reached += 1;
        return {};
      },
    });
    const headers = { cookie, origin: 'http://evil.example', ...(type === '' ? {} : { 'content-type': type }) };
    const answer = await ask(port, '/api/v1/tickets', { method: 'POST', headers, body: 'a=b' });
    expect(answer.status).toBe(403);
    expect(JSON.parse(answer.text)).toMatchObject({ type: '/problems/cross_origin' });
    expect(reached).toBe(0);
  },
);
