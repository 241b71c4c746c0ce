import { sql } from 'kysely';
import { readConfiguration, type EnvironmentVariables } from '../../platform/config/index.ts';
import { openDatabase } from '../../platform/database/index.ts';
import { existsSync } from 'node:fs';
import { hasMarker } from '../backup/marker.ts';
import { migrations } from '../migrations.ts';
import { systemRuntime, type Runtime } from '../../platform/runtime.ts';
import { siteSchema } from '../site.ts';
import { withSiteImports } from '../siteImports.ts';
import { note, wrong, type Finding } from './finding.ts';
import { lookIntoDatabase } from './inDatabase.ts';
import { lookAtMachine } from './onMachine.ts';

export type { Finding };

export interface Diagnosis {
  at: string;
  healthy: boolean;
  findings: Finding[];
}

/**
 * Looks at how the portal stands: what is public and why, what is owed, what is old, what is wrongly set. Changes nothing,
 * the schema neither.
 * @throws ConfigurationFaults, and what keeps the database from being opened.
 */
export async function diagnose(
  env: EnvironmentVariables,
  cwd: string,
  runtime: Runtime = systemRuntime(),
): Promise<Diagnosis> {
  const { environment } = await withSiteImports(() => readConfiguration(siteSchema, env, cwd));
  const now = runtime.now();
  const findings: Finding[] = [];
  if (!existsSync(environment.dataFolder)) {
    findings.push(note('setup', `There is no data folder ${environment.dataFolder} yet.`, 'waypost start makes it.'));
    return { at: new Date(now).toISOString(), healthy: true, findings };
  }
  findings.push(...(await lookAtMachine(environment, now, runtime.fetch)));
  if (hasMarker(environment.dataFolder))
    findings.push(wrong('setup', 'A restore was broken off; nothing starts.', 'Run the same “waypost restore” again.'));
  const isNew = environment.databaseUrl.startsWith('sqlite:') && !existsSync(environment.databaseUrl.slice(7));
  if (!isNew) {
    const database = openDatabase({ url: environment.databaseUrl });
    try {
      const pending = await pendingMigrations(database.db);
      if (pending > 0) findings.push(note('setup', `${pending} steps of the schema have not run.`, 'waypost migrate'));
      else findings.push(...(await lookIntoDatabase({ database, environment, now: runtime.now() })));
    } finally {
      await database.close();
    }
  }
  const healthy = findings.every(({ level }) => level !== 'wrong');
  return { at: new Date(now).toISOString(), healthy, findings };
}

async function pendingMigrations(db: ReturnType<typeof openDatabase>['db']): Promise<number> {
  const ran = await sql<{ name: string }>`select name from migration`.execute(db).catch(() => ({ rows: [] }));
  const names = new Set(ran.rows.map(({ name }) => name));
  return migrations.filter(({ name }) => !names.has(name)).length;
}
