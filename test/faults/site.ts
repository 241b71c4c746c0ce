import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { operator } from '../../src/accounts/index.ts';
import { createApplication, siteSchema, type Application } from '../../src/app/index.ts';
import { createLog } from '../../src/platform/log/index.ts';
import { systemRuntime } from '../../src/platform/runtime.ts';
import { freePort } from '../support/portal.ts';

const root = join(import.meta.dirname, '../..');
const article = `---
title: Oil the table
summary: Once a year, thinly.
kind: service
audience: public
---
## How

With a soft cloth.
`;
const PASSWORD = 'the same for every customer of a fault run';

export interface SiteOptions {
  /** Left out: SQLite in the data folder. */
  databaseUrl?: string;
  /** Where the recording CRM listens. */
  crmUrl: string;
  /** A planted bug: the connector makes up a new key for each try. */
  freshKeys?: boolean;
  customers?: number;
}

/** A company's folder and data folder for one fault run, with customers who can sign in and a machine's key. */
export interface FaultSite {
  folder: string;
  databaseUrl: string;
  publicUrl: string;
  /** What the portal's and worker's processes are started with. */
  env: Record<string, string>;
  systemKey: string;
  customers: readonly { email: string; password: string }[];
  /** Opens the very application in this process. */
  open(): Promise<Application>;
  remove(): void;
}

/** Makes the site, migrates its database and puts the people in. */
export async function makeSite(options: SiteOptions): Promise<FaultSite> {
  const folder = mkdtempSync(join(tmpdir(), 'waypost-faults-'));
  const data = join(folder, 'data');
  mkdirSync(data);
  // One article: what a start reads in is not what is tested here, and there are many starts.
  mkdirSync(join(folder, 'content/en/care'), { recursive: true });
  writeFileSync(join(folder, 'content/en/categories.yaml'), 'care:\n  title: Care\n');
  writeFileSync(join(folder, 'content/en/care/oil-the-table.md'), article);
  writeFileSync(join(folder, 'waypost.config.ts'), configuration(options));
  const port = await freePort();
  const databaseUrl = options.databaseUrl ?? `sqlite:${join(data, 'waypost.db')}`;
  const publicUrl = `http://127.0.0.1:${port}`;
  const secret = 'a secret that is used by fault runs alone';
  const open = () =>
    createApplication({
      settings: { databaseUrl, dataFolder: data, siteFolder: folder, publicUrl, secret },
      site: siteSchema.parse({ brand: { name: 'Faults', locales: ['en'], timeZone: 'UTC' } }),
      runtime: systemRuntime(),
      log: createLog({ level: 'silent' }),
      // Hashes keep what they cost, so signing in to the real processes is cheap, too.
      passwordCost: { n: 1024, r: 8, p: 1 },
    });
  const app = await open();
  try {
    const customers = Array.from({ length: options.customers ?? 6 }, (_, n) => ({
      email: `customer-${n}@example.com`,
      password: PASSWORD,
    }));
    await Promise.all(
      customers.map(({ email, password }, n) =>
        app.accounts.addPerson(operator, { email, password, name: `Customer ${n}`, role: 'customer', verified: true }),
      ),
    );
    const { key } = await app.accounts.addKey(operator, { role: 'system', name: 'Fault run' });
    return {
      folder,
      databaseUrl,
      publicUrl,
      env: {
        ...{ WAYPOST_SITE: folder, WAYPOST_DATA: data, WAYPOST_SECRET: secret, DATABASE_URL: databaseUrl },
        ...{ HOST: '127.0.0.1', PORT: String(port), PUBLIC_URL: publicUrl, LOG_LEVEL: 'warn' },
      },
      systemKey: key,
      customers,
      open,
      remove: () => rmSync(folder, { recursive: true, force: true }),
    };
  } finally {
    await app.close();
  }
}

function configuration({ crmUrl, freshKeys = false }: SiteOptions): string {
  const imported = (path: string): string => JSON.stringify(join(root, path));
  return `import { defineConfig } from ${imported('src/app/config.ts')};
import { recordingConnector } from ${imported('test/faults/connector.ts')};

export default defineConfig({
  brand: { name: 'Faults', locales: ['en'], timeZone: 'UTC' },
  connectors: [recordingConnector(${JSON.stringify({ url: crmUrl, freshKeys })})],
  limits: { signIns: { max: 100_000, windowSeconds: 60 }, questions: { max: 100_000, windowSeconds: 60 } },
});
`;
}
