import { Agent } from 'node:http';
import { createServer } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ListenError } from '../../../src/platform/http/index.ts';
import { ask, open, raw, startFront, until } from './harness.ts';

const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';

describe('closing', () => {
  it('lets running requests end, drops idle connections and takes no new one', async () => {
    const gate = Promise.withResolvers<void>();
    const { front, port } = await startFront({
      handler: async (req, res) => {
        if (req.url === '/slow') await gate.promise;
        res.end('whole');
      },
      limits: { drainMs: 60_000 },
    });
    const idle = open(port);
    idle.socket.write(GET);
    await until(() => idle.received().includes('whole'));
    const silent = open(port);
    await once(silent.socket, 'connect');
    const running = open(port);
    running.socket.write('GET /slow HTTP/1.1\r\nHost: a\r\n\r\n');
    await ask(port, '/healthz');
    const closed = front.close();
    await until(() => idle.socket.readableEnded && silent.socket.readableEnded);
    await expect(ask(port, '/')).rejects.toThrow(/ECONNREFUSED/);
    expect(running.received()).toBe('');
    gate.resolve();
    await closed;
    await until(() => running.socket.readableEnded);
    expect(running.received()).toContain('whole');
    expect(running.received().toLowerCase()).toContain('connection: close');
  });

  it('answers what is still sent on a kept connection, and says that it is the last', async () => {
    const gate = Promise.withResolvers<void>();
    const { front, port } = await startFront({
      handler: async (_req, res) => {
        await gate.promise;
        res.end('x');
      },
    });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const first = ask(port, '/', { agent });
    await until(() => Object.keys(agent.sockets).length === 1);
    await ask(port, '/healthz');
    const closed = front.close();
    gate.resolve();
    expect((await first).headers.connection).toBe('close');
    await closed;
  });

  it('cuts what does not end in time, and may be asked for twice', async () => {
    const { front, port } = await startFront({ handler: () => undefined, limits: { drainMs: 50 } });
    const hanging = ask(port, '/').catch((error: unknown) => error);
    await ask(port, '/healthz');
    await Promise.all([front.close(), front.close()]);
    expect(await hanging).toBeInstanceOf(Error);
  });
});

describe('a slow sender', () => {
  it('of headers is answered 408 and let go', async () => {
    const { port } = await startFront({ limits: { headersMs: 100 } });
    expect(await raw(port, 'GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ')).toMatch(/^HTTP\/1\.1 408 [^]*x-request-id/);
  });

  it('that only holds connections open holds up nobody', async () => {
    const { port } = await startFront();
    const held = Array.from({ length: 200 }, () => open(port));
    onTestFinished(() => held.forEach(({ socket }) => socket.destroy()));
    held.forEach(({ socket }) => socket.write('GET / HTTP/1.1\r\nHost: a\r\nX-A: '));
    expect((await ask(port, '/')).status).toBe(200);
  });

  it('does not keep a connection for ever', async () => {
    const { port } = await startFront({ limits: { keepAliveMs: 50 } });
    expect(await raw(port, GET)).toMatch(/^HTTP\/1\.1 200 /);
  });
});

describe('listening', () => {
  it('where another program listens fails with one clear line', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void other.close());
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const error = await startFront({ port }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ListenError);
    expect(error).toMatchObject({
      code: 'port_in_use',
      message: `Port ${port} on 127.0.0.1 is in use by another program`,
    });
  });

  it('on an address of another machine fails with one clear line', async () => {
    await expect(startFront({ host: '203.0.113.1' })).rejects.toMatchObject({ code: 'address_unavailable' });
  });
});
