import { existsSync, readdirSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import {
  boot,
  createPortal,
  knownDemo,
  seedDemo,
  work,
  type Application,
  type DemoPeople,
  type Portal,
} from '../app/index.ts';
import { isLoopback, readEnvironment, type Environment, type EnvironmentVariables } from '../platform/config/index.ts';
import { assertPortFree, type PageHandler } from '../platform/http/index.ts';
import { exitCodes, type Terminal } from './index.ts';
import { endOnUnforeseen, stopSignal } from './process.ts';

const CLIENT_FOLDER = new URL('../../dist/client/', import.meta.url);
const SERVER_ENTRY = new URL('../../dist/server/entry.mjs', import.meta.url);

/** `waypost start`: the portal, and beside it the worker. */
export function startCommand(terminal: Terminal, exit: (code: number) => void): Command {
  return new Command('start')
    .description('Migrate, fill an empty data folder with the demo company, and serve the portal.')
    .option('--no-worker', 'serve only; another process runs “waypost worker”')
    .action(async ({ worker }: { worker: boolean }) => exit(await start(terminal, { worker })));
}

async function start(terminal: Terminal, options: { worker: boolean }): Promise<number> {
  const env = withDemo(terminal);
  const early = stopSignal();
  // Before anything is made: a start that cannot listen leaves nothing half done.
  const { host, port } = readEnvironmentOf(env, terminal.cwd) ?? {};
  if (host !== undefined && port !== undefined) await assertPortFree(host, port);
  const { app, environment } = await boot(env, terminal.cwd);
  endOnUnforeseen(app.log);
  const ending = new AbortController();
  try {
    await app.start();
    const demo = environment.demo
      ? await seedDemo(app, { password: environment.demoPassword })
      : knownDemo(environment.dataFolder);
    const portal = await serve(app, environment);
    const working = options.worker ? work(app, ending.signal) : Promise.resolve();
    for (const line of await greeting(app, environment, demo, terminal.cwd)) terminal.say(line);
    const signal = await early.stopped;
    app.log.info({ signal }, 'stopping: running requests end first');
    ending.abort();
    await portal.close();
    await working;
  } finally {
    ending.abort();
    await app.close();
    early.forget();
  }
  return exitCodes.done;
}

/** Faults are told by `boot`, all at once. */
function readEnvironmentOf(env: EnvironmentVariables, cwd: string): Environment | null {
  try {
    return readEnvironment(env, cwd);
  } catch {
    return null;
  }
}

/** An empty data folder on this machine alone, with the embedded database, gets the demo company. */
function withDemo({ env, cwd }: Terminal): EnvironmentVariables {
  const environment = readEnvironmentOf(env, cwd);
  if (!environment || env['WAYPOST_DEMO'] || env['DATABASE_URL'] || !isLoopback(environment.host)) return env;
  const { dataFolder } = environment;
  const isEmpty = !existsSync(dataFolder) || readdirSync(dataFolder).length === 0;
  return isEmpty ? { ...env, WAYPOST_DEMO: '1' } : env;
}

async function serve(app: Application, { host, port, trustedProxies }: Environment): Promise<Portal> {
  const { handler } = (await import(SERVER_ENTRY.href)) as { handler: PageHandler };
  const portal = createPortal({ app, host, port, trustedProxies, handler, clientFolder: fileURLToPath(CLIENT_FOLDER) });
  await portal.listen();
  return portal;
}

async function greeting(
  app: Application,
  environment: Environment,
  demo: DemoPeople | null,
  cwd: string,
): Promise<string[]> {
  const { engine, ready } = await app.kb.searchState();
  const { databaseUrl, dataFolder, publicUrl, smtpUrl } = environment;
  const shown = (path: string): string => relative(cwd, path) || path;
  const isFile = databaseUrl.startsWith('sqlite:');
  const lines = [
    '',
    `${app.site.brand.name}: the portal is open.`,
    `  Address    ${publicUrl}`,
    `  Database   ${isFile ? `SQLite, ${shown(databaseUrl.slice('sqlite:'.length))}` : 'PostgreSQL'}`,
    `  Search     ${engine}${ready ? '' : ', not ready yet'}`,
    `  Mail       ${smtpUrl === null ? `written to ${shown(dataFolder)}/mail` : 'sent by SMTP'}`,
  ];
  if (demo) {
    lines.push('', `  Demo people, all with the password ${demo.password}`);
    const wide = Math.max(...demo.people.map(({ email }) => email.length));
    for (const { email, name, role } of demo.people) lines.push(`    ${email.padEnd(wide)}  ${name}, ${role}`);
  } else {
    const link = await setUpLink(app);
    if (link)
      lines.push(
        '',
        '  Nobody is an administrator yet. Whoever opens this link first becomes it, once, within a day:',
        `    ${link}`,
      );
  }
  return [...lines, '', '  Ctrl-C stops it.', ''];
}

async function setUpLink({ accounts, settings, site }: Application): Promise<string | null> {
  const minted = await accounts.mintSetUpToken();
  return minted && `${settings.publicUrl}/${site.brand.locales[0]}/set-up?token=${minted.token}`;
}
