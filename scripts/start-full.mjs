// @ts-check
// `npm run start:full`: the portal beside a real PostgreSQL and a real Meilisearch, to try it as a company would run it.
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { ensureInstalled, progress, root } from './install.mjs';
import { startMeilisearch } from './meilisearch.mjs';
import { startPostgres } from './postgres.mjs';
import { runScript, underLockedNode, waypost } from './run.mjs';

const data = resolve(root, process.env['WAYPOST_DATA'] ?? 'data');
const folder = join(data, 'postgres');

/** @returns {string} the secret of this trial: without it, what is encrypted in its database could not be read again */
function keptSecret() {
  const path = join(folder, 'secret');
  if (!existsSync(path)) writeFileSync(path, randomBytes(32).toString('base64url'), { mode: 0o600 });
  return readFileSync(path, 'utf8');
}

/** @param {import('./postgres.mjs').Postgres} postgres @returns {Promise<string>} the URL of the portal's database */
async function portalDatabase(postgres) {
  const { default: pg } = await import('pg');
  const client = new pg.Client(postgres.url('postgres'));
  await client.connect();
  try {
    const { rowCount } = await client.query("SELECT 1 FROM pg_database WHERE datname = 'waypost'");
    if (rowCount === 0) await client.query('CREATE DATABASE waypost');
  } finally {
    await client.end();
  }
  return postgres.url('waypost');
}

/** @returns {Promise<import('./meilisearch.mjs').MeilisearchServer>} named in the environment, as an operator would */
async function searchServer() {
  const began = Date.now();
  const at = join(data, 'meilisearch');
  const server = await startMeilisearch({ folder: at });
  process.env['MEILI_URL'] = server.url;
  process.env['MEILI_KEY'] = server.key;
  progress(`Meilisearch is up (${Date.now() - began} ms); its data and its master key are in ${at}.`);
  return server;
}

/** @returns {Promise<number>} the portal's exit code; the servers go after it */
async function startBeside() {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const began = Date.now();
  const postgres = await startPostgres({ folder: join(folder, 'cluster') });
  try {
    process.env['DATABASE_URL'] = await portalDatabase(postgres);
    process.env['WAYPOST_SECRET'] ??= keptSecret();
    // Its files, mails and demo password stay apart from those of `npm start`, which has a database of its own.
    process.env['WAYPOST_DATA'] = join(folder, 'portal');
    // A database that is set means no demo, unless it is asked for.
    process.env['WAYPOST_DEMO'] ??= '1';
    progress(`PostgreSQL is up (${Date.now() - began} ms); its data are in ${folder}.`);
    const search = await searchServer();
    try {
      return await waypost(['start', ...process.argv.slice(2)]);
    } finally {
      await search.stop();
    }
  } finally {
    await postgres.stop();
  }
}

await runScript(async () => {
  await ensureInstalled({ dev: true });
  await ensureBuilt();
  await underLockedNode(import.meta.url, startBeside);
});
