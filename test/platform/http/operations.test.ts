import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { Gauge } from 'prom-client';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createFront, createMetrics, type Probe } from '../../../src/platform/http/index.ts';
import { createLog } from '../../../src/platform/log/index.ts';
import { systemRuntime } from '../../../src/platform/runtime.ts';
import { ask, PUBLIC_URL, startFront, until } from './harness.ts';

const state =
  (status: 'ok' | 'degraded' | 'down', detail = status as string): Probe =>
  () =>
    Promise.resolve({ status, detail });

describe('/readyz', () => {
  it.each<[string, Record<string, Probe>, number, string]>([
    ['all is well', { database: state('ok') }, 200, 'ready'],
    ['a part is degraded', { database: state('ok'), search: state('degraded') }, 200, 'degraded'],
    ['a needed part is down', { database: state('down') }, 503, 'down'],
    [
      'another part is down',
      { database: state('ok'), search: { needed: false, check: () => Promise.reject(new Error('x')) } },
      200,
      'degraded',
    ],
    ['a needed part throws', { database: () => Promise.reject(new Error('canary-connection-string')) }, 503, 'down'],
    ['a needed part does not answer', { database: () => new Promise(() => undefined) }, 503, 'down'],
  ])('when %s', async (_name, probes, status, whole) => {
    const { port } = await startFront({ probes, limits: { probeMs: 30 } });
    const answer = await ask(port, '/readyz');
    expect(answer.status).toBe(status);
    const body = JSON.parse(answer.text) as {
      status: string;
      parts: Record<string, { status: string; detail: string }>;
    };
    expect(body.status).toBe(whole);
    expect(Object.keys(body.parts)).toEqual(Object.keys(probes));
    expect(answer.text).not.toContain('canary');
  });

  it('asks each part once, however many want to know', async () => {
    let asked = 0;
    const gate = Promise.withResolvers<void>();
    const database: Probe = async () => {
      asked += 1;
      await gate.promise;
      return { status: 'ok', detail: 'fine' };
    };
    const { port } = await startFront({ probes: { database } });
    const answers = Promise.all(Array.from({ length: 10 }, () => ask(port, '/readyz')));
    await ask(port, '/healthz');
    gate.resolve();
    expect((await answers).map((answer) => answer.status)).toEqual(Array<number>(10).fill(200));
    expect(asked).toBe(1);
  });
});

describe('/healthz', () => {
  it('asks nothing and nobody', async () => {
    let asked = 0;
    const count = () => {
      asked += 1;
      return Promise.reject(new Error('never'));
    };
    const { port } = await startFront({ probes: { database: count }, locals: count, handler: count });
    expect(await ask(port, '/healthz')).toMatchObject({ status: 200, text: '{"status":"alive"}\n' });
    expect(asked).toBe(0);
  });
});

describe('/metrics', () => {
  it('counts by route pattern, method and status class, never by path', async () => {
    const metrics = createMetrics();
    new Gauge({ name: 'waypost_jobs_owed', help: 'Owed jobs.', registers: [metrics] }).set(7);
    const { port } = await startFront({
      metrics,
      locals: (context) => {
        if (context.path.startsWith('/en/articles/')) context.nameRoute('/[locale]/articles/[slug]');
        return {};
      },
      routes: [{ method: 'GET', pattern: '/files/[id]', handle: ({ res, params }) => void res.end(params.id) }],
      handler: (req, res, next) => (req.url === '/none' ? next() : res.end('x')),
    });
    for (const path of ['/en/articles/canary-slug', '/files/canary-file', '/none', '/canary-page?q=canary'])
      await ask(port, path);
    await ask(port, '/x', { method: 'POST', headers: { cookie: 'a=b' } });
    const { text, headers } = await ask(port, '/metrics');
    expect(headers['content-type']).toMatch(/^text\/plain/);
    expect(text).not.toContain('canary');
    const name = 'waypost_http_request_duration_seconds_count';
    expect(text).toContain(`${name}{route="/[locale]/articles/[slug]",method="GET",status="2xx"} 1`);
    expect(text).toContain(`${name}{route="/files/[id]",method="GET",status="2xx"} 1`);
    expect(text).toContain(`${name}{route="page",method="GET",status="4xx"} 1`);
    expect(text).toContain(`${name}{route="unmatched",method="POST",status="4xx"} 1`);
    expect(text).toMatch(/waypost_http_requests_in_flight 1\n/);
    expect(text).toContain('waypost_jobs_owed 7');
    expect(text).toContain('nodejs_eventloop_lag_seconds');
  });

  it('is for this machine, or for whom the operator says', async () => {
    const { port } = await startFront();
    expect((await ask(port, '/metrics')).status).toBe(200);
    for (const name of ['x-forwarded-for', 'forwarded', 'via', 'x-real-ip']) {
      expect((await ask(port, '/metrics', { headers: { [name]: '127.0.0.1' } })).status, name).toBe(403);
    }
    const behind = await startFront({ trustedProxies: ['127.0.0.1'] });
    expect((await ask(behind.port, '/metrics', { headers: { 'x-forwarded-for': '203.0.113.9' } })).status).toBe(403);
    const keyed = await startFront({ metricsAllowed: ({ headers }) => headers.authorization === 'Bearer scrape' });
    expect((await ask(keyed.port, '/metrics')).status).toBe(403);
    expect((await ask(keyed.port, '/metrics', { headers: { authorization: 'Bearer scrape' } })).status).toBe(200);
  });
});

describe('the log', () => {
  it('has one line for each request, without path, query, header or body', async () => {
    const { port, lines } = await startFront({
      handler: (_req, res) => {
        res.setHeader('set-cookie', 'sid=canary-cookie-out');
        res.end('canary-answer');
      },
    });
    await ask(port, '/en/confirm/canary-path?token=canary-token', {
      method: 'POST',
      headers: {
        cookie: 'sid=canary-cookie',
        authorization: 'Bearer canary-bearer',
        'user-agent': 'canary-agent',
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: 'password=canary-password&email=canary%40a.example',
    });
    const answer = await ask(port, '/healthz');
    await until(() => lines.length === 2);
    expect(lines.join('')).not.toContain('canary');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      level: 'info',
      msg: 'Request',
      method: 'POST',
      route: 'page',
      status: 200,
    });
    expect(JSON.parse(lines[1] ?? '')).toMatchObject({
      level: 'debug',
      route: '/healthz',
      requestId: answer.headers['x-request-id'],
      bytes: expect.any(Number),
      ms: expect.any(Number),
    });
  });
});

describe('in front of a development server', () => {
  async function development() {
    const front = createFront({
      publicUrl: PUBLIC_URL,
      host: '127.0.0.1',
      port: 0,
      development: true,
      locals: ({ path }) => ({ path }),
      log: createLog({ level: 'silent' }),
      runtime: systemRuntime(),
      metrics: createMetrics(),
    });
    const server = createServer((req, res) =>
      front.middleware(req, res, () => {
        const locals: unknown = Reflect.get(req, Symbol.for('astro.locals'));
        const chunks: Buffer[] = [];
        req.on('data', (chunk: Buffer) => chunks.push(chunk));
        req.on('end', () =>
          res.end(JSON.stringify({ locals: locals ?? null, body: Buffer.concat(chunks).toString() })),
        );
      }),
    ).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    return { front, port: (server.address() as AddressInfo).port };
  }

  it('the same rules hold, and the body can be read once more', async () => {
    const { port, front } = await development();
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await ask(port, '/en/ask', { method: 'POST', headers, body: 'a=1&a=2' });
    expect(JSON.parse(answer.text)).toEqual({
      locals: {
        path: '/en/ask',
        requestId: answer.headers['x-request-id'],
        form: { fields: { a: ['1', '2'] }, files: [], faults: [] },
      },
      body: 'a=1&a=2',
    });
    expect(answer.headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'private, no-store' });
    expect(answer.headers['content-security-policy']).toBeUndefined();
    expect(JSON.parse((await ask(port, '/en/')).text)).toMatchObject({ body: '' });
    expect((await ask(port, '/x', { method: 'POST', headers: { cookie: 'a=b' } })).status).toBe(403);
    expect((await ask(port, '/healthz')).status).toBe(200);
    expect(front.routes).toEqual(['/healthz', '/readyz', '/metrics'].map((pattern) => ({ method: 'GET', pattern })));
  });

  it('the build tool serves its own files untouched', async () => {
    const { port } = await development();
    const answer = await ask(port, '/@vite/client');
    expect(JSON.parse(answer.text)).toEqual({ locals: null, body: '' });
  });
});
