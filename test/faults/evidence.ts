import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';
import type { Row } from './auditor.ts';
import type { FaultSite } from './site.ts';

/** The tables of a site, read past the product's own code. */
export interface Tables {
  query(sql: string): Promise<Row[]>;
  damage(): Promise<string[]>;
  /** Whether nobody holds the database. */
  canWrite(): Promise<boolean>;
  close(): Promise<void>;
}

export async function openTables(databaseUrl: string): Promise<Tables> {
  if (databaseUrl.startsWith('postgres')) return openPostgresTables(databaseUrl);
  const file = databaseUrl.slice('sqlite:'.length);
  const database = new DatabaseSync(file, { timeout: 5_000 });
  const query = async (sql: string): Promise<Row[]> => database.prepare(sql).all();
  return {
    query,
    damage: async () => {
      try {
        const checked = (await query('pragma integrity_check')).map((row) => String(row['integrity_check']));
        const strays = (await query('pragma foreign_key_check')).map(
          (row) => `a row of ${String(row['table'])} points nowhere`,
        );
        return [...checked.filter((word) => word !== 'ok'), ...strays];
      } catch (error) {
        return [`the check itself fails: ${String(error)}`];
      }
    },
    canWrite: async () => {
      const other = new DatabaseSync(file, { timeout: 50 });
      try {
        other.exec('begin immediate; rollback');
        return true;
      } catch {
        return false;
      } finally {
        other.close();
      }
    },
    close: async () => database.close(),
  };
}

async function openPostgresTables(url: string): Promise<Tables> {
  const client = new pg.Client(url);
  await client.connect();
  return {
    query: async (sql) => (await client.query<Row>(sql)).rows,
    // PostgreSQL was not killed, only those who talked to it.
    damage: async () => [],
    canWrite: async () => true,
    close: () => client.end(),
  };
}

/** The subjects of the mails that were written. */
export function mailsOf({ folder }: FaultSite): string[] {
  const mails = join(folder, 'data', 'mail');
  if (!existsSync(mails)) return [];
  return readdirSync(mails)
    .filter((name) => name.endsWith('.eml'))
    .map((name) => /^Subject: (.*)$/m.exec(readFileSync(join(mails, name), 'utf8'))?.[1] ?? '');
}
