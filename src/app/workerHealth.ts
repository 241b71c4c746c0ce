import { createFront, type Front } from '../platform/http/index.ts';
import type { Application } from './application.ts';
import { probesOf } from './probes.ts';

/**
 * `/healthz`, `/readyz` and `/metrics` of a worker that runs apart, and nothing else: whoever watches it asks here.
 *
 * @param options.port 0 takes a free one.
 */
export function createWorkerHealth({ app, host, port }: { app: Application; host: string; port: number }): Front {
  // Customers are not served here, so that the search engine is not asked for.
  const { database, bridge } = probesOf(app);
  return createFront({
    host,
    port,
    publicUrl: app.settings.publicUrl,
    locals: () => ({}),
    log: app.log,
    runtime: app.runtime,
    metrics: app.metrics,
    probes: { database, bridge },
  });
}
