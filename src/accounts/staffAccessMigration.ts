import { sql, type Kysely } from 'kysely';
import type { ColumnTypes, Migration } from '../platform/database/index.ts';

/** The second step of signing in, who must take it, invitations of colleagues, acting for a customer, and the log of it all. */
export const staffAccessMigration: Migration = {
  name: '0013_staff_access',
  async up(db, types) {
    await secondFactors(db, types);
    await staff(db);
    await acting(db);
    await added(db);
  },
};

async function secondFactors(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('second_factor')
    .addColumn('login_id', 'text', (c) => c.primaryKey().references('login.id').onDelete('cascade'))
    .addColumn('sealed_secret', types.bytes, (c) => c.notNull())
    .addColumn('created_at', 'text', (c) => c.notNull())
    .addColumn('confirmed_at', 'text')
    .addColumn('last_step', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema
    .createTable('recovery_code')
    .addColumn('login_id', 'text', (c) => c.notNull().references('login.id').onDelete('cascade'))
    .addColumn('hash', 'text', (c) => c.notNull())
    .addColumn('spent_at', 'text')
    .addPrimaryKeyConstraint('recovery_code_key', ['login_id', 'hash'])
    .execute();
  await db.schema
    .createTable('sign_in_step')
    .addColumn('hash', 'text', (c) => c.primaryKey())
    .addColumn('login_id', 'text', (c) => c.notNull().references('login.id').onDelete('cascade'))
    .addColumn('created_at', 'text', (c) => c.notNull())
    .addColumn('expires_at', 'text', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('sign_in_step_login').on('sign_in_step').column('login_id').execute();
  await db.schema.createIndex('sign_in_step_end').on('sign_in_step').column('expires_at').execute();
}

async function staff(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('role_rule')
    .addColumn('role', 'text', (c) => c.primaryKey().check(sql`role in ('author', 'agent', 'administrator')`))
    .addColumn('second_factor', 'integer', (c) => c.notNull())
    .addColumn('changed_at', 'text', (c) => c.notNull())
    .execute();
  await db.schema
    .createTable('staff_invitation')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('email', 'text', (c) => c.notNull())
    .addColumn('role', 'text', (c) => c.notNull().check(sql`role in ('author', 'agent', 'administrator')`))
    .addColumn('locale', 'text', (c) => c.notNull())
    .addColumn('invited_by', 'text', (c) => c.references('person.id'))
    .addColumn('created_at', 'text', (c) => c.notNull())
    .addColumn('asked_at', 'text', (c) => c.notNull())
    .addColumn('token_hash', 'text', (c) => c.unique())
    .addColumn('sent_at', 'text')
    .addColumn('expires_at', 'text')
    .addColumn('ended_at', 'text')
    .addColumn('person_id', 'text', (c) => c.references('person.id'))
    .execute();
  await sql`create unique index staff_invitation_open on staff_invitation (email) where ended_at is null`.execute(db);
  await db.schema
    .createTable('access_event')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('at', 'text', (c) => c.notNull())
    .addColumn('actor_id', 'text')
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('person_id', 'text')
    .addColumn('detail', 'text', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('access_event_person').on('access_event').columns(['person_id', 'id']).execute();
}

async function acting(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('acting')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('session_id', 'text', (c) => c.notNull())
    .addColumn('staff_id', 'text', (c) => c.notNull().references('person.id'))
    .addColumn('customer_id', 'text', (c) => c.notNull().references('person.id'))
    .addColumn('reason', 'text', (c) => c.notNull())
    .addColumn('began_at', 'text', (c) => c.notNull())
    .addColumn('expires_at', 'text', (c) => c.notNull())
    .addColumn('ended_at', 'text')
    .execute();
  await sql`create unique index acting_session on acting (session_id) where ended_at is null`.execute(db);
  await db.schema.createIndex('acting_customer').on('acting').columns(['customer_id', 'id']).execute();
}

/** Columns of tables that were there before. */
async function added(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('login').addColumn('last_sign_in_at', 'text').execute();
  await db.schema.alterTable('login_session').addColumn('second_factor_at', 'text').execute();
  await db.schema.alterTable('person').addColumn('staff_left_at', 'text').execute();
  await db.schema.alterTable('person').addColumn('staff_left_role', 'text').execute();
  await db.schema.alterTable('api_key').addColumn('tail', 'text').execute();
  await db.schema.alterTable('api_key').addColumn('made_by', 'text').execute();
  await db.schema
    .createTable('api_key_use')
    .addColumn('key_id', 'text', (c) => c.primaryKey().references('api_key.id').onDelete('cascade'))
    .addColumn('last_at', 'text', (c) => c.notNull())
    .execute();
  await sql`create index person_staff_left on person (staff_left_at) where staff_left_at is not null`.execute(db);
}
