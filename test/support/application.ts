import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '../../scripts/install.mjs';
import type * as Rooms from '../../src/app/index.ts';

const generous = { max: 1_000_000, windowSeconds: 60 };

export interface TestApplicationOptions {
  dataFolder: string;
  url: string;
  /** Left out: SQLite in the data folder. */
  databaseUrl?: string;
  /** Where the application's sources lie; left out: this project's. */
  sources?: string;
  /** More of the site's configuration. */
  site?: Partial<Rooms.SiteConfig>;
  /** Lines of the log end up here. */
  log?: (line: string) => void;
}

/** The demo's application with cheap passwords and limits that no test reaches by chance, and the rooms it is made of. */
export async function openApplication(options: TestApplicationOptions) {
  const { dataFolder, databaseUrl, url, sources = join(root, 'src') } = options;
  const [rooms, config, { createLog }, { systemRuntime }] = await Promise.all([
    load<typeof Rooms>(sources, 'app/index.ts'),
    load<typeof import('../../src/app/config.ts')>(sources, 'app/config.ts'),
    load<typeof import('../../src/platform/log/index.ts')>(sources, 'platform/log/index.ts'),
    load<typeof import('../../src/platform/runtime.ts')>(sources, 'platform/runtime.ts'),
  ]);
  const app = await rooms.createApplication({
    settings: {
      databaseUrl: databaseUrl ?? `sqlite:${join(dataFolder, 'waypost.db')}`,
      dataFolder,
      siteFolder: root,
      publicUrl: url,
      secret: 'a secret for tests that is long enough to be one',
    },
    site: rooms.siteSchema.parse({
      brand: { name: 'Kitewood', locales: ['en', 'zh-cn'], timeZone: 'Europe/Berlin', mail: 'help@kitewood.example' },
      search: config.lunr(),
      connectors: [config.desk()],
      limits: { signIns: generous, questions: generous, mails: generous, lookUps: generous },
      ...options.site,
    }),
    runtime: systemRuntime(),
    log: createLog({
      level: options.log ? 'info' : 'silent',
      ...(options.log && { destination: { write: options.log } }),
    }),
    passwordCost: { n: 1024, r: 8, p: 1 },
  });
  await app.start();
  return { app, rooms };
}

async function load<Module>(sources: string, file: string): Promise<Module> {
  return (await import(/* @vite-ignore */ pathToFileURL(join(sources, file)).href)) as Module;
}
