import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { request as httpRequest, type Agent, type IncomingHttpHeaders } from 'node:http';
import { connect, type Socket } from 'node:net';
import { Writable } from 'node:stream';
import { onTestFinished } from 'vitest';
import {
  createFront,
  createMetrics,
  type Front,
  type FrontOptions,
  type UploadSink,
} from '../../../src/platform/http/index.ts';
import { createLog } from '../../../src/platform/log/index.ts';
import { systemRuntime } from '../../../src/platform/runtime.ts';

export const PUBLIC_URL = 'http://portal.example';

export interface RunningFront {
  front: Front;
  port: number;
  lines: string[];
}

/** A front on a free port, closed when the test ends. Without a handler every page says hello. */
export async function startFront(options: Partial<FrontOptions> = {}): Promise<RunningFront> {
  const lines: string[] = [];
  const front = createFront({
    publicUrl: PUBLIC_URL,
    host: '127.0.0.1',
    port: 0,
    locals: () => ({}),
    log: createLog({ level: 'debug', pretty: false, destination: { write: (line) => void lines.push(line) } }),
    runtime: systemRuntime(),
    metrics: createMetrics(),
    handler: (_req, res) => {
      res.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
      res.end('<p>hello</p>');
    },
    ...options,
    limits: { drainMs: 2_000, lingerMs: 1_000, ...options.limits },
  });
  const { port } = await front.listen();
  onTestFinished(() => front.close());
  return { front, port, lines };
}

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
  text: string;
}

export interface Ask {
  method?: string;
  headers?: Record<string, string | string[]>;
  body?: string | Buffer | Iterable<Buffer>;
  agent?: Agent;
}

/** One request as a program would make it. A body that is iterable goes out in chunks, without a declared length. */
export function ask(port: number, path: string, options: Ask = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { method = 'GET', headers = {}, body, agent = undefined } = options;
    const whole = typeof body === 'string' || Buffer.isBuffer(body);
    const length = whole ? { 'content-length': String(Buffer.byteLength(body)) } : {};
    const req = httpRequest(
      {
        host: '127.0.0.1',
        port,
        path,
        method,
        headers: { ...length, ...headers },
        ...(agent ? { agent } : { agent: false }),
      },
      (res) => {
        const chunks: Buffer[] = [];
        res.on('data', (chunk: Buffer) => chunks.push(chunk));
        res.on('error', reject);
        res.on('end', () => {
          const bytes = Buffer.concat(chunks);
          resolve({ status: res.statusCode ?? 0, headers: res.headers, body: bytes, text: bytes.toString() });
        });
      },
    );
    req.on('error', reject);
    if (body === undefined || whole) req.end(body);
    else void writeAll(req, body);
  });
}

async function writeAll(req: Writable, chunks: Iterable<Buffer>): Promise<void> {
  const closed = once(req, 'close').catch(() => undefined);
  for (const chunk of chunks) {
    if (req.destroyed || req.errored) return;
    if (!req.write(chunk)) await Promise.race([once(req, 'drain').catch(() => undefined), closed]);
  }
  req.end();
}

/** Bytes on a bare socket, and everything that comes back until the other side closes. */
export function raw(port: number, ...pieces: (string | Buffer)[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const { socket, received } = open(port);
    socket.on('error', (error: NodeJS.ErrnoException) => (error.code === 'ECONNRESET' ? undefined : reject(error)));
    socket.on('close', () => resolve(received()));
    for (const piece of pieces) socket.write(piece);
  });
}

export function open(port: number): { socket: Socket; received(): string } {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.on('data', (chunk) => (text += chunk.toString('latin1')));
  return { socket, received: () => text };
}

/** Waits until something holds; the test's own time limit ends a wait in vain. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

export interface KeptFile {
  field: string;
  name: string;
  type: string;
  size: number;
  hash: string;
  state: 'open' | 'finished' | 'aborted';
}

/** A sink that keeps of each file only its size and its hash. */
export function hashingSink(): { sink: UploadSink; kept: KeptFile[] } {
  const kept: KeptFile[] = [];
  const sink: UploadSink = {
    open: (file) => {
      const hash = createHash('sha256');
      const entry: KeptFile = { ...file, size: 0, hash: '', state: 'open' };
      kept.push(entry);
      const stream = new Writable({
        write(chunk: Buffer, _encoding, done) {
          entry.size += chunk.length;
          hash.update(chunk);
          setImmediate(done);
        },
      });
      return Promise.resolve({
        stream,
        finish: () => {
          entry.state = 'finished';
          entry.hash = hash.digest('hex');
          return Promise.resolve({ id: `file-${kept.indexOf(entry)}`, size: entry.size });
        },
        abort: () => {
          entry.state = 'aborted';
          return Promise.resolve();
        },
      });
    },
  };
  return { sink, kept };
}

export interface Part {
  name?: string;
  filename?: string;
  type?: string;
  body: string | Buffer;
}

export const BOUNDARY = 'waypost-test-boundary';

/** A multipart body, whole. */
export function multipart(parts: readonly Part[]): Buffer {
  const pieces: Buffer[] = [];
  for (const { name, filename, type, body } of parts) {
    const named = name === undefined ? '' : `; name="${name}"`;
    const file = filename === undefined ? '' : `; filename="${filename}"`;
    const head = `--${BOUNDARY}\r\ncontent-disposition: form-data${named}${file}\r\n`;
    pieces.push(Buffer.from(`${head}${type === undefined ? '' : `content-type: ${type}\r\n`}\r\n`));
    pieces.push(Buffer.from(body), Buffer.from('\r\n'));
  }
  return Buffer.concat([...pieces, Buffer.from(`--${BOUNDARY}--\r\n`)]);
}

export const MULTIPART = { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` };
