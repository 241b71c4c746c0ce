import { createHash } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import type { Db } from '../../src/platform/database/index.ts';
import type { TestPortal } from './portal.ts';

/** How a database tells whether anything was written, and what it holds. */
interface Witness {
  /** The same as long as nothing was written. */
  version(): Promise<string>;
  /** Of every row of every table, but the counts of how often somebody came, and when a key last did. */
  digest(): Promise<string>;
}

interface Kept {
  witness: Witness;
  version: string;
  digest: string;
}

const kept = new WeakMap<TestPortal['app'], Kept>();

/** A digest of all that a portal's database holds. Where nothing was written since the last one, it is not made again. */
export async function snapshot({ app }: TestPortal): Promise<string> {
  await app.bridge.touches.flush();
  const before = kept.get(app);
  const [, path] = /^sqlite:(.*)/.exec(app.settings.databaseUrl) ?? [];
  const witness = before?.witness ?? (path === undefined ? ofServer(app.database.db) : ofFile(path));
  // Asked first: what is written while the digest is made changes the next version.
  const version = await witness.version();
  if (before?.version === version) return before.digest;
  const digest = await witness.digest();
  kept.set(app, { witness, version, digest });
  return digest;
}

const isCompared = (table: string): boolean => !/limit|_use$|^sqlite_/.test(table);

function ofFile(path: string): Witness {
  const file = new DatabaseSync(path, { readOnly: true });
  const tables = file
    .prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    .all()
    .map(({ name }) => String(name))
    .filter(isCompared)
    .map((name) => ({ name, rows: file.prepare(`SELECT * FROM "${name}"`) }));
  for (const { rows } of tables) rows.setReturnArrays(true);
  const version = file.prepare('PRAGMA data_version');
  return {
    version: () => Promise.resolve(JSON.stringify(version.get())),
    digest() {
      const hash = createHash('sha256');
      for (const { name, rows } of tables) hash.update(`${name}\n${JSON.stringify(rows.all())}\n`);
      return Promise.resolve(hash.digest('hex'));
    },
  };
}

function ofServer(db: Db): Witness {
  return {
    async version() {
      const { rows } = await sql<{ at: string }>`select pg_current_wal_insert_lsn()::text as at`.execute(db);
      return rows[0]?.at ?? '';
    },
    async digest() {
      const names = (await db.introspection.getTables()).map(({ name }) => name).filter(isCompared);
      const digests: string[] = [];
      for (const name of names.toSorted()) {
        const all = sql<{ digest: string }>`select md5(coalesce(string_agg(row::text, chr(10) order by row::text), ''))
          as digest from ${sql.table(name)} as row`;
        digests.push(`${name} ${(await all.execute(db)).rows[0]?.digest}`);
      }
      return digests.join('\n');
    },
  };
}
