import type { Db, Tx } from '../../platform/database/index.ts';
import type { PictureSizes } from '../markdown/index.ts';
import './tables.ts';

/** Notes which pictures a new revision names, in the transaction that stores it; the gate asks this. */
export async function noteImages(tx: Tx, revisionId: string, names: readonly string[]): Promise<void> {
  const rows = [...new Set(names)].map((name) => ({ revisionId, name }));
  if (rows.length > 0) await tx.insertInto('revisionImage').values(rows).execute();
}

/** How large the pictures are that Markdown may show: all of them, or those of some names. */
export async function pictureSizes(db: Db, names?: readonly string[]): Promise<PictureSizes> {
  if (names?.length === 0) return new Map();
  const rows = await db
    .selectFrom('image')
    .select(['name', 'width', 'height'])
    .$if(names !== undefined, (query) => query.where('name', 'in', names ?? []))
    .execute();
  return new Map(rows.map(({ name, width, height }) => [name, { width, height }]));
}
