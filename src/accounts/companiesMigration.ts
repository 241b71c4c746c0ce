import { sql, type Kysely } from 'kysely';
import type { Migration } from '../platform/database/index.ts';

/** Who belongs to an account as what, invitations, groups, what a tier gives, and which mails somebody wants. */
export const companiesMigration: Migration = {
  name: '0012_companies',
  async up(db) {
    await memberships(db);
    await invitations(db);
    await events(db);
    await groups(db);
    await tiers(db);
    await choices(db);
  },
};

/**
 * A column with another CHECK takes the old one's place. Making the table anew would, on SQLite, first delete its rows
 * and with them whatever hangs on them.
 */
async function memberships(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('membership')
    .addColumn('role_wider', 'text', (c) =>
      c
        .notNull()
        .defaultTo('member')
        .check(sql`role_wider in ('owner', 'manager', 'member')`),
    )
    .execute();
  await sql`update membership set role_wider = role`.execute(db);
  await db.schema.alterTable('membership').dropColumn('role').execute();
  await db.schema.alterTable('membership').renameColumn('role_wider', 'role').execute();
  for (const table of ['membership', 'account'] as const) {
    await db.schema
      .alterTable(table)
      .addColumn('orders', 'text', (c) =>
        c
          .notNull()
          .defaultTo('own')
          .check(sql`orders in ('own', 'all')`),
      )
      .execute();
    await db.schema
      .alterTable(table)
      .addColumn('tickets', 'text', (c) =>
        c
          .notNull()
          .defaultTo('own')
          .check(sql`tickets in ('own', 'all', 'answer')`),
      )
      .execute();
  }
  await db.schema.alterTable('membership').addColumn('ended_at', 'text').execute();
  await db.schema
    .alterTable('person')
    .addColumn('account_id', 'text', (c) => c.references('account.id'))
    .execute();
}

async function invitations(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('invitation')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('account_id', 'text', (c) => c.notNull().references('account.id'))
    .addColumn('email', 'text', (c) => c.notNull())
    .addColumn('role', 'text', (c) => c.notNull().check(sql`role in ('owner', 'manager', 'member')`))
    .addColumn('orders', 'text', (c) => c.notNull().check(sql`orders in ('own', 'all')`))
    .addColumn('tickets', 'text', (c) => c.notNull().check(sql`tickets in ('own', 'all', 'answer')`))
    .addColumn('locale', 'text', (c) => c.notNull())
    .addColumn('invited_by', 'text', (c) => c.references('person.id'))
    .addColumn('created_at', 'text', (c) => c.notNull())
    .addColumn('expires_at', 'text', (c) => c.notNull())
    .addColumn('mailed_at', 'text')
    .addColumn('ended_at', 'text')
    .addColumn('outcome', 'text', (c) => c.check(sql`outcome in ('joined', 'withdrawn', 'declined', 'replaced')`))
    .execute();
  await sql`create unique index invitation_open on invitation (account_id, email) where ended_at is null`.execute(db);
  await db.schema.createIndex('invitation_email').on('invitation').column('email').execute();
}

async function events(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('account_event')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('account_id', 'text', (c) => c.notNull().references('account.id'))
    .addColumn('type', 'text', (c) => c.notNull())
    .addColumn('at', 'text', (c) => c.notNull())
    .addColumn('actor_id', 'text', (c) => c.references('person.id'))
    .addColumn('person_id', 'text', (c) => c.references('person.id'))
    .addColumn('body', 'text', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('account_event_account').on('account_event').columns(['account_id', 'id']).execute();
  await db.schema.createIndex('account_event_person').on('account_event').column('person_id').execute();
}

async function groups(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('customer_group')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('key', 'text', (c) => c.notNull().unique())
    .addColumn('names', 'text', (c) => c.notNull())
    .addColumn('created_at', 'text', (c) => c.notNull())
    .execute();
  await db.schema
    .createTable('group_member')
    .addColumn('group_id', 'text', (c) => c.notNull().references('customer_group.id').onDelete('cascade'))
    .addColumn('person_id', 'text', (c) => c.notNull().references('person.id'))
    .addColumn('source', 'text', (c) => c.notNull().check(sql`source in ('staff', 'crm', 'rule')`))
    .addColumn('created_at', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('group_member_key', ['group_id', 'person_id', 'source'])
    .execute();
  await db.schema.createIndex('group_member_person').on('group_member').column('person_id').execute();
}

async function tiers(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('tier')
    .addColumn('key', 'text', (c) => c.notNull().defaultTo(''))
    .execute();
  await sql`update tier set key = 'tier-' || cast(rank as text)`.execute(db);
  await db.schema.createIndex('tier_key').on('tier').column('key').unique().execute();
  await db.schema
    .alterTable('tier')
    .addColumn('benefits', 'text', (c) => c.notNull().defaultTo('{}'))
    .execute();
  await db.schema.alterTable('tier').addColumn('solution_hours', 'integer').execute();
}

async function choices(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('mail_choice')
    .addColumn('person_id', 'text', (c) => c.notNull().references('person.id').onDelete('cascade'))
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('wanted', 'integer', (c) => c.notNull().check(sql`wanted in (0, 1)`))
    .addPrimaryKeyConstraint('mail_choice_key', ['person_id', 'kind'])
    .execute();
}
