import { sql } from 'kysely';
import type { Dialect, Tx } from '../platform/database/index.ts';
import './tables.ts';

/**
 * Waits for the turn to change what readers see. Whoever also locks rows of articles calls it before: all take the two
 * in the same order, so that nobody waits for one who waits for them.
 */
export async function takeTurn(tx: Tx, dialect: Dialect): Promise<void> {
  if (dialect === 'postgres') await sql`lock table article_change in share row exclusive mode`.execute(tx);
}

/**
 * Notes, in the transaction of the change, that the search engines are owed an article.
 *
 * Engines read these rows by a rising cursor, so rows must become visible in the order of their numbers. PostgreSQL
 * numbers rows when they are written and shows them when they are committed: there the writers take turns.
 */
export async function noteArticleChange(tx: Tx, dialect: Dialect, articleId: string, at: string): Promise<void> {
  await takeTurn(tx, dialect);
  await tx.insertInto('articleChange').values({ articleId, at }).execute();
}
