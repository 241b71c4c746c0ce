import { sql, type Kysely } from 'kysely';
import type { Migration } from '../../platform/database/index.ts';

/** Drafts, numbered revisions, owners, suggestions, redirects, and what file and browser disagree about. */
export const authoringMigration: Migration = {
  name: '0006_kb_authoring',
  async up(db) {
    await widenArticles(db);
    await widenRevisions(db);
    await db.schema
      .createTable('draft')
      .addColumn('article_id', 'text', (c) => c.primaryKey().references('article.id').onDelete('cascade'))
      .addColumn('author_id', 'text')
      .addColumn('created_at', 'text', (c) => c.notNull())
      .addColumn('updated_at', 'text', (c) => c.notNull())
      .addColumn('title', 'text', (c) => c.notNull())
      .addColumn('summary', 'text', (c) => c.notNull())
      .addColumn('keywords', 'text', (c) => c.notNull())
      .addColumn('source', 'text', (c) => c.notNull())
      .execute();
    await db.schema
      .createTable('redirect')
      .addColumn('locale', 'text', (c) => c.notNull())
      .addColumn('slug', 'text', (c) => c.notNull())
      .addColumn('kind', 'text', (c) => c.notNull().check(sql`kind in ('article', 'category', 'gone')`))
      .addColumn('article_id', 'text', (c) => c.references('article.id').onDelete('cascade'))
      .addColumn('category', 'text')
      .addColumn('audience', 'text', (c) => c.notNull().check(sql`audience in ('public', 'customers', 'staff')`))
      .addColumn('created_at', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('redirect_key', ['locale', 'slug'])
      .execute();
    await db.schema.createIndex('redirect_article').on('redirect').column('article_id').execute();
    await db.schema
      .createTable('file_conflict')
      .addColumn('article_id', 'text', (c) => c.primaryKey().references('article.id').onDelete('cascade'))
      .addColumn('path', 'text', (c) => c.notNull())
      .addColumn('hash', 'text')
      .addColumn('found_at', 'text', (c) => c.notNull())
      .addColumn('text', 'text')
      .execute();
    await db.schema
      .createTable('suggestion')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('article_id', 'text', (c) => c.references('article.id').onDelete('cascade'))
      .addColumn('locale', 'text', (c) => c.notNull())
      .addColumn('category', 'text')
      .addColumn('author_id', 'text', (c) => c.notNull())
      .addColumn('state', 'text', (c) =>
        c
          .notNull()
          .defaultTo('open')
          .check(sql`state in ('open', 'accepted', 'declined')`),
      )
      .addColumn('decided_by', 'text')
      .addColumn('decided_at', 'text')
      .addColumn('decision', 'text')
      .addColumn('created_at', 'text', (c) => c.notNull())
      .addColumn('words', 'text', (c) => c.notNull())
      .addColumn('title', 'text', (c) => c.notNull())
      .addColumn('summary', 'text', (c) => c.notNull())
      .addColumn('keywords', 'text', (c) => c.notNull())
      .addColumn('source', 'text')
      .execute();
    await db.schema.createIndex('suggestion_article').on('suggestion').columns(['article_id', 'state']).execute();
    await db.schema.createIndex('suggestion_state').on('suggestion').columns(['state', 'id']).execute();
    await db.schema
      .createTable('article_event')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('article_id', 'text', (c) => c.notNull().references('article.id').onDelete('cascade'))
      .addColumn('type', 'text', (c) => c.notNull())
      .addColumn('at', 'text', (c) => c.notNull())
      .addColumn('actor_id', 'text')
      .addColumn('body', 'text', (c) => c.notNull())
      .execute();
    await db.schema.createIndex('article_event_article').on('article_event').columns(['article_id', 'id']).execute();
    await db.schema
      .createTable('category_file')
      .addColumn('locale', 'text', (c) => c.primaryKey())
      .addColumn('text', 'text', (c) => c.notNull())
      .execute();
  },
};

async function widenArticles(db: Kysely<unknown>): Promise<void> {
  for (const column of [
    'owner_id',
    'latest_revision_id',
    'edited_at',
    'unpublished_at',
    'deleted_at',
    'deleted_slug',
  ] as const) {
    await db.schema.alterTable('article').addColumn(column, 'text').execute();
  }
  await db.schema
    .alterTable('article')
    .addColumn('draft_version', 'integer', (c) => c.notNull().defaultTo(0))
    .execute();
  await db.schema
    .alterTable('article')
    .addColumn('touched_at', 'text', (c) => c.notNull().defaultTo(''))
    .execute();
  await sql`update article set touched_at = updated_at, latest_revision_id =
    (select max(revision.id) from revision where revision.article_id = article.id)`.execute(db);
  await db.schema.createIndex('article_touched').on('article').columns(['touched_at', 'id']).execute();
  await db.schema.createIndex('article_source').on('article').column('source_path').execute();
}

/** Ids of revisions sort by the time they were made, so they give the numbers. */
async function widenRevisions(db: Kysely<unknown>): Promise<void> {
  const add = (column: string) => db.schema.alterTable('revision').addColumn(column, 'text');
  await db.schema
    .alterTable('revision')
    .addColumn('number', 'integer', (c) => c.notNull().defaultTo(0))
    .execute();
  await db.schema
    .alterTable('revision')
    .addColumn('cause', 'text', (c) =>
      c
        .notNull()
        .defaultTo('file')
        .check(sql`cause in ('file', 'file_removed', 'browser', 'restored', 'suggestion')`),
    )
    .execute();
  await add('note').execute();
  await add('head').execute();
  await sql`update revision set number = (select count(*) from revision as earlier
    where earlier.article_id = revision.article_id and earlier.id <= revision.id)`.execute(db);
  await db.schema.createIndex('revision_number').unique().on('revision').columns(['article_id', 'number']).execute();
}
