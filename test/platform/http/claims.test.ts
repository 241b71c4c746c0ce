import { existsSync, readFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { clientAddress, proxyList } from '../../../src/platform/http/address.ts';
import { ProxyListError, type FrontOptions, type RequestContext } from '../../../src/platform/http/index.ts';
import { ask, open, raw, startFront, until } from './harness.ts';

describe('the client address', () => {
  const isProxy = proxyList(['10.0.0.0/8', '127.0.0.1', 'fd00::/8', '::ffff:192.0.2.1'.replace('::ffff:', '')]);
  it.each([
    ['a stranger', '203.0.113.9', undefined, '203.0.113.9'],
    ['a stranger who claims', '203.0.113.9', '1.1.1.1', '203.0.113.9'],
    ['a proxy of ours', '10.1.2.3', '203.0.113.9', '203.0.113.9'],
    ['a proxy of ours, as IPv6 writes it', '::ffff:10.1.2.3', '203.0.113.9', '203.0.113.9'],
    ['a proxy of ours that says nothing', '10.1.2.3', undefined, '10.1.2.3'],
    ['two proxies of ours', '10.1.2.3', '203.0.113.9, 10.9.9.9', '203.0.113.9'],
    ['a claim before a proxy of ours', '10.1.2.3', '1.1.1.1, 203.0.113.9', '203.0.113.9'],
    ['nothing but proxies of ours', '10.1.2.3', '10.4.4.4, 10.9.9.9', '10.4.4.4'],
    ['no address', '10.1.2.3', 'unknown', '10.1.2.3'],
    ['no address in the middle', '10.1.2.3', '1.1.1.1, <script>, 10.9.9.9', '10.9.9.9'],
    ['a port behind the address', '10.1.2.3', '203.0.113.9:4711', '203.0.113.9'],
    ['IPv6 in brackets', 'fd00::1', '[2001:DB8::7]:4711', '2001:db8::7'],
  ])('with %s', (_name, peer, forwarded, expected) => {
    const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
    expect(clientAddress(peer, headers, isProxy)).toBe(expected);
  });

  it.each(['nonsense', '10.0.0.0/33', '10.0.0.0/8/8', '10.0.0.0/', 'fd00::/129', ''])(
    'cannot be configured with "%s"',
    (entry) => expect(() => proxyList([entry])).toThrow(ProxyListError),
  );
});

/** What a request looks like to everyone behind the front. */
async function witness(options: Partial<FrontOptions> = {}) {
  const running = await startFront({
    locals: (context: RequestContext) => ({ context }),
    handler: (req, res, _next, locals) => {
      const context = locals.context as RequestContext;
      const { method, path, clientAddress: address } = context;
      const claims = Object.keys(req.headers).filter((name) =>
        /^(?:x-)?(?:forwarded|original|rewrite|real-ip)(?:-|$)/.test(name),
      );
      const seen = { method, url: req.url, path, query: [...context.query], host: req.headers.host, address, claims };
      const body = JSON.stringify(seen);
      res.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
      res.end(body);
    },
    ...options,
  });
  return running;
}

const TRUTH = {
  method: 'GET',
  url: '/en/a?b=c',
  path: '/en/a',
  query: [['b', 'c']],
  host: 'portal.example',
  address: '127.0.0.1',
  claims: [],
};

describe('what a sender claims', () => {
  const folder = process.env.WAYPOST_CORPORA ?? resolve(import.meta.dirname, '../../../../shared/corpora');
  const file = resolve(folder, 'header-names.txt');
  const own = ['x-forwarded-for', 'x-forwarded-host', 'forwarded', 'x-real-ip', 'x-original-url', 'x-rewrite-url'];
  const listed = existsSync(file) ? readFileSync(file, 'utf8').split(/\s+/).filter(Boolean) : [];
  if (listed.length === 0) console.log(`No header names at ${file}: only our own ${own.length} are tried`);
  /** These change how the message itself is read; the wire tests look at them. */
  const framing = new Set([
    'content-length',
    'transfer-encoding',
    'connection',
    'host',
    'expect',
    'upgrade',
    'keep-alive',
    'trailer',
  ]);
  const names = [...own, ...listed]
    .map((name) => name.toLowerCase())
    .filter((name) => /^[\w-]+$/.test(name) && !framing.has(name));

  it.each(['6.6.6.6', 'evil.example', 'http://evil.example/x', 'DELETE'])(
    'by any header as "%s" changes neither address nor host, path or method',
    async (value) => {
      const { port } = await witness();
      const agent = new Agent({ keepAlive: true, maxSockets: 4 });
      const answers = await Promise.all(
        [...new Set(names)].map(async (name) => ({
          name,
          answer: await ask(port, '/en/a?b=c', { headers: { [name]: value }, agent }),
        })),
      );
      agent.destroy();
      for (const { name, answer } of answers) {
        expect(answer.status, name).toBe(200);
        expect(JSON.parse(answer.text), name).toEqual(TRUTH);
        for (const header of ['location', 'set-cookie', 'link']) expect(answer.headers[header], name).toBeUndefined();
      }
    },
  );

  it('in the Host header or in the target itself counts as little', async () => {
    const { port } = await witness();
    const body = async (bytes: string) => JSON.parse((await raw(port, bytes)).split('\r\n\r\n')[1] ?? '{}') as object;
    const end = 'Connection: close\r\n\r\n';
    expect(await body(`GET /en/a?b=c HTTP/1.1\r\nHost: evil.example\r\n${end}`)).toEqual(TRUTH);
    expect(await body(`GET http://evil.example/en/a?b=c HTTP/1.1\r\nHost: evil.example\r\n${end}`)).toEqual(TRUTH);
    expect(await body(`GET http://evil.example HTTP/1.1\r\nHost: evil.example\r\n${end}`)).toMatchObject({ url: '/' });
    expect(await body(`GET /%65n/%61?b=c HTTP/1.1\r\nHost: evil.example\r\n${end}`)).toEqual(TRUTH);
  });

  it('is believed of our own proxies: the address, and the name of the request', async () => {
    const { port } = await witness({ trustedProxies: ['127.0.0.0/8'] });
    const headers = { 'x-forwarded-for': '203.0.113.9', 'x-request-id': 'edge-0123456789' };
    const answer = await ask(port, '/en/a?b=c', { headers });
    expect(JSON.parse(answer.text)).toEqual({ ...TRUTH, address: '203.0.113.9' });
    expect(answer.headers['x-request-id']).toBe('edge-0123456789');
    for (const id of ['short', 'a b c d e f g h', '<script>alert(1)</script>', 'x'.repeat(129)]) {
      const other = await ask(port, '/', { headers: { 'x-request-id': id } });
      expect(other.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  it('of the name of a request is not believed of strangers', async () => {
    const { port } = await witness();
    const answer = await ask(port, '/', { headers: { 'x-request-id': 'edge-0123456789' } });
    expect(answer.headers['x-request-id']).not.toBe('edge-0123456789');
  });
});

describe('a smuggled request', () => {
  it('is never seen as one', async () => {
    const urls: (string | undefined)[] = [];
    const { port } = await startFront({
      handler: (req, res) => {
        urls.push(req.url);
        res.end('x');
      },
      limits: { lingerMs: 50 },
    });
    const hidden = 'GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n';
    for (const head of [
      `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${hidden.length}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n',
      'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\n',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x0\r\n\r\n',
      'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1;\n\r\n0\r\n\r\n',
      `POST /%zz HTTP/1.1\r\nHost: a\r\nContent-Length: ${hidden.length + 9}\r\n\r\n`,
    ]) {
      await raw(port, `${head}${hidden}`);
    }
    expect(urls).not.toContain('/hidden');
  });

  it('in a body that was refused is not read as the next request', async () => {
    const urls: (string | undefined)[] = [];
    const { port } = await startFront({
      handler: (req, res) => {
        urls.push(req.url);
        res.end('x');
      },
    });
    const { socket, received } = open(port);
    const hidden = 'GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n';
    socket.write(`POST / HTTP/1.1\r\nHost: a\r\nCookie: a=b\r\nContent-Length: ${hidden.length}\r\n\r\n`);
    await until(() => received().includes(' 403 '));
    socket.write(hidden);
    await until(() => socket.destroyed || socket.readableEnded);
    expect(urls).toEqual([]);
  });
});
