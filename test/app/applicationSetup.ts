import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import {
  createApplication,
  siteSchema,
  type Application,
  type Settings,
  type SiteConfig,
} from '../../src/app/index.ts';
import { noStanding, type PersonViewer, type Role } from '../../src/accounts/index.ts';
import { createLog } from '../../src/platform/log/index.ts';
import { systemRuntime, type Runtime } from '../../src/platform/runtime.ts';
import type { DatabaseSource } from '../support/databases.ts';

export interface ApplicationSetup {
  app: Application;
  /** Adds milliseconds to the clock. */
  later(milliseconds: number): void;
  person(name: string, role?: Role): Promise<PersonViewer>;
  /** Does what is owed and gives the mails written so far, oldest first. */
  mails(): Promise<string[]>;
}

export const client = { address: '192.0.2.7', userAgent: 'Test/1.0' };

/** The whole application without its pages, on a database that may be there already; the caller closes it. */
export function openedApplication(
  where: Pick<Settings, 'databaseUrl' | 'dataFolder' | 'erasuresFile'>,
  runtime: Runtime = systemRuntime(),
  site: Partial<SiteConfig> = {},
  onStatement?: (sql: string) => void,
): Promise<Application> {
  return createApplication({
    ...(onStatement && { onStatement }),
    settings: {
      ...where,
      siteFolder: where.dataFolder,
      publicUrl: 'https://help.kitewood.example',
      secret: 'a secret for tests that is long enough to be one',
    },
    site: siteSchema.parse({
      brand: { name: 'Kitewood', locales: ['en', 'zh-cn'], timeZone: 'UTC', mail: 'help@kitewood.example' },
      ...site,
    }),
    runtime,
    log: createLog({ level: 'silent' }),
    passwordCost: { n: 1024, r: 8, p: 1 },
  });
}

/** The whole application without its pages, on a fresh database unless one is named. */
export async function setUpApplication(
  source: DatabaseSource,
  { site = {}, databaseUrl }: { site?: Partial<SiteConfig>; databaseUrl?: string } = {},
): Promise<ApplicationSetup> {
  const dataFolder = mkdtempSync(join(tmpdir(), 'waypost-app-'));
  let ahead = 0;
  const system = systemRuntime();
  const app = await openedApplication(
    { databaseUrl: databaseUrl ?? (await source.freshUrl()), dataFolder },
    { ...system, now: () => system.now() + ahead },
    site,
  );
  onTestFinished(() => app.close());
  return {
    app,
    later: (milliseconds) => (ahead += milliseconds),
    async person(name, role = 'customer') {
      const email = `${name.toLowerCase()}@kitewood.example`;
      const operator = { kind: 'operator' } as const;
      const { personId } = await app.accounts.addPerson(operator, { email, name, role, verified: true });
      return { kind: 'person', personId, name, email, verified: true, role, locale: 'en', ...noStanding };
    },
    async mails() {
      await app.queue.runDue();
      const folder = join(dataFolder, 'mail');
      const names = readdirSync(folder).filter((name) => name.endsWith('.eml'));
      return names.map((name) => decoded(readFileSync(join(folder, name), 'utf8')));
    },
  };
}

/** Quoted-printable undone as far as the tests read it. */
function decoded(eml: string): string {
  const bytes = eml
    .replaceAll(/=\r?\n/g, '')
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
