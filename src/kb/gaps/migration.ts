import { sql } from 'kysely';
import type { Migration } from '../../platform/database/index.ts';

/** What was asked in vain, and how many inquiries asked it. */
export const kbGapsMigration: Migration = {
  name: '0007_kb_gaps',
  async up(db) {
    await db.schema
      .createTable('gap')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('locale', 'text', (c) => c.notNull())
      .addColumn('words', 'text', (c) => c.notNull())
      .addColumn('question', 'text', (c) => c.notNull())
      .addColumn('state', 'text', (c) =>
        c
          .notNull()
          .defaultTo('open')
          .check(sql`state in ('open', 'drafted', 'answered', 'dismissed')`),
      )
      .addColumn('article_id', 'text', (c) => c.references('article.id').onDelete('set null'))
      .addColumn('inquiries', 'integer', (c) => c.notNull().defaultTo(0))
      .addColumn('first_asked_at', 'text', (c) => c.notNull())
      .addColumn('last_asked_at', 'text', (c) => c.notNull())
      .addColumn('closed_at', 'text')
      .addUniqueConstraint('gap_words', ['locale', 'words'])
      .execute();
    await db.schema.createIndex('gap_rank').on('gap').columns(['state', 'inquiries', 'id']).execute();
    await db.schema.createIndex('gap_article').on('gap').column('article_id').execute();
    await db.schema
      .createTable('gap_asker')
      .addColumn('gap_id', 'text', (c) => c.notNull().references('gap.id').onDelete('cascade'))
      .addColumn('inquiry', 'text', (c) => c.notNull())
      .addColumn('question', 'text', (c) => c.notNull())
      .addColumn('verdict', 'text', (c) => c.notNull().check(sql`verdict in ('none', 'unsure')`))
      .addColumn('asked_at', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('gap_asker_key', ['gap_id', 'inquiry'])
      .execute();
    await db.schema.createIndex('gap_asker_time').on('gap_asker').columns(['asked_at']).execute();
  },
};

/** Who asked, where that is known: their words go with them. */
export const gapPersonMigration: Migration = {
  name: '0015_privacy_gaps',
  async up(db) {
    await db.schema.alterTable('gap_asker').addColumn('person_id', 'text').execute();
    await sql`create index gap_asker_person on gap_asker (person_id) where person_id is not null`.execute(db);
  },
};
