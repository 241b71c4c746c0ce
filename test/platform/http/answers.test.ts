import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { brotliCompressSync, brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CONTENT_SECURITY_POLICY, streamDownload, type FrontOptions } from '../../../src/platform/http/index.ts';
import { Refusal } from '../../../src/platform/refusal.ts';
import { ask, raw, startFront } from './harness.ts';

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const SCRIPT = 'console.log(1);\n'.repeat(200);
let clientFolder = '';

beforeAll(() => {
  clientFolder = mkdtempSync(join(tmpdir(), 'waypost-client-'));
  mkdirSync(join(clientFolder, '_astro'));
  writeFileSync(join(clientFolder, '_astro', 'app.Bx1.js'), SCRIPT);
  writeFileSync(join(clientFolder, '_astro', 'app.Bx1.js.br'), brotliCompressSync(SCRIPT));
  writeFileSync(join(clientFolder, 'favicon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
});
afterAll(() => rmSync(clientFolder, { recursive: true }));

function securityHeadersOf(headers: Record<string, unknown>) {
  const names = ['content-security-policy', 'x-content-type-options', 'referrer-policy', 'cross-origin-opener-policy'];
  return [...names, 'cross-origin-resource-policy'].map((name) => headers[name]);
}
const EXPECTED = [CONTENT_SECURITY_POLICY, 'nosniff', 'same-origin', 'same-origin', 'same-origin'];

function demanding(): Partial<FrontOptions> {
  return {
    clientFolder,
    routes: [
      { method: 'GET', pattern: '/own', handle: ({ res }) => void res.end('own') },
      {
        method: 'GET',
        pattern: '/broken',
        handle: () => {
          throw new Error('canary-internal-message');
        },
      },
    ],
    handler: (req, res, next) => {
      switch (req.url) {
        case '/page':
          res.writeHead(200, { 'content-type': 'text/html' });
          return res.end('<p>page</p>');
        case '/cached':
          res.writeHead(200, { 'cache-control': 'public, max-age=60' });
          return res.end('cached');
        case '/cookie':
          res.writeHead(200, { 'cache-control': 'public, max-age=60', 'set-cookie': ['a=1', 'b=2'] });
          return res.end('cookie');
        case '/missing':
          res.writeHead(404, { 'cache-control': 'public, max-age=60', etag: '"x"' });
          return res.end('missing');
        case '/bare':
          return res.end('bare');
        case '/refused':
          throw new Refusal('busy', { retryAfterSeconds: 2.2 });
        case '/fields':
          throw new Refusal('invalid', { fields: [{ field: 'email', key: 'errors.email', params: { max: 3 } }] });
        default:
          return next();
      }
    },
  };
}

describe('every answer', () => {
  const answers: [string, string, number, string | undefined][] = [
    ['GET', '/page', 200, 'private, no-store'],
    ['HEAD', '/page', 200, 'private, no-store'],
    ['GET', '/bare', 200, 'private, no-store'],
    ['GET', '/cached', 200, 'public, max-age=60'],
    ['GET', '/cookie', 200, 'private, no-store'],
    ['GET', '/missing', 404, 'private, no-store'],
    ['GET', '/nobody', 404, 'private, no-store'],
    ['GET', '/api/v1/nobody', 404, 'private, no-store'],
    ['GET', '/_image?href=/x', 404, 'private, no-store'],
    ['GET', '/_im%61ge?href=/x', 404, 'private, no-store'],
    ['GET', '/_server-islands/x', 404, 'private, no-store'],
    ['GET', '/refused', 503, 'private, no-store'],
    ['GET', '/fields', 422, 'private, no-store'],
    ['GET', '/broken', 500, 'private, no-store'],
    ['GET', '/own', 200, 'private, no-store'],
    ['HEAD', '/own', 200, 'private, no-store'],
    ['GET', '/healthz', 200, 'private, no-store'],
    ['GET', '/readyz', 200, 'private, no-store'],
    ['POST', '/healthz', 405, 'private, no-store'],
    ['GET', '/metrics', 200, 'private, no-store'],
    ['GET', '/_astro/app.Bx1.js', 200, 'public, max-age=31536000, immutable'],
    ['GET', '/favicon.svg', 200, 'public, max-age=3600'],
    ['OPTIONS', '/page', 200, 'private, no-store'],
    ['TRACE', '/page', 405, 'private, no-store'],
    ['PROPFIND', '/page', 501, 'private, no-store'],
    ['GET', '/%zz', 400, 'private, no-store'],
    ['GET', '/a/../b', 400, 'private, no-store'],
    ['GET', '/a/%2e%2e/b', 400, 'private, no-store'],
    ['GET', '//evil.example/', 400, 'private, no-store'],
    ['GET', '/a%5cb', 400, 'private, no-store'],
    ['GET', '/a%00', 400, 'private, no-store'],
    ['GET', '/page?q=%00', 400, 'private, no-store'],
    ['GET', '/an-address-of-9000-letters', 414, 'private, no-store'],
  ];
  it.each(answers)(
    '%s %s → %i carries the headers and says how it may be cached',
    async (method, path, status, cache) => {
      const { port } = await startFront(demanding());
      const sent = status === 414 ? path.padEnd(9_000, 's') : path;
      const answer = await ask(port, sent, { method });
      expect(answer.status).toBe(status);
      expect(securityHeadersOf(answer.headers)).toEqual(EXPECTED);
      expect(answer.headers['permissions-policy']).toContain('camera=()');
      expect(answer.headers['strict-transport-security']).toBeUndefined();
      expect(answer.headers['x-request-id']).toMatch(UUID_V7);
      expect(answer.headers['cache-control']).toBe(cache);
      if (status >= 400) expect(answer.headers.etag).toBeUndefined();
    },
  );

  const wires: [string, string, number][] = [
    ['no sense', 'nonsense\r\n\r\n', 501],
    ['an invented method', 'FOO / HTTP/1.1\r\nHost: a\r\n\r\n', 501],
    ['CONNECT', 'CONNECT a.example:443 HTTP/1.1\r\nHost: a\r\n\r\n', 405],
    ['no Host', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
    ['two Hosts', 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n', 400],
    ['two lengths', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd', 400],
    [
      'length and chunks',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
    [
      'an unknown transfer coding',
      'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n',
      400,
    ],
    ['a chunk that is none', 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n', 400],
    ['a folded header', 'GET / HTTP/1.1\r\nHost: a\r\nX-A: b\r\n c\r\n\r\n', 400],
    ['a space before the colon', 'GET / HTTP/1.1\r\nHost: a\r\nContent-Length : 3\r\n\r\nabc', 400],
    ['a NUL in a header', 'GET / HTTP/1.1\r\nHost: a\r\nX-A: b\0c\r\n\r\n', 400],
    ['a bare line feed', 'GET / HTTP/1.1\nHost: a\nX: y\n\n', 400],
    ['large headers', `GET / HTTP/1.1\r\nHost: a\r\nX-A: ${'a'.repeat(40_000)}\r\n\r\n`, 431],
    ['many headers', `GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${'X-A: b\r\n'.repeat(200)}\r\n`, 431],
    ['an asterisk', 'OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', 400],
    ['an expectation', 'GET / HTTP/1.1\r\nHost: a\r\nExpect: miracles\r\nConnection: close\r\n\r\n', 417],
  ];
  it.each(wires)('%s on the wire gets the headers, too', async (_name, bytes, status) => {
    const { port } = await startFront();
    const received = await raw(port, bytes);
    const [head = ''] = received.split('\r\n\r\n');
    expect(received.match(/HTTP\/1\.1 \d{3}/g)).toHaveLength(1);
    expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    const headers = Object.fromEntries(
      head
        .split('\r\n')
        .slice(1)
        .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
    );
    expect(securityHeadersOf(headers)).toEqual(EXPECTED);
    expect(headers['x-request-id']).toMatch(UUID_V7);
    expect(headers['cache-control']).toBe('private, no-store');
  });

  it('never answers a bad request in the place of the good one before it', async () => {
    const slow = Promise.withResolvers<void>();
    const { port } = await startFront({
      handler: async (_req, res) => {
        await slow.promise;
        res.end('good');
      },
    });
    const received = raw(port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n', 'BAD\r\n\r\n');
    setTimeout(() => slow.resolve(), 50);
    expect(await received).not.toMatch(/ 400 | 501 /);
  });

  it('asks for https from then on only where the site is reached over it', async () => {
    const { port } = await startFront({ publicUrl: 'https://portal.example' });
    expect((await ask(port, '/')).headers['strict-transport-security']).toBe('max-age=63072000');
  });

  it('keeps the connection after a refusal that was read whole', async () => {
    const { port } = await startFront();
    const bad = 'GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n';
    const received = await raw(port, bad, 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    expect(received.match(/HTTP\/1\.1 (\d{3})/g)).toEqual(['HTTP/1.1 400', 'HTTP/1.1 200']);
  });
});

describe('an error', () => {
  it('is problem details for programs and a page for people', async () => {
    const { port } = await startFront(demanding());
    const json = await ask(port, '/nobody', { headers: { accept: 'application/json' } });
    expect(json.headers['content-type']).toBe('application/problem+json');
    expect(JSON.parse(json.text)).toEqual({
      type: '/problems/not_found',
      title: 'Not found',
      status: 404,
      detail: expect.any(String),
      instance: json.headers['x-request-id'],
    });
    const page = await ask(port, '/nobody', { headers: { accept: 'text/html,*/*;q=0.8' } });
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(page.text).toContain(String(page.headers['x-request-id']));
    expect((await ask(port, '/api/v1/x', { headers: { accept: 'text/html' } })).text).toContain('/problems/not_found');
  });

  it('names fields in the words it was given, and when to come back', async () => {
    const words = { fault: () => 'Schreib eine Adresse', title: () => 'Bitte prüfen' };
    const { port } = await startFront({ ...demanding(), words: () => words });
    const headers = { accept: 'application/problem+json' };
    expect(JSON.parse((await ask(port, '/fields', { headers })).text)).toMatchObject({
      title: 'Bitte prüfen',
      errors: [{ field: 'email', message: 'Schreib eine Adresse' }],
    });
    expect((await ask(port, '/refused')).headers['retry-after']).toBe('3');
  });

  it('of ours is logged with its request id and told to nobody', async () => {
    const { port, lines } = await startFront(demanding());
    const answer = await ask(port, '/broken');
    expect(answer.text).not.toContain('canary');
    const logged = lines.find((line) => line.includes('canary-internal-message')) ?? '';
    expect(JSON.parse(logged)).toMatchObject({ level: 'error', requestId: answer.headers['x-request-id'] });
  });

  it('goes out even when the words or the page for it fail', async () => {
    const { port } = await startFront({
      ...demanding(),
      errorPage: () => {
        throw new Error('no page');
      },
    });
    expect(await ask(port, '/nobody')).toMatchObject({ status: 404 });
  });
});

describe('a built file', () => {
  it('comes compressed by the build, whole, in part, or not again', async () => {
    const { port } = await startFront(demanding());
    const path = '/_astro/app.Bx1.js';
    const small = await ask(port, path, { headers: { 'accept-encoding': 'br' } });
    expect(small.headers).toMatchObject({ 'content-encoding': 'br', vary: 'Accept-Encoding' });
    expect(brotliDecompressSync(small.body).toString()).toBe(SCRIPT);
    const part = await ask(port, path, { headers: { range: 'bytes=0-9' } });
    expect(part).toMatchObject({ status: 206, text: SCRIPT.slice(0, 10) });
    for (const range of ['bytes=9-1', 'bytes=-5', 'bytes=a-b', 'bytes=0-1,4-5', 'lines=1-2']) {
      expect(await ask(port, path, { headers: { range } })).toMatchObject({ status: 200, text: SCRIPT });
    }
    const again = await ask(port, path, { headers: { 'if-none-match': (await ask(port, path)).headers.etag ?? '' } });
    expect(again).toMatchObject({ status: 304, text: '' });
    expect(again.headers['cache-control']).toContain('immutable');
  });

  it('that vanished while the server runs costs one connection, not the process', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'waypost-gone-'));
    writeFileSync(join(folder, 'a.js'), 'a');
    const { port } = await startFront({ clientFolder: folder });
    rmSync(folder, { recursive: true });
    await expect(ask(port, '/a.js')).rejects.toThrow();
    expect((await ask(port, '/healthz')).status).toBe(200);
  });

  it('is not reachable beside the folder', async () => {
    const { port } = await startFront({ ...demanding(), handler: (_req, _res, next) => next() });
    for (const path of ['/..%2fpackage.json', '/_astro/..%2f..%2fetc%2fpasswd', '/.env', '/_astro']) {
      expect((await ask(port, path)).status).toBeGreaterThanOrEqual(400);
    }
  });
});

describe('compression', () => {
  const long = 'wobbling chair '.repeat(300);
  it('is done on the fly for what is worth it, and never for events', async () => {
    const { port } = await startFront({
      handler: (req, res) => {
        const type = req.url === '/events' ? 'text/event-stream' : 'text/html';
        const body = req.url === '/short' ? 'short' : long;
        res.writeHead(200, { 'content-type': type, 'content-length': body.length });
        res.end(body);
      },
    });
    const get = (path: string, coding: string) => ask(port, path, { headers: { 'accept-encoding': coding } });
    const brotli = await get('/', 'gzip, br');
    expect(brotli.headers['content-encoding']).toBe('br');
    expect(brotliDecompressSync(brotli.body).toString()).toBe(long);
    expect(gunzipSync((await get('/', 'gzip')).body).toString()).toBe(long);
    expect((await get('/short', 'br')).headers['content-encoding']).toBeUndefined();
    expect((await get('/events', 'br')).text).toBe(long);
    expect((await get('/', 'identity')).text).toBe(long);
  });
});

describe('a download', () => {
  it('can only be saved, under its own name', async () => {
    const { port } = await startFront({
      routes: [
        {
          method: 'GET',
          pattern: '/files/[name]',
          handle: ({ res, params }) =>
            streamDownload(res, {
              stream: Readable.from([Buffer.from('<script>'), Buffer.from('alert(1)</script>')]),
              size: 25,
              name: params.name ?? '',
              type: params.name?.endsWith('.html') ? 'text/html' : 'not a type\r\nx: y',
            }),
        },
      ],
    });
    const page = await ask(port, `/files/${encodeURIComponent('退货 "a"\'s.html')}`);
    expect(page).toMatchObject({ status: 200, text: '<script>alert(1)</script>' });
    expect(page.headers).toMatchObject({
      'content-disposition': `attachment; filename="__ _a_'s.html"; filename*=UTF-8''%E9%80%80%E8%B4%A7%20%22a%22%27s.html`,
      'content-security-policy': "sandbox; default-src 'none'",
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, no-store, no-transform',
    });
    const odd = await ask(port, '/files/x', { method: 'HEAD' });
    expect(odd).toMatchObject({ status: 200, text: '' });
    expect(odd.headers['content-type']).toBe('application/octet-stream');
  });

  it('that breaks in the middle is seen to be broken', async () => {
    const { port } = await startFront({
      routes: [
        {
          method: 'GET',
          pattern: /\/files\/(?<id>\d+)/,
          handle: ({ res }) =>
            streamDownload(res, {
              stream: Readable.from(
                (function* () {
                  yield Buffer.from('half');
                  throw new Error('disk');
                })(),
              ),
              size: 8,
              name: 'a',
              type: 'text/plain',
            }),
        },
      ],
    });
    await expect(ask(port, '/files/7')).rejects.toThrow();
  });
});
