import { sql, type Kysely } from 'kysely';
import type { Migration } from '../platform/database/index.ts';
import './tables.ts';

/** Orders with their lines, parcels and invoices, as their sources tell them. */
export const ordersMigration: Migration = {
  name: '0008_orders',
  async up(db) {
    await orders(db);
    await lines(db);
    await shipments(db);
    await invoices(db);
    await cursors(db);
  },
};

/**
 * The search over an account's orders reads the words of all of them. On SQLite they come along in the index, one after
 * the other, instead of from ten thousand places of the table; PostgreSQL takes no such long texts into an index.
 */
export const orderSearchMigration: Migration = {
  name: '0017_order_search',
  async up(db, _, dialect) {
    if (dialect !== 'sqlite') return;
    await sql`drop index order_account`.execute(db);
    await sql`create index order_account on "order" (account_id, moving, placed_at, id, find_text)
      where account_id is not null`.execute(db);
  },
};

const orderStates = sql.raw(
  ['received', 'confirmed', 'in_preparation', 'part_shipped', 'shipped', 'delivered', 'cancelled', 'returned']
    .map((state) => `'${state}'`)
    .join(', '),
);
const shipmentStates = sql.raw(
  [
    ...['pending', 'info_received', 'in_transit', 'out_for_delivery', 'attempt_failed'],
    ...['available_for_pickup', 'delivered', 'exception', 'expired'],
  ]
    .map((state) => `'${state}'`)
    .join(', '),
);

async function orders(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('order')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('number', 'text', (c) => c.notNull())
    .addColumn('number_key', 'text', (c) => c.notNull().unique())
    .addColumn('source', 'text', (c) => c.notNull())
    .addColumn('customer_email', 'text')
    .addColumn('customer_name', 'text', (c) => c.notNull())
    .addColumn('account_id', 'text', (c) => c.references('account.id'))
    .addColumn('reference', 'text')
    .addColumn('deliver_to', 'text')
    .addColumn('state', 'text', (c) => c.notNull().check(sql`state in (${orderStates})`))
    .addColumn('state_at', 'text', (c) => c.notNull())
    .addColumn('currency', 'text', (c) => c.notNull())
    .addColumn('total', 'text', (c) => c.notNull())
    .addColumn('line_count', 'integer', (c) => c.notNull())
    .addColumn('placed_at', 'text', (c) => c.notNull())
    .addColumn('updated_at', 'text', (c) => c.notNull())
    .addColumn('moving', 'integer', (c) => c.notNull())
    .addColumn('promised_at', 'text')
    .addColumn('late_noted_at', 'text')
    .addColumn('find_text', 'text', (c) => c.notNull())
    .addColumn('recorded_at', 'text', (c) => c.notNull())
    .execute();
  const newestFirst = ['moving', 'placed_at', 'id'];
  await db.schema
    .createIndex('order_customer')
    .on('order')
    .columns(['customer_email', ...newestFirst])
    .execute();
  await db.schema
    .createIndex('order_account')
    .on('order')
    .columns(['account_id', ...newestFirst])
    .execute();
  await sql`create index order_owed on "order" (promised_at) where promised_at is not null and late_noted_at is null`.execute(
    db,
  );
}

async function lines(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('order_line')
    .addColumn('order_id', 'text', (c) => c.notNull().references('order.id').onDelete('cascade'))
    .addColumn('position', 'integer', (c) => c.notNull())
    .addColumn('sku', 'text', (c) => c.notNull())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('quantity', 'text', (c) => c.notNull())
    .addColumn('unit_price', 'text', (c) => c.notNull())
    .addColumn('unit_cost', 'text')
    .addPrimaryKeyConstraint('order_line_key', ['order_id', 'position'])
    .execute();
}

async function shipments(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('shipment')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('order_id', 'text', (c) => c.notNull().references('order.id').onDelete('cascade'))
    .addColumn('position', 'integer', (c) => c.notNull())
    .addColumn('tracking', 'text', (c) => c.notNull())
    .addColumn('tracking_key', 'text', (c) => c.notNull())
    .addColumn('carrier', 'text', (c) => c.notNull())
    .addColumn('carrier_key', 'text', (c) => c.notNull())
    .addColumn('tracking_url', 'text')
    .addColumn('contents', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull().check(sql`state in (${shipmentStates})`))
    .addColumn('state_at', 'text', (c) => c.notNull())
    .addColumn('place', 'text')
    .addColumn('note', 'text')
    .addColumn('expected_at', 'text')
    .addColumn('promised_at', 'text')
    .addUniqueConstraint('shipment_once', ['order_id', 'tracking_key', 'carrier_key'])
    .execute();
  await db.schema.createIndex('shipment_tracking').on('shipment').columns(['tracking_key', 'carrier_key']).execute();
  await db.schema
    .createTable('shipment_event')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('shipment_id', 'text', (c) => c.notNull().references('shipment.id').onDelete('cascade'))
    .addColumn('source', 'text', (c) => c.notNull())
    .addColumn('event_id', 'text', (c) => c.notNull())
    .addColumn('at', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull().check(sql`state in (${shipmentStates})`))
    .addColumn('place', 'text')
    .addColumn('note', 'text')
    .addColumn('recorded_at', 'text', (c) => c.notNull())
    .addUniqueConstraint('shipment_event_once', ['shipment_id', 'source', 'event_id'])
    .execute();
  await db.schema.createIndex('shipment_event_time').on('shipment_event').columns(['shipment_id', 'at']).execute();
}

async function invoices(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('invoice')
    .addColumn('order_id', 'text', (c) => c.notNull().references('order.id').onDelete('cascade'))
    .addColumn('number', 'text', (c) => c.notNull())
    .addColumn('issued_at', 'text', (c) => c.notNull())
    .addColumn('due_at', 'text')
    .addColumn('total', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull().check(sql`state in ('open', 'paid', 'void')`))
    .addPrimaryKeyConstraint('invoice_key', ['order_id', 'number'])
    .execute();
}

async function cursors(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('source_cursor')
    .addColumn('source', 'text', (c) => c.primaryKey())
    .addColumn('cursor', 'text')
    .addColumn('read_at', 'text')
    .addColumn('failed_at', 'text')
    .addColumn('failures', 'integer', (c) => c.notNull())
    .addColumn('problem', 'text')
    .execute();
}
