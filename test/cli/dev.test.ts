import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { ask, freePort, run } from './running.ts';
import { siteWith } from './site.ts';

// Whole processes, several a test: on a busy machine each start takes seconds.
vi.setConfig({ testTimeout: 90_000 });

it('npm run dev serves the same application, for a site anywhere, and ends when it is asked', async () => {
  const site = siteWith('');
  const PORT = await freePort();
  const env = { WAYPOST_SITE: site, WAYPOST_DATA: join(site, 'data'), LOG_LEVEL: 'fatal', PORT };
  // Beside a server that a developer has running in this tree.
  const dev = run('scripts/dev.mjs', ['--ignore-lock'], { env });
  await dev.printed(/Brassworks: the portal is open\.[^]*Demo people[^]*watching for file changes/);
  const url = `http://127.0.0.1:${PORT}`;
  const page = await ask(`${url}/en/articles/brass`);
  expect(page).toMatchObject({ status: 200, body: expect.stringContaining('Polish brass') as string });
  expect(await ask(`${url}/en/nowhere/at/all`)).toMatchObject({ status: 404 });
  const form = new FormData();
  for (const [name, value] of Object.entries({
    subject: 'Dull',
    body: 'It is dull.',
    name: 'Ann',
    email: 'ann@berg.example',
  }))
    form.set(name, value);
  form.set('files', new File([new Uint8Array(300_000)], 'dull.bin'));
  const sent = await fetch(`${url}/en/ask`, {
    method: 'POST',
    body: form,
    headers: { origin: url },
    redirect: 'manual',
  });
  expect(sent.status).toBe(303);
  dev.child.kill('SIGTERM');
  expect(await dev.ended).toMatchObject({ code: 0, signal: null });
});
