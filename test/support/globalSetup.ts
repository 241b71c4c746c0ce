import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
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
  stop(): Promise<void>;
}

async function startDatabaseServer(): Promise<DatabaseServer> {
  const server = await startPostgres();
  const client = new pg.Client(server.url('postgres'));
  await client.connect();
  let made = 0;
  return {
    fresh: async () => {
      made += 1;
      const name = `test_${made}`;
      await client.query(`CREATE DATABASE ${name} STRATEGY file_copy`);
      return server.url(name);
    },
    stop: async () => {
      await client.end();
      await server.stop();
    },
  };
}

/**
 * Starts what tests share, PostgreSQL, Meilisearch and the unpacked Chromium, when the first of them asks and not before:
 * a run of one small test waits for none. Test files are processes of their own, so they ask over HTTP.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  let databases: Promise<DatabaseServer> | undefined;
  let chromium: Promise<string> | undefined;
  let meilisearch: ReturnType<typeof startMeilisearch> | undefined;
  const answers: Record<string, () => Promise<string>> = {
    '/database': async () => (await (databases ??= startDatabaseServer())).fresh(),
    '/meilisearch': async () => {
      const { url, key } = await (meilisearch ??= startMeilisearch());
      return JSON.stringify({ url, key });
    },
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
    // A server that never started was the failure of the test that asked for it.
    for (const server of [databases, meilisearch]) {
      await server?.then(
        ({ stop }) => stop(),
        () => undefined,
      );
    }
  };
}
