import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { tellTrouble } from '../../src/cli/trouble.ts';
import { Refusal } from '../../src/platform/refusal.ts';
import { ask, demoData, run, scratch, start, waypost, type Ended } from './running.ts';
import { siteWith } from './site.ts';

// Whole processes, several a test: on a busy machine each start takes seconds.
vi.setConfig({ testTimeout: 90_000 });

const failed = (line: RegExp): Partial<Ended> => ({ code: 1, out: '', err: expect.stringMatching(line) as string });
const people = ['mei', 'tom', 'ana', 'ravi', 'root'].map((name) => `${name}@kitewood.example`);

function database(data: string): DatabaseSync {
  const file = new DatabaseSync(join(data, 'waypost.db'));
  onTestFinished(() => file.close());
  return file;
}

async function takenPort(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return String((server.address() as AddressInfo).port);
}

describe('a start that cannot be', () => {
  it('says that the port is in use, and makes nothing', async () => {
    const data = join(scratch(), 'data');
    const PORT = await takenPort();
    const ended = await waypost(['start'], { env: { WAYPOST_DATA: data, PORT } });
    expect(ended).toMatchObject(failed(/^Port \d+ on 127\.0\.0\.1 is in use by another program\. .*\n$/));
    expect(existsSync(data)).toBe(false);
  });

  it('says that the data folder cannot be written', async () => {
    const folder = scratch();
    writeFileSync(join(folder, 'file'), '');
    const env = { WAYPOST_DATA: join(folder, 'file/data'), PORT: '0' };
    expect(await waypost(['start'], { env })).toMatchObject(failed(/^The data folder \S+ cannot be written: .*\n$/));
  });

  it('says that the database file cannot be made where it is wanted', async () => {
    const folder = scratch();
    writeFileSync(join(folder, 'file'), 'no database, but text that is long enough to be read as a header '.repeat(20));
    const start = (path: string) =>
      waypost(['start'], {
        env: { WAYPOST_DATA: join(folder, 'data'), DATABASE_URL: `sqlite:${join(folder, path)}`, PORT: '0' },
      });
    expect(await start('file/waypost.db')).toMatchObject(failed(/^\S+ cannot be used: .*\n$/));
    expect(await start('file')).toMatchObject(failed(/^The database file is no SQLite database: .*\n$/));
  });

  it('says that the database is newer than the code, and leaves it as it is', async () => {
    const data = scratch();
    expect(await waypost(['migrate'], { env: { WAYPOST_DATA: data } })).toMatchObject({ code: 0 });
    database(data).exec(`INSERT INTO migration (name, timestamp) VALUES ('9999_tomorrow', '2036-01-01T00:00:00.000Z')`);
    const before = readdirSync(data);
    const line = failed(/^The database is newer than this version of Waypost: .*9999_tomorrow.*\n$/);
    for (const verb of [['start'], ['outbox', 'list']])
      expect(await waypost(verb, { env: { WAYPOST_DATA: data, PORT: '0' } })).toMatchObject(line);
    expect(readdirSync(data)).toEqual(before);
  });

  it('waits for another process that holds the database, and says so in the end', async () => {
    const data = scratch();
    const held = database(data);
    held.exec('PRAGMA journal_mode = WAL; BEGIN EXCLUSIVE');
    const waiting = run('scripts/waypost.mjs', ['migrate'], { env: { WAYPOST_DATA: data } });
    await sleep(1_000);
    expect(waiting.child.exitCode).toBeNull();
    held.exec('COMMIT');
    expect(await waiting.ended).toMatchObject({ code: 0, err: '' });
    expect(tellTrouble(new Refusal('busy'))).toMatch(/^The database is held by another process\./);
  });

  it('tells all faults of the environment and of the site at once, and makes nothing', async () => {
    const site = scratch();
    writeFileSync(join(site, 'waypost.config.ts'), 'export default { brand: { name: 7 }, colour: 1 };');
    const data = join(site, 'data');
    const env = { WAYPOST_SITE: site, WAYPOST_DATA: data, PORT: 'eighty', LOG_LEVEL: 'loud', SMTP_URL: 'mail' };
    const ended = await waypost(['start'], { env });
    expect(ended).toMatchObject(failed(/^The configuration has \d faults:\n( {2}\S.*\n)+$/));
    for (const place of ['PORT', 'LOG_LEVEL', 'SMTP_URL', 'waypost.config.ts: brand.name', '“colour”'])
      expect(ended.err).toContain(place);
    expect(existsSync(data)).toBe(false);
  });

  it('says that nobody is at the other end of DATABASE_URL', async () => {
    const DATABASE_URL = `postgres://waypost:not-shown@127.0.0.1:1/waypost`;
    const env = { WAYPOST_DATA: scratch(), PORT: '0', DATABASE_URL, WAYPOST_SECRET: 'x'.repeat(40) };
    const ended = await waypost(['start'], { env });
    expect(ended).toMatchObject(failed(/^The database does not answer: .*\n$/));
    expect(ended.err).not.toContain('not-shown');
  });

  it('refuses PostgreSQL without a secret, and the demo beyond this machine', async () => {
    const data = join(scratch(), 'data');
    const env = { WAYPOST_DATA: data, PORT: '0', DATABASE_URL: 'postgres://waypost@127.0.0.1/waypost' };
    const both = await waypost(['start'], { env: { ...env, WAYPOST_DEMO: '1', HOST: '0.0.0.0' } });
    expect(both).toMatchObject(
      failed(/^The configuration has 2 faults:\n {2}WAYPOST_SECRET: .*\n {2}WAYPOST_DEMO: .*\n$/),
    );
    expect(existsSync(data)).toBe(false);
  });
});

describe('a start with an empty data folder', () => {
  it('makes the demo once, and says each time how to come in', async () => {
    const data = join(scratch(), 'data');
    const first = await start({ WAYPOST_DATA: data, LOG_LEVEL: 'warn' });
    const greeting = (await first.printed(/Kitewood: the portal is open\.[^]*Ctrl-C/))[0];
    expect(greeting).toContain(`Address    ${first.url}`);
    expect(greeting).toContain('Database   SQLite, ');
    expect(greeting).toContain('Search     lunr\n');
    for (const address of people) expect(greeting).toContain(address);
    expect((await ask(`${first.url}/en/`)).status).toBe(200);
    const [, password = ''] = await first.printed(/all with the password (\S+)/);
    const headers = { 'content-type': 'application/json', origin: first.url };
    for (const email of people) {
      const body = JSON.stringify({ email, password });
      expect((await ask(`${first.url}/api/auth/sign-in/email`, { method: 'POST', headers, body })).status).toBe(200);
    }
    expect(await first.stop()).toMatchObject({ code: 0, err: '' });

    const count = () =>
      database(data)
        .prepare(
          'SELECT (SELECT count(*) FROM person) AS people, (SELECT count(*) FROM ticket) AS tickets, (SELECT count(*) FROM idempotency) AS keys',
        )
        .get();
    database(data).exec('DELETE FROM idempotency'); // as it is forgotten after a while
    const before = count();
    const second = await start({ WAYPOST_DATA: data, LOG_LEVEL: 'warn', WAYPOST_DEMO: '1' });
    expect((await ask(`${second.url}/en/`)).status).toBe(200);
    const again = (await second.printed(/Demo people[^]*Ctrl-C/))[0];
    for (const address of people) expect(again).toContain(address);
    expect(again).toContain(password);
    expect(await second.stop()).toMatchObject({ code: 0 });
    expect(count()).toEqual(before);
    expect(before).toMatchObject({ people: 7, tickets: 2 });

    const beyond = await waypost(['start'], {
      env: { WAYPOST_DATA: data, PORT: '0', HOST: '0.0.0.0', LOG_LEVEL: 'warn' },
    });
    expect(beyond).toMatchObject(failed(/^This database holds the demo company.*\n$/));
  });

  it('takes up a demo that was cut off', async () => {
    const data = join(scratch(), 'data');
    const cut = run('scripts/waypost.mjs', ['seed'], { env: { WAYPOST_DATA: data } });
    while (!existsSync(join(data, 'demo-begun'))) await sleep(1);
    await sleep(150);
    cut.child.kill('SIGKILL');
    await cut.ended;
    const portal = await start({ WAYPOST_DATA: data, LOG_LEVEL: 'warn' });
    await portal.printed(/Demo people/);
    await portal.stop();
    const counted = database(data).prepare('SELECT count(*) AS people FROM person').get();
    expect(counted).toMatchObject({ people: 7 });
    expect(database(data).prepare('SELECT count(*) AS tickets FROM ticket').get()).toMatchObject({ tickets: 2 });
    expect(readdirSync(data)).not.toContain('demo-begun');
  });

  it('makes no demo beyond this machine, but the first administrator by a link that works once', async () => {
    const data = join(scratch(), 'data');
    const WAYPOST_SITE = siteWith('');
    const portal = await start({ WAYPOST_SITE, WAYPOST_DATA: data, HOST: '0.0.0.0', LOG_LEVEL: 'warn' });
    const [link, path = '', token = ''] = await portal.printed(/http:\/\/localhost:\d+(\/en\/set-up)\?token=(\S+)/);
    expect(new URL(link).origin).toBe(portal.url);
    expect(existsSync(join(data, 'demo-password'))).toBe(false);
    const at = portal.url.replace('localhost', '127.0.0.1');
    const page = await ask(at + path + new URL(link).search);
    expect(page).toMatchObject({ status: 200, body: expect.stringContaining(token) as string });
    const headers = { 'content-type': 'application/x-www-form-urlencoded', origin: portal.url };
    const send = (email: string) => {
      const body = new URLSearchParams({ token, name: 'Ina Berg', email, password: 'three ordinary words' }).toString();
      return ask(at + path, { method: 'POST', headers, body });
    };
    expect(await send('ina@berg.example')).toMatchObject({ status: 303, headers: { location: '/staff' } });
    expect((await send('eve@berg.example')).status).toBeGreaterThanOrEqual(400);
    expect((await ask(at + path + new URL(link).search)).status).toBe(410);
    await portal.stop();
    const found = database(data).prepare('SELECT email, role FROM person').all();
    expect(found).toMatchObject([{ email: 'ina@berg.example', role: 'administrator' }]);
    const later = await start({ WAYPOST_SITE, WAYPOST_DATA: data, HOST: '0.0.0.0', LOG_LEVEL: 'warn' });
    expect((await later.stop()).out).not.toContain('set-up');
  });
});

it('takes no link, redirect or mail from the Host header', async () => {
  const data = await demoData();
  const portal = await start({ WAYPOST_DATA: data, LOG_LEVEL: 'warn' });
  const claims = {
    host: 'evil.example',
    'x-forwarded-host': 'evil.example',
    'x-forwarded-proto': 'https',
    forwarded: 'host=evil.example',
  };
  for (const path of [
    '/',
    '/en/',
    '/en/search?q=wood',
    '/en/tickets',
    '/zh-cn/sign-in',
    '/nowhere',
    '/api/v1/openapi.json',
    '/readyz',
  ]) {
    const answer = await ask(portal.url + path, { headers: claims });
    expect(JSON.stringify(answer), path).not.toContain('evil');
  }
  const mails = join(data, 'mail');
  const asked = await ask(`${portal.url}/en/forgotten`, {
    method: 'POST',
    headers: { ...claims, origin: portal.url, 'content-type': 'application/x-www-form-urlencoded' },
    body: 'email=mei%40kitewood.example',
  });
  expect(asked).toMatchObject({ status: 303 });
  const reset = () => (existsSync(mails) ? readdirSync(mails).filter((name) => name.includes('reset')) : []);
  await expect.poll(reset, { timeout: 10_000 }).toHaveLength(1);
  const mail = readFileSync(join(mails, reset()[0] ?? ''), 'utf8').replaceAll('=\r\n', '');
  expect(mail).toContain(`${portal.url}/en/`);
  expect(mail).not.toContain('evil');
  await portal.stop();
});

it('leaves files of the company where they are, in a folder that is not empty', async () => {
  const data = join(scratch(), 'data');
  mkdirSync(data);
  writeFileSync(join(data, 'notes.txt'), 'ours');
  const portal = await start({ WAYPOST_SITE: siteWith(''), WAYPOST_DATA: data, LOG_LEVEL: 'warn' });
  await portal.printed(/set-up\?token=/);
  await portal.stop();
  expect(readFileSync(join(data, 'notes.txt'), 'utf8')).toBe('ours');
});
