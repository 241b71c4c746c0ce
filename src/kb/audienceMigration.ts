import { sql, type Kysely } from 'kysely';
import type { Migration } from '../platform/database/index.ts';

/**
 * Customer groups and tiers read articles of their own. A column with another CHECK takes the old one's place: making
 * the table anew would, on SQLite, first delete the articles and with them their revisions.
 */
export const kbAudienceMigration: Migration = {
  name: '0012_companies_articles',
  async up(db) {
    await sql`drop index article_category`.execute(db);
    for (const table of ['article', 'redirect'] as const) await widen(db, table);
    await db.schema.createIndex('article_category').on('article').columns(['locale', 'category', 'audience']).execute();
  },
};

async function widen(db: Kysely<unknown>, table: 'article' | 'redirect'): Promise<void> {
  await db.schema
    .alterTable(table)
    .addColumn('audience_wider', 'text', (c) =>
      c
        .notNull()
        .defaultTo('staff')
        .check(
          sql`audience_wider in ('public', 'customers', 'staff') or audience_wider like 'group:_%' or audience_wider like 'tier:_%'`,
        ),
    )
    .execute();
  await sql`update ${sql.table(table)} set audience_wider = audience`.execute(db);
  await db.schema.alterTable(table).dropColumn('audience').execute();
  await db.schema.alterTable(table).renameColumn('audience_wider', 'audience').execute();
}
