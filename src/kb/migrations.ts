import { sql } from 'kysely';
import type { Migration } from '../platform/database/index.ts';

/** Articles, their revisions and categories, what readers said of them, and what the search engines are owed. */
export const kbMigration: Migration = {
  name: '0003_kb',
  async up(db, types) {
    await db.schema
      .createTable('article')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('slug', 'text', (c) => c.notNull())
      .addColumn('locale', 'text', (c) => c.notNull())
      .addColumn('category', 'text', (c) => c.notNull())
      .addColumn('kind', 'text', (c) =>
        c.notNull().check(sql`kind in ('product', 'technology', 'service', 'process', 'announcement')`),
      )
      .addColumn('audience', 'text', (c) =>
        c
          .notNull()
          .defaultTo('staff')
          .check(sql`audience in ('public', 'customers', 'staff')`),
      )
      .addColumn('translation_of', 'text', (c) => c.notNull())
      .addColumn('published_revision_id', 'text')
      .addColumn('publish_at', 'text')
      .addColumn('unpublish_at', 'text')
      .addColumn('source_path', 'text')
      .addColumn('source_hash', 'text')
      .addColumn('checked_on', 'text')
      .addColumn('position', 'integer', (c) => c.notNull().defaultTo(0))
      .addColumn('created_at', 'text', (c) => c.notNull())
      .addColumn('updated_at', 'text', (c) => c.notNull())
      .addUniqueConstraint('article_slug', ['locale', 'slug'])
      .execute();
    await db.schema.createIndex('article_category').on('article').columns(['locale', 'category', 'audience']).execute();
    await db.schema.createIndex('article_translation').on('article').column('translation_of').execute();
    await db.schema
      .createTable('revision')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('article_id', 'text', (c) => c.notNull().references('article.id').onDelete('cascade'))
      .addColumn('title', 'text', (c) => c.notNull())
      .addColumn('summary', 'text', (c) => c.notNull())
      .addColumn('keywords', 'text', (c) => c.notNull())
      // What lists need stands before the long texts: SQLite then reads it without following their overflow pages.
      .addColumn('minutes', 'integer', (c) => c.notNull())
      .addColumn('author_id', 'text')
      .addColumn('created_at', 'text', (c) => c.notNull())
      .addColumn('renderer_version', 'integer', (c) => c.notNull())
      .addColumn('contents', 'text', (c) => c.notNull())
      .addColumn('links', 'text', (c) => c.notNull())
      .addColumn('source', 'text', (c) => c.notNull())
      .addColumn('html', 'text', (c) => c.notNull())
      .addColumn('text', 'text', (c) => c.notNull())
      .execute();
    await db.schema.createIndex('revision_article').on('revision').columns(['article_id', 'created_at']).execute();
    await db.schema
      .createTable('category')
      .addColumn('locale', 'text', (c) => c.notNull())
      .addColumn('slug', 'text', (c) => c.notNull())
      .addColumn('title', 'text', (c) => c.notNull())
      .addColumn('description', 'text', (c) => c.notNull())
      .addColumn('position', 'integer', (c) => c.notNull())
      .addPrimaryKeyConstraint('category_key', ['locale', 'slug'])
      .execute();
    await db.schema
      .createTable('feedback')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('article_id', 'text', (c) => c.notNull().references('article.id').onDelete('cascade'))
      .addColumn('revision_id', 'text', (c) => c.notNull())
      .addColumn('inquiry', 'text')
      .addColumn('person_id', 'text')
      .addColumn('helpful', 'integer', (c) => c.notNull().check(sql`helpful in (0, 1)`))
      .addColumn('comment', 'text')
      .addColumn('created_at', 'text', (c) => c.notNull())
      .execute();
    await db.schema
      .createIndex('feedback_recent')
      .on('feedback')
      .columns(['created_at', 'article_id', 'helpful'])
      .execute();
    await db.schema.createIndex('feedback_article').on('feedback').columns(['article_id', 'helpful']).execute();
    // One opinion a person; of somebody not signed in, one an inquiry. A second press of the button changes the first.
    await sql`create unique index feedback_person on feedback (article_id, person_id) where person_id is not null`.execute(
      db,
    );
    await sql`create unique index feedback_inquiry on feedback (article_id, inquiry)
      where person_id is null and inquiry is not null`.execute(db);
    await db.schema
      .createTable('article_change')
      .addColumn('seq', types.sequence as never)
      .addColumn('article_id', 'text', (c) => c.notNull())
      .addColumn('at', 'text', (c) => c.notNull())
      .execute();
  },
};
