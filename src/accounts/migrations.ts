import { sql, type Kysely } from 'kysely';
import type { ColumnTypes, Migration } from '../platform/database/index.ts';

/** People, accounts, tiers, keys, enter tokens, and the tables of the sign-in library under our names. */
export const accountsMigration: Migration = {
  name: '0002_accounts',
  async up(db, types) {
    await library(db, types);
    await people(db);
    await companies(db);
    await keys(db);
    await entering(db);
  },
};

async function library(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  const at = types.libraryInstant;
  await db.schema
    .createTable('login')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('email', 'text', (c) => c.notNull().unique())
    .addColumn('email_verified', types.libraryBoolean, (c) => c.notNull())
    .addColumn('image', 'text')
    .addColumn('created_at', at, (c) => c.notNull())
    .addColumn('updated_at', at, (c) => c.notNull())
    .execute();
  await db.schema
    .createTable('login_session')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('user_id', 'text', (c) => c.notNull().references('login.id').onDelete('cascade'))
    .addColumn('token', 'text', (c) => c.notNull().unique())
    .addColumn('expires_at', at, (c) => c.notNull())
    .addColumn('created_at', at, (c) => c.notNull())
    .addColumn('updated_at', at, (c) => c.notNull())
    .addColumn('ip_address', 'text')
    .addColumn('user_agent', 'text')
    .execute();
  await db.schema.createIndex('login_session_user_id_idx').on('login_session').column('user_id').execute();
  await db.schema.createIndex('login_session_end').on('login_session').column('expires_at').execute();
  await db.schema
    .createTable('credential')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('account_id', 'text', (c) => c.notNull())
    .addColumn('provider_id', 'text', (c) => c.notNull())
    .addColumn('user_id', 'text', (c) => c.notNull().references('login.id').onDelete('cascade'))
    .addColumn('access_token', 'text')
    .addColumn('refresh_token', 'text')
    .addColumn('id_token', 'text')
    .addColumn('access_token_expires_at', at)
    .addColumn('refresh_token_expires_at', at)
    .addColumn('scope', 'text')
    .addColumn('password', 'text')
    .addColumn('created_at', at, (c) => c.notNull())
    .addColumn('updated_at', at, (c) => c.notNull())
    .execute();
  await db.schema.createIndex('credential_user_id_idx').on('credential').column('user_id').execute();
  await libraryLeftovers(db, types);
}

/** Tables that the library insists on; nothing of ours reads them. */
async function libraryLeftovers(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  const at = types.libraryInstant;
  await db.schema
    .createTable('login_token')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('identifier', 'text', (c) => c.notNull())
    .addColumn('value', 'text', (c) => c.notNull())
    .addColumn('expires_at', at, (c) => c.notNull())
    .addColumn('created_at', at, (c) => c.notNull())
    .addColumn('updated_at', at, (c) => c.notNull())
    .execute();
  await db.schema.createIndex('login_token_identifier_idx').on('login_token').column('identifier').execute();
  await db.schema
    .createTable('login_limit')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('key', 'text', (c) => c.notNull().unique())
    .addColumn('count', 'integer', (c) => c.notNull())
    .addColumn('last_request', 'bigint', (c) => c.notNull())
    .execute();
}

async function people(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('tier')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('rank', 'integer', (c) => c.notNull().unique())
    .addColumn('names', 'text', (c) => c.notNull())
    .addColumn('first_reply_hours', 'integer')
    .execute();
  await db.schema
    .createTable('person')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('login_id', 'text', (c) => c.unique().references('login.id').onDelete('set null'))
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('email', 'text', (c) => c.notNull())
    .addColumn('verified_at', 'text')
    .addColumn('role', 'text', (c) => c.notNull().check(sql`role in ('customer', 'author', 'agent', 'administrator')`))
    .addColumn('locale', 'text', (c) => c.notNull())
    .addColumn('tier_id', 'text', (c) => c.references('tier.id'))
    .addColumn('owner_id', 'text', (c) => c.references('person.id'))
    .addColumn('merged_into', 'text', (c) => c.references('person.id'))
    .addColumn('unverified_mail_at', 'text')
    .addColumn('created_at', 'text', (c) => c.notNull())
    .execute();
  // An address has at most one person who proved it, and at most one guest who did not yet.
  await sql`create unique index person_proven on person (email) where verified_at is not null`.execute(db);
  await sql`create unique index person_guest on person (email) where verified_at is null and merged_into is null`.execute(
    db,
  );
  await sql`create index person_staff on person (role, name) where role <> 'customer'`.execute(db);
}

async function companies(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('account')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('external_id', 'text', (c) => c.unique())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('owner_id', 'text', (c) => c.references('person.id'))
    .addColumn('created_at', 'text', (c) => c.notNull())
    .execute();
  await db.schema
    .createTable('membership')
    .addColumn('account_id', 'text', (c) => c.notNull().references('account.id'))
    .addColumn('person_id', 'text', (c) => c.notNull().references('person.id'))
    .addColumn('role', 'text', (c) => c.notNull().check(sql`role in ('member', 'manager')`))
    .addColumn('created_at', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('membership_key', ['account_id', 'person_id'])
    .execute();
  await db.schema.createIndex('membership_person').on('membership').column('person_id').execute();
}

async function keys(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('api_key')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('hash', 'text', (c) => c.notNull().unique())
    .addColumn('role', 'text', (c) => c.notNull().check(sql`role in ('system', 'partner')`))
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('carrier', 'text')
    .addColumn('created_at', 'text', (c) => c.notNull())
    .addColumn('revoked_at', 'text')
    .execute();
}

async function entering(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('enter_request')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('purpose', 'text', (c) => c.notNull().check(sql`purpose in ('sign-up', 'link', 'guest', 'reset')`))
    .addColumn('email', 'text', (c) => c.notNull())
    .addColumn('name', 'text')
    .addColumn('password_hash', 'text')
    .addColumn('locale', 'text', (c) => c.notNull())
    .addColumn('return_to', 'text')
    .addColumn('created_at', 'text', (c) => c.notNull())
    .addColumn('claimed_at', 'text')
    .execute();
  await db.schema.createIndex('enter_request_email').on('enter_request').column('email').execute();
  await db.schema.createIndex('enter_request_age').on('enter_request').column('created_at').execute();
  await db.schema
    .createTable('enter_token')
    .addColumn('hash', 'text', (c) => c.primaryKey())
    .addColumn('purpose', 'text', (c) =>
      c.notNull().check(sql`purpose in ('sign-up', 'link', 'guest', 'reset', 'set-up')`),
    )
    .addColumn('person_id', 'text', (c) => c.references('person.id').onDelete('cascade'))
    .addColumn('request_id', 'text', (c) => c.references('enter_request.id').onDelete('set null'))
    .addColumn('return_to', 'text')
    .addColumn('created_at', 'text', (c) => c.notNull())
    .addColumn('expires_at', 'text', (c) => c.notNull())
    .addColumn('spent_at', 'text')
    .execute();
  await db.schema.createIndex('enter_token_person').on('enter_token').column('person_id').execute();
  await db.schema.createIndex('enter_token_request').on('enter_token').column('request_id').execute();
  await db.schema.createIndex('enter_token_end').on('enter_token').column('expires_at').execute();
}
