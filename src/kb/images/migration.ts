import type { Migration } from '../../platform/database/index.ts';

/** Pictures, which revision shows which, and what finding old HTML and current announcements is quick by. */
export const kbImagesMigration: Migration = {
  name: '0005_kb_images',
  async up(db, types) {
    await db.schema
      .createTable('image')
      .addColumn('name', 'text', (c) => c.primaryKey())
      .addColumn('content_type', 'text', (c) => c.notNull())
      .addColumn('width', 'integer', (c) => c.notNull())
      .addColumn('height', 'integer', (c) => c.notNull())
      .addColumn('size', 'integer', (c) => c.notNull())
      .addColumn('sha256', 'text', (c) => c.notNull())
      .addColumn('source_path', 'text')
      .addColumn('author_id', 'text')
      .addColumn('created_at', 'text', (c) => c.notNull())
      .addColumn('updated_at', 'text', (c) => c.notNull())
      // Last, so that SQLite reads what stands before it without following its overflow pages.
      .addColumn('bytes', types.bytes, (c) => c.notNull())
      .execute();
    await db.schema.createIndex('image_sha256').on('image').column('sha256').execute();
    await db.schema
      .createTable('revision_image')
      .addColumn('revision_id', 'text', (c) => c.notNull().references('revision.id').onDelete('cascade'))
      .addColumn('name', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('revision_image_key', ['revision_id', 'name'])
      .execute();
    await db.schema.createIndex('revision_image_name').on('revision_image').column('name').execute();
    await db.schema.createIndex('revision_renderer').on('revision').columns(['renderer_version', 'id']).execute();
    await db.schema.createIndex('article_kind').on('article').columns(['locale', 'kind']).execute();
  },
};
