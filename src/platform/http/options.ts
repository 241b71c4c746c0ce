import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Registry } from 'prom-client';
import type { Log } from '../log/index.ts';
import type { Runtime } from '../runtime.ts';
import type { Form } from './form.ts';
import type { FrontLimits } from './limits.ts';
import type { UploadPolicy, UploadSink } from './multipart.ts';
import type { Probe } from './probes.ts';
import type { ProblemAnswer, ProblemWords } from './problem.ts';

/** What is known of a request before anyone has looked at its meaning. */
export interface RequestContext {
  /** UUIDv7, or what one of our own proxies sent as `x-request-id`. */
  readonly requestId: string;
  readonly method: string;
  /** Without the query, percent-encoded where it must be. It has no dot segments, empty segments or backslashes. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Without what a sender may claim about address and host: `host` is that of the public URL. */
  readonly headers: IncomingHttpHeaders;
  /** The socket's peer, or, behind our own proxies, the address that they saw. */
  readonly clientAddress: string;
  /** Aborted when the client goes away before its answer is whole. */
  readonly signal: AbortSignal;
  /** Names the pattern that answered (`/[locale]/articles/[slug]`), for metrics and log. Patterns only, never a path. */
  nameRoute(pattern: string): void;
}

/** The same once the body was read. */
export interface BodyContext extends RequestContext {
  /** The body's bytes; empty for a multipart form, which was streamed. */
  readonly body: Buffer;
  /** Set for urlencoded and multipart bodies. */
  readonly form: Form | null;
}

/** What a route of the front works with. */
export interface RouteContext extends BodyContext {
  readonly req: IncomingMessage;
  readonly res: ServerResponse<IncomingMessage>;
  /** The `[name]` segments of the pattern, or the named groups of the expression, percent-decoded. */
  readonly params: Readonly<Record<string, string>>;
  /** What `locals` gave for this request. */
  readonly locals: Readonly<Record<string, unknown>>;
}

/** An address that the front answers itself, since it streams or needs raw bytes. */
export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** A path with `[name]` segments (`/files/[id]`), or an expression over the whole path. */
  pattern: string | RegExp;
  /** A thrown `Refusal` becomes its status, anything else a 500. HEAD is asked of GET routes. */
  handle(context: RouteContext): Promise<void> | void;
}

export type Next = (error?: unknown) => void;

/** Astro's Node handler in `middleware` mode. */
export type PageHandler = (
  req: IncomingMessage,
  res: ServerResponse<IncomingMessage>,
  next: Next,
  locals: Record<string, unknown>,
) => unknown;

export interface FrontOptions {
  /** Left out in development, where Astro's own server answers after `front.middleware`. */
  handler?: PageHandler;
  /** What pages and routes get beside `requestId` and `form`. May refuse, for example while the database is busy. */
  locals(context: BodyContext): Record<string, unknown> | Promise<Record<string, unknown>>;
  /** Where people reach the site. Writes with a cookie must come from its origin; https turns HSTS on. */
  publicUrl: string;
  /** Addresses and ranges whose `X-Forwarded-For` and `X-Request-Id` are believed. */
  trustedProxies?: readonly string[];
  host: string;
  /** 0 takes a free one. */
  port: number;
  /** The built assets (`dist/client`), read once at start. Left out: none are served. */
  clientFolder?: string;
  log: Log;
  runtime: Runtime;
  /** What `/readyz` asks, by name. */
  probes?: Readonly<Record<string, Probe>>;
  /** Where all rooms register what they count; `createMetrics()` makes one. */
  metrics: Registry;
  /** Who may read `/metrics`. Default: whoever asks from this very machine and through no proxy. */
  metricsAllowed?(context: RequestContext): boolean;
  uploads?: UploadSink;
  /** Which requests may carry files; none by default. */
  acceptsUploads?(method: string, path: string): UploadPolicy;
  routes?: readonly Route[];
  /** The viewer's words for problems; English if left out. */
  words?(context: { path: string; headers: IncomingHttpHeaders }): ProblemWords;
  /** A whole HTML page for a problem; a plain one if left out. It is sent with the same policy: nothing inline. */
  errorPage?(answer: ProblemAnswer, context: { path: string; headers: IncomingHttpHeaders }): string;
  limits?: Partial<FrontLimits>;
  /** For `astro dev`: no content security policy, and the paths of the build tool pass untouched. */
  development?: boolean;
}

export interface Front {
  /** @throws ListenError with a code that says why the address cannot be had */
  listen(): Promise<{ host: string; port: number }>;
  /** Takes no new connection, lets running requests end (at most `drainMs`), then resolves. May be called twice. */
  close(): Promise<void>;
  /** The same rules in front of another server, without assets and compression. Locals stand under Astro's symbol. */
  middleware(req: IncomingMessage, res: ServerResponse<IncomingMessage>, next: Next): void;
  /** Everything that the front answers itself, for whoever checks that each route has its permission. */
  readonly routes: readonly { method: string; pattern: string }[];
}
