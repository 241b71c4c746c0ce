import type { Registry } from 'prom-client';
import { isLoopback } from './address.ts';
import type { Exchange } from './exchange.ts';
import { HttpFault } from './fault.ts';
import type { FrontOptions, RequestContext } from './options.ts';
import { readinessOf } from './probes.ts';
import { send, sendJson } from './respond.ts';
import { Refusal } from '../refusal.ts';
import type { FrontLimits } from './limits.ts';

/** Where those who run the site look, with who answers. */
export type Operations = ReadonlyMap<string, Operation>;

type Operation = (exchange: Exchange, context: RequestContext) => Promise<void> | void;

/**
 * `/healthz` (the process answers; nothing else is asked), `/readyz` (customers can be served; what is not well is
 * named) and `/metrics` (counts, for those who are allowed).
 */
export function createOperations(options: FrontOptions, limits: FrontLimits, isDraining: () => boolean): Operations {
  const readiness = readinessOf(options.probes ?? {}, { log: options.log, probeMs: limits.probeMs });
  return new Map<string, Operation>([
    ['/healthz', ({ res }) => sendJson(res, 200, { status: 'alive' })],
    [
      '/readyz',
      async ({ res }) => {
        const state = await readiness();
        const status = isDraining() ? 'draining' : state.status;
        sendJson(res, status === 'ready' || status === 'degraded' ? 200 : 503, { ...state, status });
      },
    ],
    [
      '/metrics',
      async (exchange, context) => {
        const allowed = options.metricsAllowed?.(context) ?? isFromThisMachine(exchange);
        if (!allowed) throw new Refusal('forbidden');
        await sendMetrics(exchange, options.metrics);
      },
    ],
  ]);
}

/** GET and HEAD only: nothing changes here. */
export function checkOperationMethod(method: string): void {
  if (method !== 'GET' && method !== 'HEAD') throw new HttpFault('method_not_allowed', { allow: ['GET', 'HEAD'] });
}

/**
 * Behind a proxy on the same machine that nobody configured every visitor seems to be local; such a proxy leaves its
 * mark in the headers, and the visitor is refused.
 */
function isFromThisMachine(exchange: Exchange): boolean {
  return isLoopback(exchange.clientAddress) && !exchange.viaStranger;
}

async function sendMetrics({ res }: Exchange, registry: Registry): Promise<void> {
  send(res, 200, registry.contentType, await registry.metrics());
}
