import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, expect, it, vi } from 'vitest';
import { backUp } from '../../src/app/backup/backup.ts';
import { restore } from '../../src/app/backup/restore.ts';
import type { Application } from '../../src/app/index.ts';
import { openedApplication } from '../app/applicationSetup.ts';
import { filledDatabase, freshDatabase } from '../support/postgres.ts';
import { startPortal, type TestPortal } from '../support/portal.ts';
import { live } from './life.ts';
import { tracesBelow, tracesIn } from './traces.ts';
import { unzip } from './unzip.ts';

// A life in a hundred calls, two databases each: only a hang takes this long, however busy the machine.
vi.setConfig({ testTimeout: 180_000 });

const opened: (() => Promise<void> | void)[] = [];
afterAll(async () => {
  for (const close of opened.reverse()) await close();
});

const secret = 'a secret for tests that is long enough to be one';
const DAY_AGO = new Date(Date.now() - 2 * 86_400_000).toISOString();

/** Whatever the database holds, as text; and on PostgreSQL, as this server's files hold it. */
async function tracesInDatabase({ database, settings }: Pick<Application, 'database' | 'settings'>, words: string[]) {
  const traces: string[] = [];
  for (const { name } of await database.db.introspection.getTables()) {
    const { rows } = await sql`select * from ${sql.table(name)}`.execute(database.db.withoutPlugins());
    const values = (rows as object[]).flatMap((row) => Object.values(row) as unknown[]);
    const bytes = values.map((value) =>
      value instanceof Uint8Array ? Buffer.from(value) : Buffer.from(`${String(value)} `),
    );
    traces.push(...tracesIn(name, Buffer.concat(bytes), words));
  }
  if (database.dialect === 'postgres') traces.push(...(await tracesInCluster(database.db, words)));
  return { traces, settings };
}

async function tracesInCluster(db: Application['database']['db'], words: string[]): Promise<string[]> {
  await sql`checkpoint`.execute(db);
  const { rows } = await sql<{ path: string }>`
    select 'base/' || oid || '/' || pg_ls_dir('base/' || oid) as path from pg_database
    where datname = current_database()`.execute(db);
  const traces: string[] = [];
  for (const { path } of rows) {
    // Missing where it went since; the server reads its own files, wherever they lie.
    const read = await sql<{ bytes: Buffer | null }>`select pg_read_binary_file(${path}, true) as bytes`.execute(db);
    traces.push(...tracesIn(path, read.rows[0]?.bytes ?? Buffer.alloc(0), words));
  }
  return traces;
}

async function portalOn(dialect: 'sqlite' | 'postgres'): Promise<{ portal: TestPortal; log: string[] }> {
  const log: string[] = [];
  const databaseUrl = dialect === 'postgres' ? { databaseUrl: await filledDatabase() } : {};
  const portal = await startPortal({ ...databaseUrl, log: (line) => log.push(line) });
  opened.push(() => portal.close());
  return { portal, log };
}

it.each(['sqlite', 'postgres'] as const)(
  'nothing of an erased person is left, here or in what an older backup brings back (%s)',
  async (dialect) => {
    const { portal, log } = await portalOn(dialect);
    const { app, dataFolder } = portal;
    const { own, hidden, email, me } = await live(portal);
    const all = [...own, ...hidden];

    // Before: every word is given out, and none that is not theirs.
    await me.post('/en/account/data', { intent: 'file' });
    await app.queue.runDue();
    const link = /\/personal\/[0-9a-f-]{36}/.exec((await me.get('/en/account/data')).text)?.[0] ?? '';
    const archive = unzip(await me.bytes(link));
    expect([...archive.keys()].slice(0, 2)).toEqual(['data.json', 'data.html']);
    const json = JSON.stringify(JSON.parse(archive.get('data.json')?.toString() ?? ''));
    const files = [...archive]
      .filter(([name]) => name.startsWith('files/'))
      .map(([name, bytes]) => `${name} ${bytes.toString()}`);
    const given = [json, ...files].join('\n');
    const page = [archive.get('data.html')?.toString(), ...files].join('\n').toLowerCase();
    expect(hidden.filter((word) => given.includes(word))).toEqual([]);
    // The page to read is made of the same.
    expect(own.filter((word) => !page.includes(word.toLowerCase()))).toEqual([]);
    expect(own.filter((word) => !given.toLowerCase().includes(word.toLowerCase()))).toEqual([]);
    expect(own.length).toBeGreaterThanOrEqual(40);
    expect(await tracesInDatabase(app, all).then(({ traces }) => traces.length)).toBeGreaterThan(20);

    const elsewhere = mkdtempSync(join(tmpdir(), 'waypost-before-'));
    opened.push(() => rmSync(elsewhere, { recursive: true, force: true }));
    const backup = join(elsewhere, 'backup');
    await backUp({ databaseUrl: app.settings.databaseUrl, dataFolder, secret, file: backup, lock: null });

    const touches = await count(app);
    const person = await app.privacy.personOf(email);
    const erasure = await app.privacy.askFor(person?.id ?? '');
    await app.queue.runDue();
    await app.privacy.askFor(person?.id ?? '', new Date(app.runtime.now()).toISOString());
    await app.privacy.runErasure(erasure.id);
    // Files of forms that were never finished name nobody; they go within a day by themselves.
    await app.database.db
      .updateTable('attachment')
      .set({ createdAt: DAY_AGO })
      .where('messageId', 'is', null)
      .execute();
    await app.bridge.attachments.sweep();

    expect(await count(app)).toBeGreaterThanOrEqual(touches);
    expect((await tracesInDatabase(app, all)).traces).toEqual([]);
    expect(tracesBelow(dataFolder, all)).toEqual([]);
    expect(tracesIn('the log', Buffer.from(log.join('\n')), all)).toEqual([]);

    // A push of the same order again, and an older backup, bring nobody back.
    const target = join(elsewhere, 'restored');
    const databaseUrl = dialect === 'postgres' ? await freshDatabase() : `sqlite:${join(target, 'waypost.db')}`;
    cpSync(join(dataFolder, 'erasures.ndjson'), join(target, 'erasures.ndjson'));
    await restore({
      ...{ file: backup, key: null, databaseUrl, dataFolder: target, secret },
      ...{ replace: false, acceptOtherSecret: false },
      async replay(staged) {
        const aside = await openedApplication({ ...staged, erasuresFile: join(target, 'erasures.ndjson') });
        return aside.privacy.replay().finally(() => aside.close());
      },
    });
    const again = await openedApplication({ databaseUrl, dataFolder: target });
    opened.push(() => again.close());
    expect((await tracesInDatabase(again, all)).traces).toEqual([]);
    expect(tracesBelow(target, all)).toEqual([]);
    expect(readdirSync(join(target, 'files')).map((name) => readFileSync(join(target, 'files', name)).length)).toEqual(
      [],
    );
  },
);

async function count({ database }: Application): Promise<number> {
  const { n } = await database.db
    .selectFrom('touch')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow();
  return Number(n);
}
