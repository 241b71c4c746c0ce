import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { progressBar } from '../../src/cli/progress.ts';
import type { Terminal } from '../../src/cli/terminal.ts';
import { demoData, scratch, shell, waypost, type Ended, type RunOptions } from './running.ts';

// Whole processes, several a test: on a busy machine each start takes seconds.
vi.setConfig({ testTimeout: 90_000 });

/** `waypost` on one data folder, a process for each line. */
function on(data: string, more: Record<string, string> = {}) {
  return (line: string, options: RunOptions = {}): Promise<Ended> =>
    waypost(line.split(' '), { ...options, env: { WAYPOST_DATA: data, ...more } });
}

/** The same with one process for all lines. */
function shellOn(data: string) {
  const { run } = shell({ WAYPOST_DATA: data });
  return (line: string): Promise<Ended> => run(line.split(' '));
}

function json(ended: Ended): unknown {
  expect(ended).toMatchObject({ code: 0, err: '' });
  return JSON.parse(ended.out);
}

const usage = (line: RegExp) => ({ code: 2, out: '', err: expect.stringMatching(line) as string });
const failed = (line: RegExp) => ({ code: 1, out: '', err: expect.stringMatching(line) as string });

describe('the command line', () => {
  it('has help for each verb', async () => {
    const verbs = ['start', 'worker', 'migrate', 'seed', 'person', 'person add', 'person role', 'key', 'key add'];
    verbs.push('key list', 'key revoke', 'articles', 'articles import', 'articles check', 'index', 'index status');
    verbs.push('index rebuild', 'orders', 'orders import');
    verbs.push('search', 'search evaluate', 'outbox', 'outbox list', 'outbox show', 'outbox replay');
    verbs.push('articles export', 'person reset-second-step', 'touches', 'touches verify', 'touches export');
    verbs.push('person export', 'person erase', 'backup', 'restore', 'doctor');
    const { run } = shell({});
    for (const verb of verbs) {
      const out = expect.stringContaining(`Usage: waypost ${verb} `) as string;
      expect(await run([...verb.split(' '), '--help']), verb).toMatchObject({ code: 0, err: '', out });
    }
  });

  it('says in one line how it is used, with exit code 2', async () => {
    const data = join(scratch(), 'data');
    const wrong: [string, RegExp][] = [
      ['fly', /^Unknown command 'fly'\. See: waypost --help\n$/],
      ['key add --name x', /^Required option '--role <role>' not specified\. See: waypost key add --help\n$/],
      ['key add --role king --name x', /^Option '--role <role>' argument 'king' is invalid\. .*\n$/],
      ['key add --role system --name x --carrier DHL', /^--carrier belongs to --role partner\.\n$/],
      ['key revoke', /^Missing required argument 'id'\. .*\n$/],
      ['outbox list --limit 0', /^Option '--limit <count>' argument '0' is invalid\. .*\n$/],
      ['start --fast', /^Unknown option '--fast'\. See: waypost start --help\n$/],
    ];
    const { run } = shell({ WAYPOST_DATA: data });
    for (const [line, words] of wrong) expect(await run(line.split(' ')), line).toMatchObject(usage(words));
    const silent = await on(data)('person add --email a@b.example --name A --password-stdin');
    expect(silent).toMatchObject(usage(/^Nothing came on standard input .*\n$/));
    expect(existsSync(data)).toBe(false);
  });
});

it('migrate says which steps ran', async () => {
  const run = shellOn(scratch());
  const { ran } = json(await run('migrate --json')) as { ran: string[] };
  expect(ran[0]).toBe('0001_platform');
  expect(json(await run('migrate --json'))).toEqual({ database: 'sqlite', ran: [] });
  expect(await run('migrate')).toMatchObject({ code: 0, out: 'The database is up to date.\n' });
});

it('person adds people and gives roles', async () => {
  const data = scratch();
  const run = shellOn(data);
  const ann = '--email ann@berg.example';
  const added = await on(data)(`person add ${ann} --name Ann --role agent --password-stdin --json`, {
    input: 'three ordinary words\n',
  });
  expect(json(added)).toMatchObject({ email: 'ann@berg.example', role: 'agent' });
  expect(await run(`person add ${ann} --name Ann`)).toMatchObject(
    failed(/^ann@berg\.example has its person already\.\n$/),
  );
  expect(await run(`person role ${ann} --role author`)).toMatchObject({
    code: 0,
    out: 'ann@berg.example is now: author.\n',
  });
  expect(await run('person role --email eve@berg.example --role agent')).toMatchObject(
    failed(/^Nobody has proven the address .*\n$/),
  );
  await run(`person role ${ann} --role administrator`);
  expect(await run(`person role ${ann} --role customer`)).toMatchObject(
    failed(/^ann@berg\.example is the last administrator\. .*\n$/),
  );
  expect(await run(`person reset-second-step ${ann}`)).toMatchObject(
    failed(/^Nobody with a second step has proven the address ann@berg\.example\.\n$/),
  );
  expect(await run('person add --email ann --name Ann')).toMatchObject(usage(/^--email: .*\n$/));
  expect(await run('person add --email b@berg.example --name B --password short')).toMatchObject(
    usage(/^--password: .*\n$/),
  );
  expect(await run('seed')).toMatchObject(failed(/^This database has people of its own.*\n$/));
});

it('seed makes the demo once, and not where others could reach it', async () => {
  const data = join(scratch(), 'data');
  const beyond = await on(data, { HOST: '0.0.0.0' })('seed');
  expect(beyond).toMatchObject(failed(/^The configuration has one fault:\n {2}WAYPOST_DEMO: .*\n$/));
  expect(existsSync(data)).toBe(false);
  const run = on(data, { WAYPOST_DEMO_PASSWORD: 'three ordinary words', LOG_LEVEL: 'fatal' });
  const demo = json(await run('seed --json')) as { password: string; people: unknown[] };
  expect(demo).toMatchObject({ password: 'three ordinary words' });
  expect(demo.people).toHaveLength(5);
  expect(json(await run('seed --json'))).toEqual(demo);
});

it('key makes, lists and revokes keys, and shows each once', async () => {
  const run = shellOn(scratch());
  const made = json(await run('key add --role partner --name Carrier --carrier DHL --json')) as {
    id: string;
    key: string;
  };
  expect(made).toMatchObject({
    role: 'partner',
    carrier: 'DHL',
    key: expect.stringMatching(/^wp_[\w-]{22,}$/) as string,
  });
  const list = await run('key list');
  expect(list.out).toMatch(/^ID +ROLE +NAME +CARRIER +MADE +REVOKED\n.{36} {2}partner {2}Carrier {2}DHL .*Z\n$/);
  expect(list.out).not.toContain(made.key);
  expect(await run(`key revoke ${made.id}`)).toMatchObject({ code: 0 });
  expect(await run(`key revoke ${made.id}`)).toMatchObject(failed(/^No key in use has this id\.\n$/));
  expect(json(await run('key list --json'))).toMatchObject({
    keys: [{ id: made.id, revokedAt: expect.any(String) as string }],
  });
});

describe('articles', () => {
  function site(files: Record<string, string>): string {
    const folder = scratch();
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(join(folder, path, '..'), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    return folder;
  }
  const config = `import { defineConfig } from 'waypost/config';
    const fail = () => { throw new Error('A check asks no engine of the company.'); };
    const search = process.argv.includes('check')
      ? { name: 'theirs', capabilities: {}, position: fail, index: fail, remove: fail, advance: fail, search: fail, ready: fail, close: fail }
      : undefined;
    export default defineConfig({ brand: { name: 'Brassworks', locales: ['en'], timeZone: 'Europe/Paris' }, search });`;
  const good =
    '---\ntitle: Polish brass\nsummary: With a cloth.\nkind: service\naudience: public\n---\n## How\nSlowly.\n';
  const base = {
    'waypost.config.ts': config,
    'content/en/categories.yaml': 'care:\n  title: Care\n',
    'content/en/care/brass.md': good,
  };

  it('are checked without a trace, and brought in', async () => {
    const WAYPOST_SITE = site({
      ...base,
      'content/en/care/tin.md': good.replace('service', 'magic').replace('brass', 'tin'),
    });
    const data = join(scratch(), 'data');
    const run = on(data, { WAYPOST_SITE });
    const checked = await run('articles check');
    expect(checked).toMatchObject({
      code: 1,
      err: '',
      out: expect.stringMatching(/^en\/care\/tin\.md:4: .*\n2 files, 1 to mend\.\n$/) as string,
    });
    expect(existsSync(data)).toBe(false);
    const brought = await run('articles import --json');
    expect(brought).toMatchObject({ code: 1, err: '' });
    expect(JSON.parse(brought.out)).toMatchObject({
      files: 2,
      new: 1,
      faults: [{ file: 'en/care/tin.md', line: 4, skipped: true }],
    });
    writeFileSync(join(WAYPOST_SITE, 'content/en/care/tin.md'), good.replace('brass', 'tin'));
    expect(json(await run('articles check --json'))).toEqual({ files: 2, faults: [] });
    expect(json(await run('articles import --json'))).toMatchObject({ new: 1, unchanged: 1, faults: [] });
    const out = join(scratch(), 'out');
    expect(json(await run(`articles export ${out} --json`))).toMatchObject({ articles: 2, kept: [] });
    expect(readFileSync(join(out, 'en/care/tin.md'), 'utf8')).toBe(good.replace('brass', 'tin'));
    writeFileSync(join(out, 'en/care/tin.md'), 'Something that nobody imported.');
    expect(await run(`articles export ${out}`)).toMatchObject({
      code: 1,
      out: expect.stringMatching(
        /^en\/care\/tin\.md: kept, .*\n2 articles: 0 files written, \d as before\.\n$/,
      ) as string,
    });
    expect((await run(`articles export ${out} --force`)).code).toBe(0);
    expect((await run('articles export')).code).toBe(2);
    expect(json(await run('index rebuild --json'))).toEqual({ rebuilt: [{ engine: 'lunr', articles: 2 }] });
    expect(await run('index rebuild --engine other')).toMatchObject(
      failed(/^The search engine other is not configured\.\n$/),
    );
    expect(json(await run('index status --json'))).toMatchObject({
      engine: 'lunr',
      ready: true,
      trouble: null,
      articles: { en: 2 },
      engines: [{ name: 'lunr', reachable: true, documents: { en: 2 }, owed: 0, trouble: null }],
    });
  });
});

it('outbox lists by pages and states, shows, and puts back what is parked', async () => {
  const data = await demoData();
  const run = shellOn(data);
  const parked = '0197a000-0000-7000-8000-000000000001';
  const file = new DatabaseSync(join(data, 'waypost.db'));
  onTestFinished(() => file.close());
  file.exec(`INSERT INTO job (id, kind, key, subject, payload, state, attempts, lost, run_at, fence, last_error, created_at)
    VALUES ('${parked}', 'case.open', 'k-1', NULL, '{}', 'parked', 3, 0, '2026-11-01T00:00:00.000Z', 3,
      'The CRM said' || char(10) || char(27) || '[31mno', '2026-11-01T00:00:00.000Z')`);
  const first = json(await run('outbox list --limit 2 --json')) as { jobs: { id: string }[]; next: string };
  expect(first.jobs).toHaveLength(2);
  const second = json(await run(`outbox list --limit 2 --after ${first.next} --json`)) as typeof first;
  expect(second.jobs.map(({ id }) => id)).not.toContain(first.jobs[1]?.id);
  const lines = await run('outbox list --state parked');
  expect(lines.out).toMatch(
    /^ID .*\n\S+ {2}parked {2}case\.open {2}3 .* The CRM said no\n\d+ owed, 0 delivered, 1 parked\.\n$/,
  );
  expect(json(await run(`outbox show ${parked} --json`))).toMatchObject({ id: parked, state: 'parked', tries: 3 });
  expect(await run('outbox show nothing')).toMatchObject(failed(/^Nothing in the outbox has this id\.\n$/));
  expect(json(await run(`outbox replay ${parked} --json`))).toEqual({ replayed: [parked], refused: [] });
  expect(await run(`outbox replay ${parked}`)).toMatchObject(failed(/^Not parked: .*\n$/));
});

it('draws a bar only where somebody watches', () => {
  let drawn = '';
  const terminal = { draw: (text: string) => (drawn += text) } as Partial<Terminal> as Terminal;
  const silent = progressBar({ ...terminal, isWatched: false }, 'Reading');
  silent.step(1, 2);
  silent.end();
  expect(drawn).toBe('');
  const bar = progressBar({ ...terminal, isWatched: true }, 'Reading');
  bar.step(2, 2);
  expect(drawn).toContain('2 of 2');
  bar.end();
  expect(drawn.endsWith('\r\u001b[K')).toBe(true);
});
