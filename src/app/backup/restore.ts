import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { BackupBroken, readEntries, verifyBackup, type Key } from '../../platform/backup/index.ts';
import {
  migrate,
  openDatabase,
  stagedDatabase,
  type Database,
  type Loader,
  type PlainValue,
  type StagedDatabase,
} from '../../platform/database/index.ts';
import { migrations } from '../migrations.ts';
import { NOT_KEPT } from './backup.ts';
import { HEAD, headOf, keyCheckOf, type BackupHead } from './head.ts';
import { hasMarker, setMarker, takeMarkerAway } from './marker.ts';

/** What may be sent to people or systems that cannot tell a second time from the first. */
const SENT = /^(mail|hook|webhook|sms)\./;
/** What connectors look up by its key before they try it again. */
const LOOKED_UP = /^case\./;

export interface RestoreOrder {
  file: string;
  key: Key | null;
  databaseUrl: string;
  dataFolder: string;
  secret: string;
  /** What is there goes. */
  replace: boolean;
  /** The secret is another one: touches cannot be read any more, and nobody's second step works. */
  acceptOtherSecret: boolean;
  progress?: (what: string, done: number, total: number) => void;
  /**
   * Erases again on the staged database whoever the ledger tells of, before it is put in place.
   * @param staged where the database and the uploaded files lie.
   */
  replay(staged: { databaseUrl: string; dataFolder: string }): Promise<{ erased: number; asked: number }>;
}

export interface RestoreReport {
  head: BackupHead;
  /** Whether the secret is the one the backup was made with. */
  secretFits: boolean;
  tables: Record<string, number>;
  files: number;
  missing: string[];
  jobs: { parked: number; lookFirst: number };
  replayed: { erased: number; asked: number };
}

/** A restore that was refused before anything was touched. The message is for the operator. */
class RestoreRefused extends Error {
  readonly code = 'restore_refused';
}

/**
 * Brings a backup back, into either database. Everything is checked before anything is touched, put together beside what is
 * there, and put in its place at the end. Killed before that, nothing has changed; killed while it is put in place, a
 * marker keeps the portal from starting until the restore was run again.
 * @throws BackupBroken, RestoreRefused, and what the database throws.
 */
export async function restore(order: RestoreOrder): Promise<RestoreReport> {
  const { file, key, dataFolder } = order;
  const { manifest, found } = await verifyBackup(file, key, [HEAD]);
  const head = headOf(found.get(HEAD) ?? '');
  if (!head) throw new BackupBroken('This is no backup of Waypost, or one of a version this one does not know.');
  const secretFits = head.keyCheck === keyCheckOf(order.secret);
  const staging = join(dataFolder, 'restoring');
  mkdirSync(dataFolder, { recursive: true, mode: 0o750 });
  const staged = stagedDatabase(order.databaseUrl, staging);
  await refuse(order, head, secretFits, staged);

  rmSync(staging, { recursive: true, force: true });
  mkdirSync(join(staging, 'files'), { recursive: true, mode: 0o700 });
  await staged.clear();
  const tables = await fill(order, head, staged, staging, Object.keys(manifest.entries).length);
  const jobs = await settle(staged, head);
  const replayed = await order.replay({ databaseUrl: staged.url, dataFolder: staging });

  await staged.requireUnused();
  await setMarker(dataFolder);
  await staged.putInPlace();
  putFilesInPlace(dataFolder, staging);
  takeMarkerAway(dataFolder);
  const files = Object.keys(manifest.entries).filter((name) => name.startsWith('files/')).length;
  return { head, secretFits, tables, files, missing: manifest.missing, jobs, replayed };
}

async function refuse(order: RestoreOrder, head: BackupHead, secretFits: boolean, staged: StagedDatabase) {
  const known = new Set(migrations.map(({ name }) => name));
  const unknown = head.migrations.find((name) => !known.has(name));
  if (unknown)
    throw new RestoreRefused(
      `The backup was made by a newer version (${head.version}): it holds migration ${unknown}.`,
    );
  if (!secretFits && !order.acceptOtherSecret) {
    throw new RestoreRefused(
      'WAYPOST_SECRET (or the data folder’s secret) is not the one this backup was made with. With another, the bodies of ' +
        'the touch log cannot be read and erasures are not recognised. Put the right one in place, or say --other-secret.',
    );
  }
  const uploads = join(order.dataFolder, 'files');
  const isEmpty = (await staged.targetIsEmpty()) && (!existsSync(uploads) || readdirSync(uploads).length === 0);
  if (!isEmpty && !order.replace && !hasMarker(order.dataFolder))
    throw new RestoreRefused('There are data already. Say --replace to have the backup take their place.');
  await staged.requireUnused();
}

/** The schema as it was, the rows and files, and then the schema as it is today. */
async function fill(
  { file, key, progress }: RestoreOrder,
  head: BackupHead,
  staged: StagedDatabase,
  staging: string,
  total: number,
): Promise<Record<string, number>> {
  const then = new Set(head.migrations);
  await withDatabase(staged.url, (database) =>
    migrate(
      database,
      migrations.filter(({ name }) => then.has(name)),
    ),
  );
  const loader = await staged.loader();
  const counted: Record<string, number> = {};
  try {
    const columns = await loader.tables();
    let done = 0;
    for await (const { name, bytes } of readEntries(file, key)) {
      const [kind, table = ''] = name.split('/');
      if (kind === 'tables') counted[table] = (counted[table] ?? 0) + (await loadPart(loader, columns, table, bytes));
      else if (kind === 'files') await writeFile(join(staging, 'files', safeName(table)), bytes);
      else for await (const _ of bytes);
      progress?.(name, ++done, total);
    }
    await loader.finish();
  } catch (error) {
    await loader.abort().catch(() => undefined);
    throw error;
  }
  await withDatabase(staged.url, (database) => migrate(database, migrations));
  return counted;
}

async function loadPart(
  loader: Loader,
  known: ReadonlyMap<string, readonly string[]>,
  table: string,
  bytes: AsyncIterable<Buffer>,
): Promise<number> {
  const chunks: Buffer[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  const [first = '[]', ...lines] = Buffer.concat(chunks).toString().trimEnd().split('\n');
  if (NOT_KEPT.has(table)) return 0;
  const columns = JSON.parse(first) as string[];
  const there = known.get(table);
  if (!there || columns.some((column) => !there.includes(column)))
    throw new BackupBroken(`The backup’s table ${table} is not as its migrations make it.`);
  const rows = lines.filter((line) => line !== '').map((line) => (JSON.parse(line) as unknown[]).map(asValue));
  await loader.load(table, columns, rows);
  return rows.length;
}

function asValue(value: unknown): PlainValue {
  if (typeof value === 'object' && value !== null && 'bytes' in value)
    return Buffer.from(String(value.bytes), 'base64');
  return value as PlainValue;
}

/** Ids name files; whatever else a tampered manifest says is no name of ours. */
function safeName(name: string): string {
  if (!/^[0-9a-f-]{36}$/.test(name)) throw new BackupBroken(`The backup holds a file of the name ${name}.`);
  return name;
}

async function writeFile(path: string, bytes: AsyncIterable<Buffer>): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    for await (const chunk of bytes) await file.write(chunk);
    await file.sync();
  } finally {
    await file.close();
  }
}

/**
 * What the backup owed may have been sent since. Mails are parked, since nobody can tell; what a connector looks up by its
 * key goes on, as a second try. Nobody is signed in, and links that were mailed are over: some were ended since.
 */
async function settle(staged: StagedDatabase, head: BackupHead): Promise<RestoreReport['jobs']> {
  return withDatabase(staged.url, (database) =>
    database.transaction(async (tx) => {
      const owed = await tx
        .selectFrom('job')
        .select(['seq', 'kind', 'fence'])
        .where('state', 'in', ['waiting', 'queued', 'leased'])
        .execute();
      const told = `Owed when the backup of ${head.createdAt} was made; it may have been sent since. Replay it if it was not.`;
      const counts = { parked: 0, lookFirst: 0 };
      for (const { seq, kind, fence } of owed) {
        if (SENT.test(kind)) {
          counts.parked += 1;
          await tx.updateTable('job').set({ state: 'parked', lastError: told }).where('seq', '=', seq).execute();
        } else if (LOOKED_UP.test(kind)) {
          counts.lookFirst += 1;
          // A second try, and known as one.
          await tx
            .updateTable('job')
            .set({ fence: Math.max(fence, 1) })
            .where('seq', '=', seq)
            .execute();
        }
      }
      for (const table of ['login_session', 'enter_token', 'sign_in_step', 'personal_file'])
        await sql`delete from ${sql.table(table)}`.execute(tx);
      return counts;
    }),
  );
}

async function withDatabase<T>(url: string, work: (database: Database) => Promise<T>): Promise<T> {
  const database = openDatabase({ url });
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

/** What is made of the database is made again; how far the touch log was sealed is what the restored one says. */
function putFilesInPlace(dataFolder: string, staging: string): void {
  rmSync(join(dataFolder, 'files'), { recursive: true, force: true });
  renameSync(join(staging, 'files'), join(dataFolder, 'files'));
  for (const name of ['search', 'personal', 'touches-head.json', 'restoring'])
    rmSync(join(dataFolder, name), { recursive: true, force: true });
}
