import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as Rooms from '../../src/app/index.ts';
import type { Role } from '../../src/accounts/index.ts';
import { root } from '../../scripts/install.mjs';
import { openApplication, type TestApplicationOptions } from './application.ts';
import { askService } from './services.ts';

const password = 'three ordinary words';

/** `databaseUrl` left out: SQLite in the portal's own temporary folder, filled already; else see `filledDatabase`. */
export type TestPortalOptions = Omit<TestApplicationOptions, 'dataFolder' | 'url'>;

/** A real portal with the built pages, on a free port, and a database with the demo's articles and nothing else. */
export interface TestPortal {
  url: string;
  app: Rooms.Application;
  dataFolder: string;
  /** A new person with a proven address and the common password. */
  person(name: string, role?: Role): Promise<TestPerson>;
  /** The mails written so far, oldest first, as they lie on disk. */
  mails(): string[];
  close(): Promise<void>;
}

export interface TestPerson {
  id: string;
  name: string;
  email: string;
  password: string;
  /** For the Cookie header. */
  cookie: string;
}

/** Starts the portal in this process; the pages come from dist, which `npm test` has built. */
export async function startPortal(options: TestPortalOptions = {}): Promise<TestPortal> {
  const dataFolder = mkdtempSync(join(tmpdir(), 'waypost-portal-'));
  if (options.databaseUrl === undefined) cpSync(await askService('portal'), dataFolder, { recursive: true });
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const { app, rooms } = await openApplication({ ...options, dataFolder, url });
  const entry = pathToFileURL(join(root, 'dist', 'server', 'entry.mjs')).href;
  const { handler } = (await import(/* @vite-ignore */ entry)) as {
    handler: Parameters<typeof rooms.createPortal>[0]['handler'] & {};
  };
  const portal = rooms.createPortal({
    app,
    host: '127.0.0.1',
    port,
    handler,
    clientFolder: join(root, 'dist', 'client'),
  });
  await portal.listen();

  return {
    url,
    app,
    dataFolder,
    async person(name, role = 'customer') {
      const email = `${name.toLowerCase().replaceAll(/\W+/g, '.')}@kitewood.example`;
      const operator = { kind: 'operator' } as const;
      const { personId } = await app.accounts.addPerson(operator, { email, name, role, verified: true, password });
      const { cookies } = await app.accounts.signIn({ email, password }, { address: '127.0.0.1', userAgent: 'test' });
      const cookie = cookies.map((line) => line.split(';')[0]).join('; ');
      return { id: personId, name, email, password, cookie };
    },
    mails: () => {
      const folder = join(dataFolder, 'mail');
      return readdirSync(folder)
        .filter((name) => name.endsWith('.eml'))
        .map((name) => readFileSync(join(folder, name), 'utf8'));
    },
    async close() {
      await portal.close();
      await app.close();
      rmSync(dataFolder, { recursive: true, force: true });
    },
  };
}

/** A port that nobody listens on at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
