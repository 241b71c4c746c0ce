import { sql } from 'kysely';
import type { Migration } from '../../platform/database/index.ts';
import './tables.ts';

/** What customers were told of their orders, and a way to what is late. */
export const orderWatchMigration: Migration = {
  name: '0009_order_watch',
  async up(db) {
    await db.schema
      .createTable('order_notice')
      .addColumn('order_id', 'text', (c) => c.notNull().references('order.id').onDelete('cascade'))
      .addColumn('kind', 'text', (c) => c.notNull().check(sql`kind in ('shipped', 'arrived', 'delivered', 'late')`))
      .addColumn('key', 'text', (c) => c.notNull())
      .addColumn('at', 'text', (c) => c.notNull())
      .addColumn('mail_key', 'text')
      .addColumn('settled_at', 'text')
      .addColumn('unsaid', 'text', (c) => c.check(sql`unsaid in ('over', 'unproven', 'unwanted', 'hidden', 'old')`))
      .addPrimaryKeyConstraint('order_notice_once', ['order_id', 'kind', 'key'])
      .execute();
    // What is late now, whether or not it was noted yet: the desk's list.
    await sql`create index order_promised on "order" (promised_at, id) where promised_at is not null`.execute(db);
  },
};
