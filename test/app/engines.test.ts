import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { root } from '../../scripts/install.mjs';
import { boot } from '../../src/app/index.ts';
import { freshPrefix, meilisearchServer } from '../support/meilisearch.ts';

const secret = 'key with-spaces-that-nobody-may-see';

function site(search: string): Record<string, string> {
  const folder = mkdtempSync(join(tmpdir(), 'waypost-engines-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const config = `import { defineConfig, lunr, meilisearch } from ${JSON.stringify(join(root, 'src/app/config.ts'))};
    export default defineConfig({
      brand: { name: 'Brassworks', locales: ['en'], timeZone: 'Europe/Paris' }, ${search} });`;
  writeFileSync(join(folder, 'waypost.config.ts'), config);
  return { WAYPOST_SITE: folder, WAYPOST_DATA: join(folder, 'data'), LOG_LEVEL: 'silent' };
}

async function enginesOf(env: Record<string, string>): Promise<string[]> {
  const { app } = await boot(env, tmpdir());
  try {
    return app.kb.engines.known.map(({ name }) => name);
  } finally {
    await app.close();
  }
}

test('what is wrong with an engine’s options is told with everything else, without its key', async () => {
  const search = `search: meilisearch({ host: 'http://me:${secret.replaceAll(' ', '-')}@h', apiKey: ${JSON.stringify(secret)} }), orders: 1`;
  const failed = await boot({ ...site(search), PORT: 'x' }, tmpdir()).then(
    () => '',
    (error: unknown) => (error instanceof Error ? error.message : ''),
  );
  for (const where of ['PORT:', 'search.host:', 'search.apiKey:', 'orders:']) expect(failed).toContain(where);
  expect(failed).not.toContain('nobody-may-see');
});

test('the environment names Meilisearch where the site names no engine; lunr is its net', async () => {
  const { host, apiKey } = await meilisearchServer();
  const named = { MEILI_URL: host, MEILI_KEY: apiKey };
  expect(await enginesOf({ ...site(''), ...named })).toEqual(['meilisearch', 'lunr']);
  expect(await enginesOf(site(''))).toEqual(['lunr']);
  expect(await enginesOf({ ...site('search: lunr()'), ...named })).toEqual(['lunr']);
  const own = `search: meilisearch({ host: '${host}', apiKey: '${apiKey}', prefix: '${freshPrefix()}' })`;
  expect(await enginesOf(site(own))).toEqual(['meilisearch', 'lunr']);
});
