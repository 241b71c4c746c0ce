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

  async function current(): Promise<Running> {
    const rooms = (await server.ssrLoadModule('/src/app/index.ts')) as typeof Rooms;
    if (running?.rooms === rooms) return running;
    changing ??= change(rooms).finally(() => (changing = null));
    return changing;
  }

  async function change(rooms: typeof Rooms): Promise<Running> {
    const old = running;
    running = null;
    await old?.stop();
    running = await start(rooms);
    return running;
  }

  server.middlewares.use((req, res, next) => {
    current().then(({ portal }) => portal.middleware(req, res, next), next);
  });
  server.httpServer?.once('close', () => void running?.stop());
  await current();
}

async function start(rooms: typeof Rooms): Promise<Running> {
  const { app, environment } = await rooms.boot(process.env, process.cwd());
  await app.start();
  if (environment.demo) await rooms.seedDemo(app, { password: environment.demoPassword });
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
