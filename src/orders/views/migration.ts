import type { Kysely } from 'kysely';
import type { ColumnTypes, Migration } from '../../platform/database/index.ts';
import './tables.ts';

/** Orders seen without an account: what was asked for, and the links that show one order each. */
export const orderViewsMigration: Migration = {
  name: '0011_order_views',
  async up(db, types) {
    await requests(db, types);
    await views(db);
  },
};

async function requests(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('order_view_request')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('hash', 'text', (c) => c.notNull().unique())
    .addColumn('number_key', 'text')
    .addColumn('address_key', 'text')
    .addColumn('view_hash', 'text')
    .addColumn('typed', types.bytes as never, (c) => c.notNull())
    .addColumn('locale', 'text', (c) => c.notNull())
    .addColumn('created_at', 'text', (c) => c.notNull())
    .addColumn('decided_at', 'text')
    .addColumn('order_id', 'text', (c) => c.references('order.id').onDelete('cascade'))
    .addColumn('person_id', 'text', (c) => c.references('person.id').onDelete('set null'))
    .addColumn('code_hash', 'text')
    .addColumn('tries', 'integer', (c) => c.notNull())
    .addColumn('spent_at', 'text')
    .addColumn('mailed_at', 'text')
    .execute();
  await db.schema.createIndex('order_view_request_age').on('order_view_request').column('created_at').execute();
  await db.schema.createIndex('order_view_request_order').on('order_view_request').column('order_id').execute();
  await db.schema.createIndex('order_view_request_person').on('order_view_request').column('person_id').execute();
}

async function views(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('order_view')
    .addColumn('hash', 'text', (c) => c.primaryKey())
    .addColumn('order_id', 'text', (c) => c.notNull().references('order.id').onDelete('cascade'))
    .addColumn('address_key', 'text', (c) => c.notNull())
    .addColumn('person_id', 'text', (c) => c.references('person.id').onDelete('set null'))
    .addColumn('created_at', 'text', (c) => c.notNull())
    .addColumn('expires_at', 'text', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('order_view_order').on('order_view').column('order_id').execute();
  await db.schema.createIndex('order_view_person').on('order_view').column('person_id').execute();
  await db.schema.createIndex('order_view_end').on('order_view').column('expires_at').execute();
}
