import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { diagnose } from '../../src/app/index.ts';
import { migrations } from '../../src/app/migrations.ts';
import { migrate } from '../../src/platform/database/index.ts';
import { root } from '../../scripts/install.mjs';
import { eachDatabase, type DatabaseSource } from '../support/databases.ts';

async function portal(source: DatabaseSource) {
  const dataFolder = mkdtempSync(join(tmpdir(), 'waypost-doctor-'));
  onTestFinished(() => rmSync(dataFolder, { recursive: true, force: true }));
  chmodSync(dataFolder, 0o750);
  const url = await source.freshUrl();
  const database = source.open(url);
  await migrate(database, migrations);
  const env = { WAYPOST_DATA: dataFolder, DATABASE_URL: url, WAYPOST_SECRET: 'x'.repeat(40), WAYPOST_SITE: root };
  return { env, dataFolder, db: database.db };
}

const told = async (env: Record<string, string>) => {
  const { findings, healthy } = await diagnose(env, root);
  return { healthy, wrong: findings.filter(({ level }) => level === 'wrong').map(({ what }) => what), findings };
};

eachDatabase('the doctor', (source) => {
  it('says what is wrong and what to do, and changes nothing', async () => {
    const { env, dataFolder, db } = await portal(source);
    const first = await told(env);
    expect(first.wrong).toEqual(['Nobody is an administrator.']);
    expect(first.healthy).toBe(false);
    expect(first.findings.every(({ level, todo }) => level !== 'wrong' || todo !== null)).toBe(true);
    chmodSync(dataFolder, 0o755);
    writeFileSync(join(dataFolder, 'secret'), 'x', { mode: 0o644 });
    chmodSync(join(dataFolder, 'secret'), 0o644);
    const old = '2026-01-01T00:00:00.000Z';
    const job = {
      id: 'j',
      kind: 'mail.opened',
      key: 'k',
      subject: null,
      payload: '{}',
      attempts: 0,
      lost: 0,
      firstAt: null,
    };
    await db
      .insertInto('job')
      .values([
        { ...job, state: 'queued', runAt: old, fence: 0, lastError: null, createdAt: old, doneAt: null },
        {
          ...job,
          id: 'p',
          key: 'p',
          state: 'parked',
          runAt: old,
          fence: 1,
          lastError: 'x',
          createdAt: old,
          doneAt: null,
        },
      ])
      .execute();
    await db
      .insertInto('erasure')
      .values({
        id: 'e',
        personId: null,
        askedAt: old,
        dueAt: old,
        undoneAt: null,
        erasedAt: null,
        doneAt: null,
        leftovers: '{}',
      })
      .execute();
    writeFileSync(join(dataFolder, 'last-backup.json'), JSON.stringify({ at: old, file: '/backup/one' }));
    const worse = await told({
      ...env,
      HOST: '0.0.0.0',
      PUBLIC_URL: 'http://help.example.com',
      TRUSTED_PROXIES: '0.0.0.0/0',
    });
    for (const words of [
      /^PUBLIC_URL is http/,
      /^TRUSTED_PROXIES believes everybody/,
      /^SMTP_URL is not set/,
      /^Others on this machine may use .*secret/,
      /^1 operations wait since/,
      /^1 operations are parked/,
      /^1 people should be erased/,
      /^The last backup was made at 2026-01-01/,
    ])
      expect(worse.wrong).toContainEqual(expect.stringMatching(words));
    const tls = await told({ ...env, PUBLIC_URL: 'https://help.example.com', SMTP_URL: 'smtp://localhost' });
    expect(tls.wrong).toContainEqual(expect.stringMatching(/^A proxy speaks TLS/));
  });
});

it('knows a key of Meilisearch that may not manage keys, and a server that is away', async () => {
  const dataFolder = mkdtempSync(join(tmpdir(), 'waypost-doctor-'));
  onTestFinished(() => rmSync(dataFolder, { recursive: true, force: true }));
  const { wrong } = await told({
    WAYPOST_DATA: dataFolder,
    WAYPOST_SITE: root,
    MEILI_URL: 'http://127.0.0.1:1',
    MEILI_KEY: 'k',
  });
  expect(wrong).toContainEqual(expect.stringMatching(/^Meilisearch does not answer/));
});
