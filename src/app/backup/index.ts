import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import {
  prepareDataFolder,
  readConfiguration,
  type Environment,
  type EnvironmentVariables,
} from '../../platform/config/index.ts';
import type { Key, Lock } from '../../platform/backup/index.ts';
import { createLog } from '../../platform/log/index.ts';
import { systemRuntime } from '../../platform/runtime.ts';
import { LAST_BACKUP } from '../doctor/onMachine.ts';
import { createApplication } from '../application.ts';
import { siteSchema } from '../site.ts';
import { withSiteImports } from '../siteImports.ts';
import { backUp, type BackupReport } from './backup.ts';
import { restore, type RestoreReport } from './restore.ts';

export type { BackupReport, RestoreReport };

/** Writes a backup of what the environment names, while the portal runs or not. @throws ConfigurationFaults, DataFolderFault */
export async function backUpPortal(
  env: EnvironmentVariables,
  cwd: string,
  order: { file: string; lock: Lock | null; progress?: (table: string, rows: number) => void },
): Promise<BackupReport> {
  const { environment } = await readAll(env, cwd);
  const { secret } = prepareDataFolder(environment);
  const { databaseUrl, dataFolder } = environment;
  const report = await backUp({ ...order, file: resolve(cwd, order.file), databaseUrl, dataFolder, secret });
  const known = { at: report.createdAt, file: resolve(cwd, order.file) };
  await writeFile(join(dataFolder, LAST_BACKUP), `${JSON.stringify(known)}\n`, { mode: 0o600 });
  return report;
}

/** Restores into what the environment names. @throws as `restore`, ConfigurationFaults, DataFolderFault */
export async function restorePortal(
  env: EnvironmentVariables,
  cwd: string,
  order: {
    file: string;
    key: Key | null;
    replace: boolean;
    acceptOtherSecret: boolean;
    progress?: (what: string, done: number, total: number) => void;
  },
): Promise<RestoreReport> {
  const { environment, site } = await readAll(env, cwd);
  const { secret } = prepareDataFolder(environment);
  const { databaseUrl, dataFolder } = environment;
  return restore({
    ...order,
    file: resolve(cwd, order.file),
    ...{ databaseUrl, dataFolder, secret },
    replay: (staged) => replayErasures(environment, site, secret, staged),
  });
}

/** The passphrase in a file, without its line break. */
export async function passphraseIn(file: string): Promise<string> {
  return (await readFile(file, 'utf8')).replace(/\r?\n$/, '');
}

async function replayErasures(
  environment: Environment,
  site: Awaited<ReturnType<typeof readAll>>['site'],
  secret: string,
  staged: { databaseUrl: string; dataFolder: string },
) {
  const app = await createApplication({
    settings: {
      ...staged,
      ...{ siteFolder: environment.site, publicUrl: environment.publicUrl, secret },
      erasuresFile: environment.erasuresFile,
    },
    // Nobody outside hears of what is only put together.
    site: { ...site, search: undefined },
    runtime: systemRuntime(),
    log: createLog({ level: 'silent' }),
  });
  try {
    return await app.privacy.replay();
  } finally {
    await app.close();
  }
}

function readAll(env: EnvironmentVariables, cwd: string) {
  return withSiteImports(() => readConfiguration(siteSchema, env, cwd));
}
