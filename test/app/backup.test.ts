import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { identityToRecipient, generateX25519Identity } from 'age-encryption';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { backUp } from '../../src/app/backup/backup.ts';
import { refuseHalfRestored, setMarker } from '../../src/app/backup/marker.ts';
import { restore, type RestoreOrder } from '../../src/app/backup/restore.ts';
import type { Application } from '../../src/app/index.ts';
import { databaseSource } from '../support/databases.ts';
import { freshDatabase } from '../support/postgres.ts';
import { client, openedApplication, setUpApplication } from './applicationSetup.ts';

vi.setConfig({ testTimeout: 60_000 });

const secret = 'a secret for tests that is long enough to be one';
const dialects = ['sqlite', 'postgres'] as const;

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'waypost-backup-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

async function freshTarget(dialect: (typeof dialects)[number]) {
  const dataFolder = folder();
  return {
    dataFolder,
    databaseUrl: dialect === 'sqlite' ? `sqlite:${join(dataFolder, 'waypost.db')}` : await freshDatabase(),
  };
}

/** A portal with two people's tickets, files and touches, and mails that are still owed. */
async function filled(source: ReturnType<typeof databaseSource>) {
  const setup = await setUpApplication(source);
  const { app } = setup;
  for (const name of ['mei', 'tom']) {
    const person = await setup.person(name);
    const upload = await app.bridge.attachments.stage({ name: `${name}.txt` });
    upload.stream.write(`words of ${name}`);
    const { id: file } = await upload.finish();
    const input = { subject: `Of ${name}`, body: `Words of ${name}`, files: [file] };
    await app.escalate({ viewer: person, client, locale: 'en', channel: 'web', input, key: null });
  }
  return { ...setup, app, settings: app.settings };
}

async function written(app: Application, more: Partial<Parameters<typeof backUp>[0]> = {}) {
  const { databaseUrl, dataFolder } = app.settings;
  const file = join(folder(), 'backup.waypost');
  return { file, report: await backUp({ databaseUrl, dataFolder, secret, file, lock: null, ...more }) };
}

function orderOf(
  file: string,
  target: { databaseUrl: string; dataFolder: string },
  more: Partial<RestoreOrder> = {},
): RestoreOrder {
  return {
    ...{ file, key: null, ...target, secret, replace: false, acceptOtherSecret: false },
    async replay(staged) {
      const app = await openedApplication({ ...staged, erasuresFile: join(target.dataFolder, 'erasures.ndjson') });
      return app.privacy.replay().finally(() => app.close());
    },
    ...more,
  };
}

describe.each(dialects)('a backup of %s', (from) => {
  const source = databaseSource(from);

  it.each(dialects)('comes back into %s, whole, and nothing that was owed is sent blindly', async (into) => {
    const { app, settings } = await filled(source);
    const { file, report } = await written(app);
    expect(report).toMatchObject({ files: 2, missing: [], encrypted: false });
    const target = await freshTarget(into);
    const restored = await restore(orderOf(file, target));
    expect(restored).toMatchObject({ secretFits: true, files: 2, jobs: { parked: 2, lookFirst: 2 } });
    for (const [table, count] of Object.entries(report.tables)) expect(restored.tables[table] ?? 0, table).toBe(count);
    const again = await openedApplication(target);
    onTestFinished(() => again.close());
    const tom = await again.privacy.personOf('tom@kitewood.example');
    const exported: string[] = [];
    for await (const piece of (await again.privacy.exportOf('tom@kitewood.example')) ?? []) exported.push(piece);
    expect(exported.join('')).toContain('Words of tom');
    expect(exported.join('')).toContain('ticket.opened');
    expect(tom?.name).toBe('tom');
    const files = readdirSync(join(target.dataFolder, 'files'));
    expect(files.toSorted()).toEqual(readdirSync(join(settings.dataFolder, 'files')).toSorted());
    const words = files.map((name) => readFileSync(join(target.dataFolder, 'files', name), 'utf8'));
    expect(words.toSorted()).toEqual(['words of mei', 'words of tom']);
    await again.queue.runDue();
    expect((await again.queue.counts()).parked).toBe(2);
    // What is written afterwards gets numbers that nothing else has.
    const mei = await again.privacy.personOf('mei@kitewood.example');
    expect(mei).not.toBeNull();
    expect(readdirSync(target.dataFolder)).not.toContain('restoring');
  });

  it('holds one instant, whatever is written meanwhile', async () => {
    const { app } = await filled(source);
    let late: Promise<unknown> | undefined;
    const { report } = await written(app, {
      progress: () => {
        late ??= app.accounts.addPerson(
          { kind: 'operator' },
          { email: 'late@kitewood.example', name: 'Late', role: 'customer', verified: true },
        );
      },
    });
    await late;
    expect(report.tables['person']).toBe(2);
  });

  it('erases again whoever was erased since', async () => {
    const { app, settings } = await filled(source);
    const { file } = await written(app);
    const mei = await app.privacy.personOf('mei@kitewood.example');
    const { id } = await app.privacy.askFor(mei?.id ?? '', new Date(app.runtime.now()).toISOString());
    await app.privacy.runErasure(id);
    const target = await freshTarget(from);
    writeFileSync(
      join(target.dataFolder, 'erasures.ndjson'),
      readFileSync(join(settings.dataFolder, 'erasures.ndjson')),
    );
    expect((await restore(orderOf(file, target))).replayed).toEqual({ erased: 1, asked: 0 });
    const again = await openedApplication(target);
    onTestFinished(() => again.close());
    expect(await again.privacy.personOf('mei@kitewood.example')).toBeNull();
    expect(await again.privacy.personOf('tom@kitewood.example')).not.toBeNull();
    expect(readdirSync(join(target.dataFolder, 'files'))).toHaveLength(1);
    expect(await again.privacy.isErased(again.database.db, 'mei@kitewood.example', '2020-01-01T00:00:00.000Z')).toBe(
      true,
    );
  });

  it('is refused before anything is touched: changed, cut off, by another secret, onto data that are there', async () => {
    const { app } = await filled(source);
    const { file } = await written(app);
    const target = await freshTarget(from);
    const bytes = readFileSync(file);
    const broken = join(folder(), 'broken');
    for (const [at, end] of [
      [Math.floor(bytes.length / 2), bytes.length],
      [null, bytes.length - 40],
      [null, 100],
    ] as const) {
      const other = Buffer.from(bytes.subarray(0, end));
      if (at !== null) other[at] = (other[at] ?? 0) ^ 1;
      writeFileSync(broken, other);
      await expect(restore(orderOf(broken, target))).rejects.toMatchObject({ code: 'backup_broken' });
    }
    await expect(restore(orderOf(file, target, { secret: `${secret}!` }))).rejects.toMatchObject({
      code: 'restore_refused',
    });
    expect(readdirSync(target.dataFolder)).toEqual([]);
    await restore(orderOf(file, target));
    await expect(restore(orderOf(file, target))).rejects.toThrow(/Say --replace/);
    await restore(orderOf(file, target, { replace: true }));
  });
});

describe('an encrypted backup', () => {
  const source = databaseSource('sqlite');

  it('opens with its key or passphrase alone', async () => {
    const { app } = await filled(source);
    const identity = await generateX25519Identity();
    const locked = await written(app, { lock: { recipients: [await identityToRecipient(identity)] } });
    expect(readFileSync(locked.file).includes('Words of tom')).toBe(false);
    const target = await freshTarget('sqlite');
    await expect(restore(orderOf(locked.file, target))).rejects.toMatchObject({ code: 'backup_broken' });
    await restore(orderOf(locked.file, target, { key: { identities: [identity] } }));
    const passed = await written(app, { lock: { passphrase: 'six ordinary words of some length' } });
    const other = await freshTarget('sqlite');
    await expect(restore(orderOf(passed.file, other, { key: { passphrase: 'no' } }))).rejects.toMatchObject({
      code: 'backup_broken',
    });
    await restore(orderOf(passed.file, other, { key: { passphrase: 'six ordinary words of some length' } }));
  });
});

it('nothing starts on a folder whose restore was broken off', async () => {
  const dataFolder = folder();
  expect(() => refuseHalfRestored(dataFolder)).not.toThrow();
  await setMarker(dataFolder);
  expect(() => refuseHalfRestored(dataFolder)).toThrow(/was broken off/);
});
