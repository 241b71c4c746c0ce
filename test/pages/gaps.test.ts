import { afterAll, beforeAll, expect, test } from 'vitest';
import { caller, type Caller } from '../support/caller.ts';
import { startPortal, type TestPortal } from '../support/portal.ts';

let portal: TestPortal;
let ana: Caller;
let ravi: Caller;

beforeAll(async () => {
  portal = await startPortal();
  ana = caller(portal, await portal.person('Ana', 'author'));
  ravi = caller(portal, await portal.person('Ravi', 'agent'));
  const guest = caller(portal);
  for (const words of ['zebra crossing', 'crossing <zebras>']) {
    const browser = {
      'user-agent': 'Mozilla/5.0 (X11; Linux x64) Chrome/150 Safari/537',
      'sec-fetch-mode': 'navigate',
    };
    await guest.get(`/en/search?q=${encodeURIComponent(words)}`, browser);
  }
  await portal.app.kb.gaps.flush();
});
afterAll(() => portal.close());

const gapOf = (page: string): string => /name="gap" value="([^"]+)"/.exec(page)?.[1] ?? '';

test('what visitors asked in vain stands in the list, said as words, and agents only look', async () => {
  const { text } = await ana.get('/staff/gaps');
  expect(text).toContain('zebra crossing');
  expect(text).toContain('crossing &lt;zebras&gt;');
  expect(gapOf(text)).not.toBe('');
  const looked = await ravi.get('/staff/gaps');
  expect([looked.status, gapOf(looked.text)]).toEqual([200, '']);
  expect((await ravi.post('/staff/gaps', { intent: 'dismiss', gap: gapOf(text) })).status).toBe(403);
});

test('a gap is closed, opened again, and written about', async () => {
  const gap = gapOf((await ana.get('/staff/gaps')).text);
  const dismissed = await ana.post('/staff/gaps', { intent: 'dismiss', gap });
  expect([dismissed.status, dismissed.location]).toEqual([303, '/staff/gaps?done=dismiss']);
  expect(gapOf((await ana.get('/staff/gaps')).text)).toBe('');
  expect(gapOf((await ana.get('/staff/gaps?view=closed')).text)).toBe(gap);
  await ana.post('/staff/gaps', { intent: 'reopen', gap });
  const written = await ana.post('/staff/gaps', { intent: 'write', gap });
  expect(written.location).toMatch(/^\/staff\/articles\/[\w-]{36}$/);
  expect((await ana.get(written.location ?? '')).text).toContain('value="zebra crossing"');
  expect((await ana.get('/staff/gaps')).text).toContain('Open draft');
});

test('an unknown gap and an unreadable page are refused', async () => {
  expect((await ana.post('/staff/gaps', { intent: 'write', gap: 'x' })).status).toBe(404);
  expect((await ana.get('/staff/gaps?after=x')).status).toBe(422);
  expect((await ana.get('/staff/gaps?view=x')).status).toBe(422);
});
