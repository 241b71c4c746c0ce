import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { root } from '../../scripts/install.mjs';
import { startMeilisearch } from '../../scripts/meilisearch.mjs';
import { startPostgres } from '../../scripts/postgres.mjs';
import { prepareChromium } from './chromiumParts.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where this run's tests ask for a database, a search server or a browser. */
    services: string;
  }
}

/** A server, the connection that makes databases in it, and how many it made. */
interface DatabaseServer {
  fresh(): Promise<string>;
  /** A copy of one that was filled once. */
  filled(): Promise<string>;
  stop(): Promise<void>;
}

/** @param scratch where filling a database may keep its files. */
async function startDatabaseServer(scratch: string): Promise<DatabaseServer> {
  const server = await startPostgres();
  const client = new pg.Client(server.url('postgres'));
  await client.connect();
  let made = 0;
  const fresh = async (template = ''): Promise<string> => {
    made += 1;
    const name = `test_${made}`;
    await client.query(`CREATE DATABASE ${name} ${template} STRATEGY file_copy`);
    return server.url(name);
  };
  let template: Promise<unknown> | undefined;
  const fillTemplate = async (): Promise<void> => {
    await client.query('CREATE DATABASE filled');
    await fillPortal(join(scratch, 'beside-database'), server.url('filled'));
  };
  return {
    fresh: () => fresh(),
    filled: async () => {
      await (template ??= fillTemplate());
      return fresh('TEMPLATE filled');
    },
    stop: async () => {
      await client.end();
      await server.stop();
    },
  };
}

/** Fills a new data folder, and instead of its own database another one if there is a URL. @returns the folder. */
async function fillPortal(folder: string, databaseUrl?: string): Promise<string> {
  mkdirSync(folder);
  // A program of its own: what runs the tests loads nothing of the product.
  const program = join(root, 'test', 'support', 'fillPortal.ts');
  await promisify(execFile)(process.execPath, [program, folder, ...(databaseUrl === undefined ? [] : [databaseUrl])]);
  return folder;
}

/** Fills a data folder with the demo company, by the product's own command. @returns the folder. */
async function fillDemo(folder: string): Promise<string> {
  const { PATH = '', HOME = '' } = process.env;
  await promisify(execFile)(process.execPath, [join(root, 'scripts', 'waypost.mjs'), 'seed'], {
    cwd: root,
    env: { PATH, HOME, WAYPOST_DATA: folder },
  });
  return folder;
}

/**
 * Starts what tests share (PostgreSQL, Meilisearch, the unpacked Chromium, filled portals to copy) when the first of them
 * asks and not before: a run of one small test waits for none. Test files are processes of their own, so they ask over
 * HTTP.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  let databases: Promise<DatabaseServer> | undefined;
  let chromium: Promise<string> | undefined;
  let meilisearch: ReturnType<typeof startMeilisearch> | undefined;
  let demo: Promise<string> | undefined;
  let filled: Promise<string> | undefined;
  const scratch = mkdtempSync(join(tmpdir(), 'waypost-filled-'));
  const answers: Record<string, () => Promise<string>> = {
    '/database': async () => (await (databases ??= startDatabaseServer(scratch))).fresh(),
    '/meilisearch': async () => {
      const { url, key } = await (meilisearch ??= startMeilisearch());
      return JSON.stringify({ url, key });
    },
    '/portal': () => (filled ??= fillPortal(join(scratch, 'portal'))),
    '/portal-database': async () => (await (databases ??= startDatabaseServer(scratch))).filled(),
    '/demo': () => (demo ??= fillDemo(join(scratch, 'demo'))),
    '/chromium': () => (chromium ??= prepareChromium().then((parts) => JSON.stringify(parts))),
  };
  const services = createServer((request, response) => {
    const answer = answers[request.url ?? ''] ?? (() => Promise.reject(new Error(`No such service: ${request.url}`)));
    answer().then(
      (body) => response.end(body),
      (error: unknown) => response.writeHead(500).end(error instanceof Error ? error.message : String(error)),
    );
  });
  await new Promise<void>((resolve) => services.listen(0, '127.0.0.1', resolve));
  project.provide('services', `http://127.0.0.1:${(services.address() as AddressInfo).port}`);
  return async () => {
    services.closeAllConnections();
    services.close();
    rmSync(scratch, { recursive: true, force: true });
    // A server that never started was the failure of the test that asked for it.
    for (const server of [databases, meilisearch]) {
      await server?.then(
        ({ stop }) => stop(),
        () => undefined,
      );
    }
  };
}
