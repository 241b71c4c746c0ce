import { boot, type Application, type BootOptions } from '../app/index.ts';
import type { Environment } from '../platform/config/index.ts';
import type { Terminal } from './terminal.ts';

/**
 * Gives `work` the application on the migrated database, and closes it whatever happens. What it logs, warnings and
 * worse, goes to standard error: standard output belongs to the answer.
 * @throws what `boot` and `work` throw.
 */
export async function withApplication<T>(
  { env, cwd, note }: Terminal,
  work: (app: Application, environment: Environment) => Promise<T>,
  options: Pick<BootOptions, 'aside'> = {},
): Promise<T> {
  const logTo = { write: (line: string) => note(line.trimEnd()) };
  const { app, environment } = await boot({ ...env, LOG_LEVEL: env['LOG_LEVEL'] || 'warn' }, cwd, {
    ...options,
    logTo,
  });
  try {
    return await work(app, environment);
  } finally {
    await app.close();
  }
}
