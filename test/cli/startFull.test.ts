import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { ask, scratch, start } from './running.ts';
import { siteWith } from './site.ts';

// Whole servers, twice: on a busy machine each start takes many seconds.
vi.setConfig({ testTimeout: 240_000 });

it('npm run start:full serves beside a real PostgreSQL, and the next start has what the first one stored', async () => {
  const folder = scratch();
  const env = { WAYPOST_DATA: folder, WAYPOST_SITE: siteWith(''), LOG_LEVEL: 'fatal' };
  const greeting = /Database {3}PostgreSQL[^]*all with the password (\S+)/;
  const first = await start(env, 'scripts/start-full.mjs');
  const [, password] = await first.printed(greeting);
  expect((await ask(`${first.url}/en/articles/brass`)).status).toBe(200);
  const ready = JSON.parse((await ask(`${first.url}/readyz`)).body) as { parts: Record<string, unknown> };
  expect(ready.parts['database']).toEqual({ status: 'ok', detail: 'PostgreSQL' });
  const question = { subject: 'Dull', body: 'It is dull.', email: 'ann@berg.example', locale: 'en' };
  const sent = await ask(`${first.url}/api/v1/tickets`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(question),
  });
  const { number } = JSON.parse(sent.body) as { number: string };
  expect(await first.stop()).toMatchObject({ code: 0, signal: null });
  // The server ends after the portal, and leaves no lock of its own.
  expect(existsSync(join(folder, 'postgres/cluster/postmaster.pid'))).toBe(false);

  const second = await start(env, 'scripts/start-full.mjs');
  expect((await second.printed(greeting))[1]).toBe(password);
  const next = await ask(`${second.url}/api/v1/tickets`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(question),
  });
  const numbered = (name: string): number => Number(name.slice(2));
  expect(numbered((JSON.parse(next.body) as { number: string }).number)).toBe(numbered(number) + 1);
  expect(await second.stop()).toMatchObject({ code: 0, signal: null });
});
