import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as Rooms from '../../src/app/index.ts';
import type { Role } from '../../src/accounts/index.ts';
import { root } from '../../scripts/install.mjs';

const password = 'three ordinary words';
const generous = { max: 1_000_000, windowSeconds: 60 };

export interface TestPortalOptions {
  /** Left out: SQLite in the portal's own temporary folder. */
  databaseUrl?: string;
  /** Where the application's sources lie; left out: this project's. */
  sources?: string;
  /** More of the site's configuration. */
  site?: Partial<Rooms.SiteConfig>;
  /** Lines of the log end up here. */
  log?: (line: string) => void;
}

/** A real portal with the built pages, on a free port, and an empty database with the demo's articles. */
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
  const sources = options.sources ?? join(root, 'src');
  const [rooms, config, platform] = await Promise.all([
    load<typeof Rooms>(sources, 'app/index.ts'),
    load<typeof import('../../src/app/config.ts')>(sources, 'app/config.ts'),
    loadPlatform(sources),
  ]);
  const dataFolder = mkdtempSync(join(tmpdir(), 'waypost-portal-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const log = platform.createLog({
    level: options.log ? 'info' : 'silent',
    ...(options.log && { destination: { write: options.log } }),
  });
  const app = await rooms.createApplication({
    settings: {
      databaseUrl: options.databaseUrl ?? `sqlite:${join(dataFolder, 'waypost.db')}`,
      dataFolder,
      siteFolder: root,
      publicUrl: url,
      secret: 'a secret for tests that is long enough to be one',
    },
    site: rooms.siteSchema.parse({
      brand: { name: 'Kitewood', locales: ['en', 'zh-cn'], timeZone: 'Europe/Berlin', mail: 'help@kitewood.example' },
      search: config.lunr(),
      connectors: [config.desk()],
      limits: { signIns: generous, questions: generous, mails: generous },
      ...options.site,
    }),
    runtime: platform.systemRuntime(),
    log,
    passwordCost: { n: 1024, r: 8, p: 1 },
  });
  await app.start();
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

async function load<Module>(sources: string, file: string): Promise<Module> {
  return (await import(/* @vite-ignore */ pathToFileURL(join(sources, file)).href)) as Module;
}

async function loadPlatform(sources: string) {
  const { createLog } = await load<typeof import('../../src/platform/log/index.ts')>(sources, 'platform/log/index.ts');
  const { systemRuntime } = await load<typeof import('../../src/platform/runtime.ts')>(sources, 'platform/runtime.ts');
  return { createLog, systemRuntime };
}
