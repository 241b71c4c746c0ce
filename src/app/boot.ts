import {
  prepareDataFolder,
  readConfiguration,
  type Environment,
  type EnvironmentVariables,
} from '../platform/config/index.ts';
import { migrate, openDatabase, type Dialect } from '../platform/database/index.ts';
import { createLog, type LogDestination } from '../platform/log/index.ts';
import { systemRuntime } from '../platform/runtime.ts';
import { refuseHalfRestored } from './backup/marker.ts';
import { createApplication, type Application } from './application.ts';
import { migrations } from './migrations.ts';
import { siteSchema } from './site.ts';
import { withSiteImports } from './siteImports.ts';

export interface Booted {
  app: Application;
  environment: Environment;
}

export interface BootOptions {
  /** Where log lines go; standard output if left out. */
  logTo?: LogDestination;
  /** Called when the data folder is known to be good, before there is a database in it. */
  beforeDatabase?: (environment: Environment) => void;
  /** For a database that is thrown away: no search engine or CRM of the company hears of it. */
  aside?: boolean;
}

/**
 * Reads the configuration, opens and migrates the database and builds the application; nothing is served yet.
 * @param cwd what relative paths start from.
 * @throws ConfigurationFaults with all faults at once, DataFolderFault, DatabaseNewer.
 */
export async function boot(env: EnvironmentVariables, cwd: string, options: BootOptions = {}): Promise<Booted> {
  const { environment, site } = await readAll(env, cwd);
  const { secret } = prepareDataFolder(environment);
  refuseHalfRestored(environment.dataFolder);
  options.beforeDatabase?.(environment);
  const app = await createApplication({
    settings: {
      databaseUrl: environment.databaseUrl,
      dataFolder: environment.dataFolder,
      siteFolder: environment.site,
      publicUrl: environment.publicUrl,
      secret,
      erasuresFile: environment.erasuresFile,
      smtpUrl: environment.smtpUrl ?? undefined,
      meilisearch: options.aside ? null : environment.meilisearch,
    },
    site: options.aside ? { ...site, search: undefined, connectors: undefined } : site,
    runtime: systemRuntime(),
    log: createLog({ level: environment.logLevel, ...(options.logTo && { destination: options.logTo }) }),
  });
  return { app, environment };
}

/**
 * Brings the database up to date without building the application.
 * @returns the steps that ran, by name.
 * @throws as `boot` does.
 */
export async function migrateDatabase(
  env: EnvironmentVariables,
  cwd: string,
): Promise<{ dialect: Dialect; ran: string[] }> {
  const { environment } = await readAll(env, cwd);
  prepareDataFolder(environment);
  refuseHalfRestored(environment.dataFolder);
  const database = openDatabase({ url: environment.databaseUrl });
  try {
    return { dialect: database.dialect, ran: await migrate(database, migrations) };
  } finally {
    await database.close();
  }
}

function readAll(env: EnvironmentVariables, cwd: string) {
  return withSiteImports(() => readConfiguration(siteSchema, env, cwd));
}
