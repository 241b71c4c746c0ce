import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/**
 * A registry with what the process itself counts (memory, CPU, event-loop lag, handles). Rooms register their own
 * figures in it. Figures are counts and times: a label is never a person, an address or a path.
 */
export function createMetrics(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return registry;
}

export interface HttpMetrics {
  begin(): void;
  /** @param route a pattern, never a path, or the number of series would be the visitors' choice */
  end(about: { route: string; method: string; status: number; seconds: number }): void;
}

const IN_FLIGHT = 'waypost_http_requests_in_flight';
const DURATION = 'waypost_http_request_duration_seconds';

export function httpMetrics(registry: Registry): HttpMetrics {
  const inFlight =
    (registry.getSingleMetric(IN_FLIGHT) as Gauge | undefined) ??
    new Gauge({ name: IN_FLIGHT, help: 'Requests that are being answered.', registers: [registry] });
  const duration =
    (registry.getSingleMetric(DURATION) as Histogram<'route' | 'method' | 'status'> | undefined) ??
    new Histogram({
      name: DURATION,
      help: 'Time from the request head to the end of the answer, by route pattern, method and status class.',
      labelNames: ['route', 'method', 'status'] as const,
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers: [registry],
    });
  return {
    begin: () => inFlight.inc(),
    end: ({ route, method, status, seconds }) => {
      inFlight.dec();
      duration.observe({ route, method, status: `${Math.floor(status / 100)}xx` }, seconds);
    },
  };
}
