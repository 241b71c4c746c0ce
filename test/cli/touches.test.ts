import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createApplication, siteSchema } from '../../src/app/index.ts';
import { createLog } from '../../src/platform/log/index.ts';
import { systemRuntime } from '../../src/platform/runtime.ts';
import { diceOf } from '../faults/random.ts';
import { run, shell } from './running.ts';

// Whole processes, several a test: on a busy machine each start takes seconds.
vi.setConfig({ testTimeout: 180_000 });

const COUNT = 2_300;
const secret = 'a secret for tests that is long enough to be one';
const scratch = mkdtempSync(join(tmpdir(), 'waypost-touches-'));
const data = join(scratch, 'data');
const env = { WAYPOST_DATA: data, WAYPOST_SECRET: secret, LOG_LEVEL: 'fatal' };
/** One process for all lines of a test. */
function opened() {
  const { run: answer } = shell(env);
  return (line: string) => answer(line.split(' '));
}

interface Event {
  id: string;
  source: string;
  sequence: string;
  type: string;
  subject?: string;
  erased?: boolean;
  data?: unknown;
}
const eventsOf = (text: string): Event[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Event);

beforeAll(async () => {
  const app = await createApplication({
    settings: {
      ...{ databaseUrl: `sqlite:${join(data, 'waypost.db')}`, dataFolder: data, siteFolder: data, secret },
      publicUrl: 'http://127.0.0.1:4321',
    },
    site: siteSchema.parse({ brand: { name: 'Kitewood', locales: ['en'], timeZone: 'UTC' } }),
    runtime: systemRuntime(),
    log: createLog({ level: 'silent' }),
  });
  const people = await Promise.all(
    ['mei', 'tom'].map((name) =>
      app.accounts.addPerson(
        { kind: 'operator' },
        { email: `${name}@x.example`, name, role: 'customer', verified: true },
      ),
    ),
  );
  const inbound = { channel: 'phone', direction: 'inbound', actor: 'customer', type: 'call.logged' } as const;
  for (let n = 0; n < COUNT; n++)
    app.bridge.touches.record({
      ...inbound,
      personId: people[n % 3]?.personId ?? null,
      body: { n, text: '椅子 “wobbles”' },
    });
  await app.bridge.touches.flush();
  await app.bridge.sealedLog.seal();
  await app.database.db
    .deleteFrom('subjectKey')
    .where('personId', '=', people[1]?.personId ?? '')
    .execute();
  await app.close();
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe('touches export', () => {
  it('writes CloudEvents by their number; whoever was forgotten is absent, and that is said', async () => {
    const on = opened();
    const { code, out, err } = await on('touches export');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const events = eventsOf(out);
    expect(events.map(({ sequence }) => Number(sequence))).toEqual(Array.from({ length: COUNT }, (_, n) => n + 1));
    const kinds = Map.groupBy(events, ({ erased, subject }) => (erased ? 'erased' : subject ? 'person' : 'stranger'));
    expect(kinds.get('erased')).toHaveLength(767);
    expect(kinds.get('erased')?.every(({ data: body }) => body === undefined)).toBe(true);
    expect(kinds.get('person')?.[0]).toMatchObject({
      ...{ specversion: '1.0', source: 'http://127.0.0.1:4321/touches', type: 'call.logged', channel: 'phone' },
      ...{ data: { n: 0, text: '椅子 “wobbles”' }, datacontenttype: 'application/json', sourcekind: 'channel' },
    });
    const rest = await on(`touches export --after ${COUNT - 2}`);
    expect(eventsOf(rest.out)).toEqual(events.slice(-2));
    expect((await on(`touches export --after ${COUNT}`)).out).toBe('');
    expect(await on('touches export --after x')).toMatchObject({ code: 2, out: '' });
  });

  it('goes on in its file where it was broken off, wherever that was', async () => {
    const on = opened();
    const whole = (await on('touches export')).out;
    const full = join(scratch, 'full.ndjson');
    expect(await on(`touches export --out ${full}`)).toMatchObject({
      ...{ code: 0, out: '' },
      err: `${COUNT} events written to ${full}, up to ${COUNT}.\n`,
    });
    expect(readFileSync(full, 'utf8')).toBe(whole);
    expect((await on(`touches export --out ${full}`)).err).toBe(
      `0 events written to ${full}, it ends with ${COUNT} as before.\n`,
    );
    const seed = Date.now() % 1_000_000;
    const roll = diceOf(seed);
    const size = Buffer.byteLength(whole);
    const lineEnd = Buffer.from(whole).indexOf('\n');
    const cuts = [
      0,
      1,
      30,
      lineEnd,
      lineEnd + 1,
      lineEnd + 2,
      size - 1,
      ...Array.from({ length: 6 }, () => roll() * size),
    ];
    for (const cut of cuts.map(Math.floor)) {
      const broken = join(scratch, 'broken.ndjson');
      copyFileSync(full, broken);
      truncateSync(broken, cut);
      expect(await on(`touches export --out ${broken}`), `seed ${seed}, cut ${cut}`).toMatchObject({
        code: 0,
      });
      expect(readFileSync(broken, 'utf8') === whole, `seed ${seed}, cut ${cut}`).toBe(true);
    }
  });

  it('has no event by half or twice when it is killed', async () => {
    const on = opened();
    const whole = (await on('touches export')).out;
    const out = join(scratch, 'killed.ndjson');
    for (let kill = 0; kill < 2; kill++) {
      const { child, ended } = run('scripts/waypost.mjs', ['touches', 'export', '--out', out], { env });
      const before = existsSync(out) ? statSync(out).size : 0;
      while (child.exitCode === null && (existsSync(out) ? statSync(out).size : 0) === before) await sleep(1);
      child.kill('SIGKILL');
      await ended;
    }
    expect(await on(`touches export --out ${out}`)).toMatchObject({ code: 0 });
    expect(readFileSync(out, 'utf8') === whole).toBe(true);
  });

  it('touches no file that is something else', async () => {
    const on = opened();
    const other = join(scratch, 'other.txt');
    for (const text of ['mine', 'mine\n', '{"specversion":"1.0","id":"x"}\n']) {
      writeFileSync(other, text);
      expect(await on(`touches export --out ${other}`)).toMatchObject({
        ...{ code: 1, err: `${other} holds something else than an export; name another file.\n` },
      });
      expect(readFileSync(other, 'utf8')).toBe(text);
    }
    writeFileSync(other, '{"specversion":"1.0","id":"x","sequence":"0000000000000007"}\n');
    expect((await on(`touches export --out ${other}`)).err).toBe(
      `${other} is the export of another log; name another file.\n`,
    );
    expect(await on(`touches export --after 3 --out ${other}`)).toMatchObject({ code: 2 });
  });
});

it('touches verify says whether the log is sound, and what of it is not', async () => {
  const on = opened();
  const sound = await on('touches verify --json');
  expect(JSON.parse(sound.out)).toMatchObject({
    ...{ sound: true, findings: [], touches: COUNT, seq: COUNT, headFile: 'compared' },
  });
  expect(await on('touches verify')).toMatchObject({
    ...{
      code: 0,
      err: '',
      out: expect.stringMatching(/2,300 touches in 5 segments, up to seq 2300: sound\.\n$/) as string,
    },
  });
  const database = new DatabaseSync(join(data, 'waypost.db'));
  database.exec('drop trigger touch_unchanged; drop trigger touch_kept');
  database.exec(`update touch set channel = 'mail' where seq = 1203; delete from touch where seq = 7`);
  database.close();
  const wrong = await on('touches verify');
  expect(wrong).toMatchObject({ code: 1, err: '' });
  expect(wrong.out).toMatch(
    /^Segment 1, seq 7: A sealed touch is missing\.\nSegment 3, seq 1203: A sealed touch was changed\.\n/,
  );
  const told = await on('touches verify --json');
  expect([told.code, JSON.parse(told.out)]).toMatchObject([
    1,
    { sound: false, findingCount: 2, findings: [{ fault: 'row_missing' }, { fault: 'row_changed' }] },
  ]);
});
