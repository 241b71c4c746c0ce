import { sql } from 'kysely';
import type { Migration } from '../../platform/database/index.ts';

/** Erasures, addresses that must bring nobody back, changes of address, and files to take along. */
export const privacyMigration: Migration = {
  name: '0015_privacy',
  async up(db) {
    await db.schema
      .createTable('erasure')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('person_id', 'text', (c) => c.references('person.id'))
      .addColumn('asked_at', 'text', (c) => c.notNull())
      .addColumn('due_at', 'text', (c) => c.notNull())
      .addColumn('undone_at', 'text')
      .addColumn('erased_at', 'text')
      .addColumn('done_at', 'text')
      .addColumn('leftovers', 'text', (c) => c.notNull())
      .execute();
    await sql`create unique index erasure_running on erasure (person_id)
      where undone_at is null and erased_at is null`.execute(db);
    await db.schema
      .createTable('erased_address')
      .addColumn('hash', 'text', (c) => c.primaryKey())
      .addColumn('erased_at', 'text', (c) => c.notNull())
      .addColumn('returned_at', 'text')
      .execute();
    await db.schema
      .createTable('email_change')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('person_id', 'text', (c) => c.notNull().references('person.id'))
      .addColumn('old_email', 'text', (c) => c.notNull())
      .addColumn('new_email', 'text', (c) => c.notNull())
      .addColumn('token_hash', 'text', (c) => c.unique())
      .addColumn('asked_at', 'text', (c) => c.notNull())
      .addColumn('expires_at', 'text')
      .addColumn('spent_at', 'text')
      .execute();
    await db.schema.createIndex('email_change_person').on('email_change').column('person_id').execute();
    await db.schema
      .createTable('personal_file')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('person_id', 'text', (c) => c.notNull().references('person.id'))
      .addColumn('asked_at', 'text', (c) => c.notNull())
      .addColumn('ready_at', 'text')
      .addColumn('size', 'bigint')
      .execute();
    await db.schema.createIndex('personal_file_person').on('personal_file').column('person_id').execute();
  },
};
