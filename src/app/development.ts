import type { AstroIntegration } from 'astro';
import type * as Rooms from './index.ts';

/** Vite's development server, as Astro hands it to integrations. */
type DevelopmentServer = Parameters<NonNullable<AstroIntegration['hooks']['astro:server:setup']>>[0]['server'];

interface Running {
  rooms: typeof Rooms;
  portal: Rooms.Portal;
  stop(): Promise<void>;
}

/**
 * Runs the application inside `astro dev`. Vite loads it, so that an edit anywhere in it makes a new one with the next
 * request, and the old one is closed; edits of pages keep it.
 */
export async function mountApplication(server: DevelopmentServer): Promise<void> {
  let running: Running | null = null;
  let changing: Promise<Running> | null = null;
  let greeted = false;

  async function current(): Promise<Running> {
    if (changing) return changing;
    const rooms = await load(server);
    if (running?.rooms === rooms) return running;
    changing ??= change().finally(() => (changing = null));
    return changing;
  }

  async function change(): Promise<Running> {
    const old = running;
    running = null;
    await old?.stop();
    // The site's file holds plugins that the old application has closed: everything is made anew.
    if (old) server.environments.ssr.moduleGraph.invalidateAll();
    running = await start(await load(server), environmentOf(server), !greeted);
    greeted = true;
    return running;
  }

  server.middlewares.use((req, res, next) => {
    current().then(({ portal }) => portal.middleware(req, res, next), next);
  });
  stopBeforeClosing(server, async () => {
    await changing?.catch(() => undefined);
    await running?.stop();
    running = null;
  });
  await current();
}

async function load(server: DevelopmentServer): Promise<typeof Rooms> {
  return (await server.ssrLoadModule('/src/app/index.ts')) as typeof Rooms;
}

/** `astro dev --port` and `--host` count before the environment: links must lead to where the server listens. */
function environmentOf({ config }: DevelopmentServer): Record<string, string | undefined> {
  const { host, port } = config.server;
  return {
    ...process.env,
    ...(port && { PORT: String(port) }),
    ...(typeof host === 'string' && { HOST: host }),
  };
}

async function start(rooms: typeof Rooms, env: Record<string, string | undefined>, greet: boolean): Promise<Running> {
  const cwd = process.cwd();
  const { app, environment } = await rooms.boot(rooms.withDemo(env, cwd), cwd, { beforeDatabase: rooms.noteDemo });
  try {
    await rooms.refuseDemoBeyondLoopback(app, environment.host);
    await app.start();
    const demo = environment.demo
      ? await rooms.seedDemo(app, { password: environment.demoPassword })
      : await rooms.knownDemo(app);
    if (greet) process.stdout.write((await rooms.greeting(app, environment, demo, cwd)).join('\n'));
  } catch (error) {
    await app.close();
    throw error;
  }
  const portal = rooms.createPortal({ app, host: environment.host, port: environment.port, development: true });
  const ending = new AbortController();
  const work = rooms.work(app, ending.signal);
  return {
    rooms,
    portal,
    async stop() {
      ending.abort();
      await work;
      await app.close();
    },
  };
}

/**
 * What is gathered is written before the server ends, whichever signal ends it; Vite itself heeds SIGTERM alone, and
 * calls that a failure.
 */
function stopBeforeClosing(server: DevelopmentServer, stop: () => Promise<void>): void {
  const signals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;
  const close = server.close.bind(server);
  let closing: Promise<void> | null = null;
  let asked = false;
  const end = () => {
    asked = true;
    process.exitCode = 0;
    void server.close().finally(() => process.exit());
  };
  for (const signal of signals) process.on(signal, end);
  server.close = () => {
    // A restart brings its own; an end keeps them, so that a second Ctrl-C does not break it off.
    if (!asked) for (const signal of signals) process.off(signal, end);
    closing ??= stop().finally(close);
    return closing;
  };
}
