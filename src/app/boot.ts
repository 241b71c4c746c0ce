import {
  prepareDataFolder,
  readConfiguration,
  type Environment,
  type EnvironmentVariables,
} from '../platform/config/index.ts';
import { createLog, type Log } from '../platform/log/index.ts';
import { systemRuntime } from '../platform/runtime.ts';
import { createApplication, type Application } from './application.ts';
import { siteSchema } from './site.ts';

export interface Booted {
  app: Application;
  environment: Environment;
}

/**
 * Reads the configuration, opens and migrates the database and builds the application; nothing is served yet.
 * @param cwd what relative paths start from.
 * @throws ConfigurationFaults with all faults at once, DataFolderFault, DatabaseNewer.
 */
export async function boot(env: EnvironmentVariables, cwd: string, given: { log?: Log } = {}): Promise<Booted> {
  const { environment, site } = await readConfiguration(siteSchema, env, cwd);
  const { secret } = prepareDataFolder(environment);
  const app = await createApplication({
    settings: {
      databaseUrl: environment.databaseUrl,
      dataFolder: environment.dataFolder,
      siteFolder: environment.site,
      publicUrl: environment.publicUrl,
      secret,
      smtpUrl: environment.smtpUrl ?? undefined,
    },
    site,
    runtime: systemRuntime(),
    log: given.log ?? createLog({ level: environment.logLevel }),
  });
  return { app, environment };
}
