import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import {
  boot,
  createPortal,
  greeting,
  knownDemo,
  noteDemo,
  refuseDemoBeyondLoopback,
  seedDemo,
  withDemo,
  work,
  type Application,
  type Portal,
} from '../app/index.ts';
import { readEnvironment, type Environment, type EnvironmentVariables } from '../platform/config/index.ts';
import { assertPortFree, type PageHandler } from '../platform/http/index.ts';
import { endOnUnforeseen, stopSignal } from './process.ts';
import { exitCodes, type Terminal, type Verb } from './terminal.ts';

const CLIENT_FOLDER = new URL('../../dist/client/', import.meta.url);
const SERVER_ENTRY = new URL('../../dist/server/entry.mjs', import.meta.url);

/** `waypost start`: the portal, and beside it the worker. */
export const startCommand: Verb = (terminal, exit) =>
  new Command('start')
    .description('Migrate, fill an empty data folder with the demo company, and serve the portal.')
    .option('--no-worker', 'serve only; another process runs “waypost worker”')
    .action(async ({ worker }: { worker: boolean }) => exit(await start(terminal, { worker })));

async function start({ env, cwd, say }: Terminal, options: { worker: boolean }): Promise<number> {
  const early = stopSignal();
  // Before anything is made: a start that cannot listen leaves nothing half done.
  const port = await portToTake(env, cwd);
  const given = port === null ? env : { ...env, PORT: String(port) };
  const { app, environment } = await boot(withDemo(given, cwd), cwd, { beforeDatabase: noteDemo });
  endOnUnforeseen(app.log);
  try {
    await refuseDemoBeyondLoopback(app, environment.host);
    await app.start();
    const demo = environment.demo ? await seedDemo(app, { password: environment.demoPassword }) : await knownDemo(app);
    const portal = await serve(app, environment);
    const ending = new AbortController();
    const working = options.worker ? work(app, ending.signal) : Promise.resolve();
    try {
      for (const line of await greeting(app, environment, demo, cwd)) say(line);
      const signal = await early.stopped;
      app.log.info({ signal }, 'stopping: running requests end first');
    } finally {
      ending.abort();
      await portal.close();
      await working;
    }
  } finally {
    await app.close();
    early.forget();
  }
  return exitCodes.done;
}

/**
 * The port, known to be free; for port 0 one that is, since links and the greeting must name it. Null where the
 * environment has faults: `boot` tells them, all at once.
 */
async function portToTake(env: EnvironmentVariables, cwd: string): Promise<number | null> {
  let environment: Environment;
  try {
    environment = readEnvironment(env, cwd);
  } catch {
    return null;
  }
  return assertPortFree(environment.host, environment.port);
}

async function serve(app: Application, { host, port, trustedProxies }: Environment): Promise<Portal> {
  const { handler } = (await import(SERVER_ENTRY.href)) as { handler: PageHandler };
  const portal = createPortal({ app, host, port, trustedProxies, handler, clientFolder: fileURLToPath(CLIENT_FOLDER) });
  await portal.listen();
  return portal;
}
