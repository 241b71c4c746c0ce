import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Log } from '../log/index.ts';
import { newId, type Runtime } from '../runtime.ts';
import { clientAddress, plainAddress, wasForwarded, type ProxyList } from './address.ts';
import { sealHeaders } from './headers.ts';
import type { HttpMetrics } from './metrics.ts';

/** What every request on its way through the front needs. */
export interface ExchangeDependencies {
  runtime: Runtime;
  log: Log;
  metrics: HttpMetrics;
  isProxy: ProxyList;
  alwaysHeaders: Readonly<Record<string, string>>;
  isDraining(): boolean;
}

/** One request and its answer, from the first look to the line in the log. */
export interface Exchange {
  readonly req: IncomingMessage;
  readonly res: ServerResponse<IncomingMessage>;
  readonly requestId: string;
  readonly clientAddress: string;
  /** Whether the sender, or a proxy that is not ours, says that this came through a proxy. */
  readonly viaStranger: boolean;
  readonly signal: AbortSignal;
  /** The name in metrics and log; patterns only. */
  route: string;
  /** Lines about health are of interest only to whoever looks for them. */
  quiet: boolean;
}

/** Methods that may stand in a metric; a stranger's invention may not. */
const KNOWN = new Set(['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE', 'TRACE']);

export function beginExchange(
  req: IncomingMessage,
  res: ServerResponse<IncomingMessage>,
  { runtime, log, metrics, isProxy, alwaysHeaders, isDraining }: ExchangeDependencies,
): Exchange {
  const started = performance.now();
  const bytesBefore = req.socket.bytesWritten;
  const gone = new AbortController();
  const ours = isProxy(plainAddress(req.socket.remoteAddress));
  const exchange: Exchange = {
    req,
    res,
    requestId: requestIdOf(req, ours) ?? newId(runtime),
    clientAddress: clientAddress(req.socket.remoteAddress, req.headers, isProxy),
    viaStranger: !ours && wasForwarded(req.headers),
    signal: gone.signal,
    route: 'unmatched',
    quiet: false,
  };
  req.headers['x-request-id'] = exchange.requestId;
  sealHeaders(res, { ...alwaysHeaders, 'x-request-id': exchange.requestId }, () => {
    if (isDraining()) res.setHeader('connection', 'close');
  });
  metrics.begin();
  res.once('close', () => {
    const seconds = (performance.now() - started) / 1000;
    const method = KNOWN.has(req.method ?? '') ? (req.method ?? '') : 'other';
    if (!res.writableFinished) gone.abort();
    metrics.end({ route: exchange.route, method, status: res.statusCode, seconds });
    log[exchange.quiet ? 'debug' : 'info'](
      {
        method,
        route: exchange.route,
        status: res.statusCode,
        ms: Math.round(seconds * 10_000) / 10,
        bytes: req.socket.bytesWritten - bytesBefore,
        requestId: exchange.requestId,
        ...(res.writableFinished ? {} : { cut: true }),
      },
      'Request',
    );
  });
  return exchange;
}

/** Only our own proxies may name a request, and only with what can stand in a header, a log line and a URL. */
function requestIdOf(req: IncomingMessage, ours: boolean): string | null {
  const sent = req.headers['x-request-id'];
  return ours && typeof sent === 'string' && /^[\w.-]{8,128}$/.test(sent) ? sent : null;
}
