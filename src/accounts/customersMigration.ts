import { sql } from 'kysely';
import type { Migration } from '../platform/database/index.ts';

/** What colleagues know about a customer, and whose customers they are. */
export const customersMigration: Migration = {
  name: '0016_customers',
  async up(db) {
    await db.schema
      .createTable('person_fact')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('person_id', 'text', (c) => c.notNull().references('person.id').onDelete('cascade'))
      .addColumn('key', 'text', (c) => c.notNull())
      .addColumn('value', 'text', (c) => c.notNull())
      .addColumn('source_kind', 'text', (c) =>
        c.notNull().check(sql`source_kind in ('channel', 'transaction', 'outbound', 'second_hand', 'research')`),
      )
      .addColumn('noted_by', 'text', (c) => c.references('person.id').onDelete('set null'))
      .addColumn('at', 'text', (c) => c.notNull())
      .execute();
    await db.schema.createIndex('person_fact_person').on('person_fact').columns(['person_id', 'at', 'id']).execute();
    await sql`create index person_owner on person (owner_id) where owner_id is not null`.execute(db);
    await sql`create index account_owner on account (owner_id) where owner_id is not null`.execute(db);
    // The newest customers first; guests who turned out to be somebody else are not listed.
    await sql`create index person_customers on person (created_at, id) where role = 'customer' and merged_into is null`.execute(
      db,
    );
  },
};
