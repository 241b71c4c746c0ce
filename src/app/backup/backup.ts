import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeBackup, type BackupEntry, type Lock } from '../../platform/backup/index.ts';
import { openSnapshot, type Dialect, type PlainValue, type Snapshot } from '../../platform/database/index.ts';
import { headEntry, keyCheckOf, type BackupHead } from './head.ts';

/** A part of a table has about so many bytes, so that no table is ever whole in memory. */
const PART_BYTES = 4 * 1024 * 1024;

/** Which step of the schema ran stands in the head; what is counted within minutes is not worth keeping. */
export const NOT_KEPT: ReadonlySet<string> = new Set(['migration', 'migration_lock', 'limit_count', 'login_limit']);

export interface BackupOrder {
  databaseUrl: string;
  dataFolder: string;
  secret: string;
  /** Where the backup goes; there may be nothing yet. */
  file: string;
  lock: Lock | null;
  /** Told after each part of a table. */
  progress?: (table: string, rows: number) => void;
}

export interface BackupReport {
  file: string;
  /** In bytes. */
  size: number;
  createdAt: string;
  encrypted: boolean;
  /** Rows by table. */
  tables: Record<string, number>;
  files: number;
  /** Files that rows name and that were not there. */
  missing: string[];
}

/**
 * Writes one file with everything that makes the portal: all tables as they were at one instant, and the uploaded files.
 * The installation's secret and the ledger of erasures are not in it.
 */
export async function backUp(order: BackupOrder): Promise<BackupReport> {
  const snapshot = await openSnapshot(order.databaseUrl);
  const tables: Record<string, number> = {};
  const createdAt = new Date().toISOString();
  try {
    const head: BackupHead = {
      format: 1,
      createdAt,
      version: await productVersion(),
      dialect: /^postgres/.test(order.databaseUrl) ? 'postgres' : ('sqlite' satisfies Dialect),
      migrations: await migrationsOf(snapshot),
      keyCheck: keyCheckOf(order.secret),
    };
    const { manifest, size } = await writeBackup(order.file, entries(order, snapshot, head, tables), order.lock);
    const names = Object.keys(manifest.entries);
    return {
      ...{ file: order.file, size, createdAt, encrypted: order.lock !== null, tables },
      files: names.filter((name) => name.startsWith('files/')).length,
      missing: manifest.missing,
    };
  } finally {
    await snapshot.close();
  }
}

async function* entries(
  { dataFolder, progress }: BackupOrder,
  snapshot: Snapshot,
  head: BackupHead,
  counted: Record<string, number>,
): AsyncGenerator<BackupEntry> {
  yield headEntry(head);
  const uploads: string[] = [];
  for (const { name, columns } of snapshot.tables) {
    if (NOT_KEPT.has(name)) continue;
    counted[name] = 0;
    let part = 0;
    for await (const { text, rows } of partsOf(snapshot, name, columns)) {
      const number = String(++part).padStart(6, '0');
      counted[name] += rows;
      yield { name: `tables/${name}/${number}.ndjson`, bytes: Buffer.from(text), rows };
      progress?.(name, counted[name]);
    }
    if (name !== 'attachment') continue;
    const id = columns.indexOf('id');
    for await (const rows of snapshot.rows(name)) uploads.push(...rows.map((row) => String(row[id])));
  }
  for (const id of uploads) yield { name: `files/${id}`, file: join(dataFolder, 'files', id) };
}

/** The first line of each part names its columns. */
async function* partsOf(snapshot: Snapshot, table: string, columns: readonly string[]) {
  const first = `${JSON.stringify(columns)}\n`;
  let lines: string[] = [];
  let size = 0;
  let begun = false;
  for await (const rows of snapshot.rows(table)) {
    for (const row of rows) {
      const line = JSON.stringify(row.map(asJson));
      lines.push(line);
      size += line.length;
      if (size < PART_BYTES) continue;
      yield { text: `${first}${lines.join('\n')}\n`, rows: lines.length };
      begun = true;
      lines = [];
      size = 0;
    }
  }
  if (lines.length > 0 || !begun)
    yield { text: `${first}${lines.map((line) => `${line}\n`).join('')}`, rows: lines.length };
}

function asJson(value: PlainValue): unknown {
  return value instanceof Uint8Array ? { bytes: Buffer.from(value).toString('base64') } : value;
}

async function migrationsOf(snapshot: Snapshot): Promise<string[]> {
  const table = snapshot.tables.find(({ name }) => name === 'migration');
  const name = table?.columns.indexOf('name') ?? -1;
  const names: string[] = [];
  if (name < 0) return names;
  for await (const rows of snapshot.rows('migration')) names.push(...rows.map((row) => String(row[name])));
  return names.sort();
}

async function productVersion(): Promise<string> {
  const path = fileURLToPath(new URL('../../../package.json', import.meta.url));
  return (JSON.parse(await readFile(path, 'utf8')) as { version: string }).version;
}
