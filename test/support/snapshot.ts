import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { TestPortal } from './portal.ts';

/** A digest of every row of every table, but the counts of how often somebody came. */
export async function snapshot({ app }: TestPortal): Promise<string> {
  await app.bridge.touches.flush();
  const { db } = app.database;
  const hash = createHash('sha256');
  const names = (await db.introspection.getTables()).map(({ name }) => name);
  for (const table of names.filter((name) => !/limit|^sqlite_/.test(name)).toSorted()) {
    const { rows } = await sql`select * from ${sql.table(table)}`.execute(db);
    const lines = rows.map((row) => JSON.stringify(row)).toSorted();
    hash.update(`${table}\n${lines.join('\n')}\n`);
  }
  return hash.digest('hex');
}
