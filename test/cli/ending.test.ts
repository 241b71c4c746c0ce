import { existsSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ask, demoData, run, scratch, start, waypost, type Answer, type Started } from './running.ts';
import { siteWith } from './site.ts';

// Whole processes, several a test: on a busy machine each start takes seconds.
vi.setConfig({ testTimeout: 90_000 });

const browser = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:152.0) Gecko/20100101 Firefox/152.0' };
const quiet = { LOG_LEVEL: 'fatal' };

function query(data: string, sql: string): unknown {
  const file = new DatabaseSync(join(data, 'waypost.db'), { readOnly: true });
  try {
    return file.prepare(sql).get();
  } finally {
    file.close();
  }
}

/** A ticket whose second half is sent when asked: a request that runs as long as the test likes. */
async function slowTicket(portal: Started): Promise<{ finish(): Promise<Answer> }> {
  const body = JSON.stringify({
    subject: 'Slow',
    body: 'Sent in two halves.',
    email: 'slow@berg.example',
    locale: 'en',
  });
  const outgoing = request(`${portal.url}/api/v1/tickets`, {
    method: 'POST',
    agent: false,
    headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
  });
  onTestFinished(() => void outgoing.destroy());
  const answered = new Promise<Answer>((resolve, reject) => {
    outgoing.on('error', reject);
    outgoing.on('response', (answer) => {
      let text = '';
      answer.on('data', (chunk: Buffer) => (text += chunk.toString()));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: text }));
    });
  });
  answered.catch(() => undefined); // heard by whoever calls finish
  outgoing.write(body.slice(0, 20));
  // Another request's answer: by now the first one's head has arrived.
  await sleep(200);
  await ask(`${portal.url}/healthz`);
  return {
    finish: () => {
      outgoing.end(body.slice(20));
      return answered;
    },
  };
}

describe('a stop', () => {
  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'by %s lets a running request end, and writes what is gathered',
    async (signal) => {
      const data = await demoData();
      const portal = await start({ WAYPOST_DATA: data, ...quiet });
      const slow = await slowTicket(portal);
      // The demo's own searches are there already.
      const searches = () => {
        const row = query(data, "SELECT count(*) AS n FROM touch WHERE type = 'search.asked'");
        return (row as { n: number }).n;
      };
      const before = searches();
      expect((await ask(`${portal.url}/en/search?q=wobble`, { headers: browser })).status).toBe(200);
      portal.child.kill(signal);
      // A terminal and npm both hand on Ctrl-C: the second one is no order to break off.
      await sleep(300);
      portal.child.kill(signal);
      await expect(ask(`${portal.url}/en/`)).rejects.toThrow();
      const answer = await slow.finish();
      expect(answer).toMatchObject({ status: 201 });
      expect(await portal.ended).toMatchObject({ code: 0, signal: null, err: '' });
      expect(searches()).toBe(before + 1);
      expect(query(data, "SELECT count(*) AS tickets FROM ticket WHERE subject = 'Slow'")).toMatchObject({
        tickets: 1,
      });
    },
  );

  it('waits no longer than ten seconds for a request that does not end', async () => {
    const portal = await start({ WAYPOST_DATA: await demoData(), ...quiet });
    const slow = await slowTicket(portal);
    const ended = await portal.stop();
    expect(ended).toMatchObject({ code: 0, signal: null });
    await expect(slow.finish()).rejects.toThrow();
  });

  it('ends a worker of its own, too', async () => {
    const args = ['worker', '--health-port', '0'];
    const worker = run('scripts/waypost.mjs', args, { env: { WAYPOST_DATA: scratch(), ...quiet } });
    const [, url = ''] = await worker.printed(/Health {5}(\S+)\/readyz[^]*at work/);
    expect(await ask(`${url}/healthz`)).toMatchObject({ status: 200 });
    const ready = await ask(`${url}/readyz`);
    expect(ready.status).toBe(200);
    const ok = { status: 'ok', detail: expect.any(String) as string };
    expect(JSON.parse(ready.body)).toEqual({ status: 'ready', parts: { database: ok, bridge: ok } });
    expect((await ask(`${url}/metrics`)).status).toBe(200);
    expect((await ask(`${url}/en/`)).status).toBe(404);
    worker.child.kill('SIGTERM');
    expect(await worker.ended).toMatchObject({ code: 0, signal: null, err: '' });
  });
});

describe('what nobody foresaw', () => {
  it.each([
    ['a rejection that nobody handled', "void Promise.reject(new Error('planted'))"],
    ['an exception that nobody caught', "setTimeout(() => { throw new Error('planted'); })"],
  ])('inside the worker is logged and ends the process: %s', async (what, fault) => {
    const data = join(scratch(), 'data');
    const env = { WAYPOST_SITE: siteWith(fault), WAYPOST_DATA: data, LOG_LEVEL: 'error' };
    expect(await waypost(['seed'], { env })).toMatchObject({ code: 0 });
    const ended = await run('scripts/start.mjs', [], { env: { ...env, PORT: '0' } }).ended;
    expect(ended).toMatchObject({ code: 1, signal: null });
    const fatal = ended.out.split('\n').find((line) => line.includes('"fatal"'));
    expect(JSON.parse(fatal ?? '{}')).toMatchObject({ level: 'fatal', msg: what, err: { message: 'planted' } });
  });
});

it('a site folder anywhere brings its own brand, articles and plugins', async () => {
  const site = siteWith('');
  const data = join(site, 'data');
  const portal = await start({ WAYPOST_SITE: site, WAYPOST_DATA: data, ...quiet });
  await portal.printed(/Brassworks: the portal is open/);
  expect((await ask(`${portal.url}/en/articles/brass`)).body).toContain('Polish brass');
  expect(existsSync(join(data, 'waypost.db'))).toBe(true);
  await expect
    .poll(() => query(data, "SELECT count(*) AS cases FROM job WHERE kind = 'case.open' AND state = 'done'"), {
      timeout: 10_000,
    })
    .toMatchObject({ cases: 2 });
  await portal.stop();
});
