import { createServer, STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { HttpFault } from './fault.ts';
import { NOT_CACHED } from './headers.ts';
import type { FrontLimits } from './limits.ts';
import { problemOf } from './problem.ts';

type Responder = (req: IncomingMessage, res: ServerResponse<IncomingMessage>) => void;

export type ListenCode = 'port_in_use' | 'port_forbidden' | 'address_unavailable' | 'cannot_listen';

const LISTEN_CODES: Record<string, ListenCode> = {
  EADDRINUSE: 'port_in_use',
  EACCES: 'port_forbidden',
  EPERM: 'port_forbidden',
  EADDRNOTAVAIL: 'address_unavailable',
  ENOTFOUND: 'address_unavailable',
};

const LISTEN_SENTENCES: Record<ListenCode, (host: string, port: number) => string> = {
  port_in_use: (host, port) => `Port ${port} on ${host} is in use by another program`,
  port_forbidden: (host, port) => `This user may not listen on port ${port} of ${host}`,
  address_unavailable: (host) => `${host} is not an address of this machine`,
  cannot_listen: (host, port) => `Cannot listen on port ${port} of ${host}`,
};

/** Why the address cannot be had. The message is one line for a person; `code` is for programs. */
export class ListenError extends Error {
  readonly code: ListenCode;
  readonly host: string;
  readonly port: number;

  constructor(cause: NodeJS.ErrnoException, host: string, port: number) {
    const code = LISTEN_CODES[cause.code ?? ''] ?? 'cannot_listen';
    super(LISTEN_SENTENCES[code](host, port), { cause });
    this.name = 'ListenError';
    this.code = code;
    this.host = host;
    this.port = port;
  }
}

export interface HttpServer {
  listen(host: string, port: number): Promise<{ host: string; port: number }>;
  close(drainMs: number): Promise<void>;
  isDraining(): boolean;
}

/**
 * `node:http` with its limits set on purpose, and with answers of our own where it would answer by itself: what its
 * parser refuses, CONNECT, and expectations get the same headers as everything else.
 */
export function openServer(options: {
  respond: Responder;
  limits: FrontLimits;
  /** The headers of every answer, with a fresh request id. */
  rawHeaders(): Record<string, string>;
}): HttpServer {
  const { respond, limits } = options;
  const server = createServer({
    maxHeaderSize: limits.headerBytes,
    headersTimeout: limits.headersMs,
    requestTimeout: limits.requestMs,
    keepAliveTimeout: limits.keepAliveMs,
    connectionsCheckingInterval: Math.max(50, Math.min(5_000, limits.headersMs / 2)),
    insecureHTTPParser: false,
    // The front checks it itself: node's own answer has none of our headers.
    requireHostHeader: false,
  });
  // Its default silently drops what is beyond; the front counts and refuses.
  server.maxHeadersCount = 0;
  server.timeout = limits.socketMs;
  const connections = trackConnections(server);
  server.on('request', respond);
  server.on('checkContinue', respond);
  server.on('checkExpectation', respond);
  server.on('connect', (_req: IncomingMessage, socket: Duplex) => {
    socket.on('error', () => undefined);
    socket.end(rawAnswer(new HttpFault('method_not_allowed'), options.rawHeaders()));
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    if (!socket.writable || error.code === 'ECONNRESET' || !connections.mayAnswerRaw(socket)) return socket.destroy();
    socket.end(rawAnswer(parserFault(error), options.rawHeaders()), () => socket.destroy());
    return undefined;
  });
  return runServer(server, connections);
}

function runServer(server: Server, connections: Connections): HttpServer {
  let closing: Promise<void> | null = null;
  return {
    isDraining: () => closing !== null,
    listen: (host, port) =>
      new Promise((resolve, reject) => {
        server.once('error', (error: NodeJS.ErrnoException) => reject(new ListenError(error, host, port)));
        server.listen({ host, port }, () => {
          const address = server.address() as AddressInfo;
          resolve({ host: address.address, port: address.port });
        });
      }),
    close: (drainMs) => {
      closing ??= new Promise((resolve) => {
        const cut = setTimeout(() => server.closeAllConnections(), drainMs);
        server.close(() => {
          clearTimeout(cut);
          resolve();
        });
        connections.endIdle();
      });
      return closing;
    },
  };
}

interface Connections {
  /** Ends connections that wait for a request, also those that never sent one (node counts them as busy). */
  endIdle(): void;
  /** Whether a raw answer on this socket would be read as the answer to the request that caused it. */
  mayAnswerRaw(socket: Duplex): boolean;
}

function trackConnections(server: Server): Connections {
  const running = new Map<Duplex, Set<ServerResponse<IncomingMessage>>>();
  server.on('connection', (socket: Socket) => {
    running.set(socket, new Set());
    socket.once('close', () => running.delete(socket));
  });
  const begin = (req: IncomingMessage, res: ServerResponse<IncomingMessage>) => {
    running.get(req.socket)?.add(res);
    res.once('close', () => running.get(req.socket)?.delete(res));
  };
  server.on('request', begin);
  server.on('checkContinue', begin);
  server.on('checkExpectation', begin);
  return {
    endIdle: () => {
      for (const [socket, answers] of running) if (answers.size === 0) socket.destroy();
    },
    mayAnswerRaw: (socket) => {
      const answers = [...(running.get(socket) ?? [])];
      const [only] = answers;
      if (only === undefined) return true;
      // A body that broke off in the middle may still be answered; a bad request behind a good one may not, since the
      // bytes would be taken for the answer to the good one.
      return answers.length === 1 && !only.headersSent && !only.req.complete;
    },
  };
}

function parserFault(error: NodeJS.ErrnoException): HttpFault {
  switch (error.code) {
    case 'HPE_HEADER_OVERFLOW':
      return new HttpFault('headers_too_large');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new HttpFault('timeout');
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return new HttpFault('too_large');
    case 'HPE_INVALID_METHOD':
      return new HttpFault('not_implemented');
    default:
      return new HttpFault('malformed');
  }
}

function rawAnswer(fault: HttpFault, headers: Record<string, string>): string {
  const { problem } = problemOf(fault, { requestId: headers['x-request-id'] ?? '' });
  const body = `${JSON.stringify(problem)}\n`;
  const head = {
    ...headers,
    ...(fault.code === 'method_not_allowed' ? { allow: 'GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE' } : {}),
    'cache-control': NOT_CACHED,
    'content-type': 'application/problem+json',
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  };
  const lines = Object.entries(head).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ''}\r\n${lines.join('')}\r\n${body}`;
}
