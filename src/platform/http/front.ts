import type { IncomingMessage, ServerResponse } from 'node:http';
import { newId } from '../runtime.ts';
import { Refusal } from '../refusal.ts';
import { dropClaims, proxyList } from './address.ts';
import { createAssets } from './assets.ts';
import { createCompression } from './compress.ts';
import { beginExchange, type Exchange } from './exchange.ts';
import { createFailure } from './failure.ts';
import { HttpFault } from './fault.ts';
import { securityHeaders } from './headers.ts';
import { takeBody } from './intake.ts';
import { DEFAULT_LIMITS, type FrontLimits } from './limits.ts';
import { httpMetrics } from './metrics.ts';
import { checkOperationMethod, createOperations } from './operations.ts';
import type { BodyContext, Front, FrontOptions, Next, RequestContext } from './options.ts';
import { mayWrite } from './origin.ts';
import { replayBody } from './replay.ts';
import { compileRoutes, findRoute } from './routes.ts';
import { openServer } from './server.ts';
import { readTarget, type Target } from './target.ts';

const SERVED = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE'];
/** Routes of the framework that nobody here declared. */
const UNDECLARED = /^\/(?:_image|_server-islands)(?:\/|$)/;
/** What the build tool serves in development. */
const BUILD_TOOL = /^\/(?:@|__|node_modules\/|src\/|\.astro\/)/;
const ASTRO_LOCALS = Symbol.for('astro.locals');

/** Who answers once the front has done its part: Astro's handler, or in development whoever comes next. */
type Answer = (exchange: Exchange, context: BodyContext, locals: Record<string, unknown>) => Promise<void>;

/**
 * The one way in over HTTP. In this order: an id and the headers that every answer carries; a target that can be read
 * in one way only; health; built files; the write entry; the body, within its limits; then a route of the front, or the
 * pages.
 *
 * @throws ProxyListError, TypeError (public URL) for options that cannot be read
 */
export function createFront(options: FrontOptions): Front {
  const limits: FrontLimits = { ...DEFAULT_LIMITS, ...options.limits };
  const publicUrl = new URL(options.publicUrl);
  const always = securityHeaders({ publicUrl, development: options.development ?? false });
  const routes = compileRoutes(options.routes ?? []);
  const assets = createAssets(options.clientFolder);
  const compress = createCompression();
  const isDraining = () => server.isDraining();
  const fail = createFailure(options, limits);
  const operations = createOperations(options, limits, isDraining);
  const dependencies = {
    runtime: options.runtime,
    log: options.log,
    metrics: httpMetrics(options.metrics),
    isProxy: proxyList(options.trustedProxies ?? []),
    alwaysHeaders: always,
    isDraining,
  };

  async function run(exchange: Exchange, serveAssets: boolean, answer: Answer): Promise<void> {
    const { req, res } = exchange;
    const target = admit(req, limits);
    dropClaims(req.headers, publicUrl);
    const method = req.method ?? 'GET';
    const context = contextOf(exchange, target);
    const operation = operations.get(target.path);
    if (operation) {
      exchange.route = target.path;
      exchange.quiet = true;
      checkOperationMethod(method);
      return operation(exchange, context);
    }
    if (UNDECLARED.test(target.path)) throw new Refusal('not_found');
    if (serveAssets && assets(req, res, target.path)) {
      exchange.route = 'asset';
      return;
    }
    if (!mayWrite(method, req.headers, publicUrl)) throw new HttpFault('cross_origin');
    const match = findRoute(routes, method, target.path);
    exchange.route = match?.found.pattern ?? 'page';
    const read = await takeBody(exchange, target.path, options, limits);
    const full: BodyContext = { ...context, ...read };
    const locals = { requestId: exchange.requestId, form: full.form, ...(await options.locals(full)) };
    if (match) return match.found.route.handle({ ...full, req, res, params: match.params, locals });
    return answer(exchange, full, locals);
  }

  function enter(
    req: IncomingMessage,
    res: ServerResponse<IncomingMessage>,
    serveAssets: boolean,
    answer: Answer,
  ): void {
    const exchange = beginExchange(req, res, dependencies);
    run(exchange, serveAssets, answer).catch((error: unknown) => fail(exchange, error));
  }

  /** Astro renders its own 404 through the catch-all page; whoever calls `next` has nothing to say. */
  const answerWithPages: Answer = ({ req, res }, _context, locals) =>
    new Promise((resolve, reject) => {
      const { handler } = options;
      const next = (error?: unknown) => reject(error ?? new Refusal('not_found'));
      if (handler === undefined) return next();
      res.once('close', resolve);
      Promise.resolve(handler(req, res, next, locals)).catch(reject);
    });

  const server = openServer({
    limits,
    rawHeaders: () => ({ ...always, 'x-request-id': newId(options.runtime) }),
    respond: (req, res) => compress(req, res, () => enter(req, res, true, answerWithPages)),
  });

  return {
    listen: () => server.listen(options.host, options.port),
    close: () => server.close(limits.drainMs),
    middleware: (req, res, next) => {
      if (options.development && BUILD_TOOL.test(req.url ?? '')) return next();
      enter(req, res, false, passOn(next));
    },
    routes: [
      ...[...operations.keys()].map((pattern) => ({ method: 'GET', pattern })),
      ...routes.map(({ method, pattern }) => ({ method, pattern })),
    ],
  };
}

/** Hands the request to the next in line of a foreign server, with the body as if nobody had read it. */
function passOn(next: Next): Answer {
  return async ({ req }, context, locals) => {
    Reflect.set(req, ASTRO_LOCALS, locals);
    replayBody(req, context.body);
    next();
  };
}

/**
 * Checks what can be checked of the head alone, and leaves a target without authority in `req.url`.
 *
 * @throws HttpFault
 */
function admit(req: IncomingMessage, limits: FrontLimits): Target {
  const method = req.method ?? '';
  if (!SERVED.includes(method)) {
    if (method === 'TRACE') throw new HttpFault('method_not_allowed', { allow: SERVED });
    throw new HttpFault('not_implemented');
  }
  const names = req.rawHeaders.filter((_, index) => index % 2 === 0);
  if (names.length > limits.headers) throw new HttpFault('headers_too_large', { reason: 'headers' });
  const hosts = names.filter((name) => name.toLowerCase() === 'host').length;
  if (hosts > 1 || (hosts === 0 && req.httpVersion === '1.1')) {
    throw new HttpFault('malformed', { reason: 'host' });
  }
  if (req.headers.expect !== undefined && req.headers.expect.toLowerCase() !== '100-continue') {
    throw new HttpFault('expectation_failed');
  }
  const target = readTarget(req.url, limits.urlLength);
  req.url = `${target.path}${target.search}`;
  return target;
}

function contextOf(exchange: Exchange, target: Target): RequestContext {
  return {
    requestId: exchange.requestId,
    method: exchange.req.method ?? 'GET',
    path: target.path,
    query: new URLSearchParams(target.search),
    headers: exchange.req.headers,
    clientAddress: exchange.clientAddress,
    signal: exchange.signal,
    nameRoute: (pattern) => void (exchange.route = pattern),
  };
}
