import { sql, type Kysely } from 'kysely';
import type { ColumnTypes, Dialect, Migration } from '../platform/database/index.ts';

/** Inquiries, touches, tickets and what hangs on them. */
export const bridgeMigration: Migration = {
  name: '0004_crm_bridge',
  async up(db, types, dialect) {
    await inquiries(db);
    await touches(db, types);
    await appendOnly(db, dialect);
    await tickets(db, types);
  },
};

async function inquiries(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('inquiry')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('person_id', 'text', (c) => c.references('person.id'))
    .addColumn('locale', 'text', (c) => c.notNull())
    .addColumn('started_at', 'text', (c) => c.notNull())
    .addColumn('last_at', 'text', (c) => c.notNull())
    .addColumn('ended_at', 'text')
    .addColumn('outcome', 'text', (c) => c.check(sql`outcome in ('answered', 'escalated', 'abandoned')`))
    .execute();
  await sql`create index inquiry_running on inquiry (last_at) where ended_at is null`.execute(db);
}

async function touches(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('touch')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('seq', 'bigint', (c) => c.unique())
    .addColumn('occurred_at', 'text', (c) => c.notNull())
    .addColumn('recorded_at', 'text', (c) => c.notNull())
    .addColumn('type', 'text', (c) => c.notNull())
    .addColumn('channel', 'text', (c) => c.notNull())
    .addColumn('direction', 'text', (c) => c.notNull().check(sql`direction in ('inbound', 'outbound', 'internal')`))
    .addColumn('source_kind', 'text', (c) =>
      c.notNull().check(sql`source_kind in ('channel', 'transaction', 'outbound', 'second_hand', 'research')`),
    )
    .addColumn('source', 'text', (c) => c.notNull())
    .addColumn('actor', 'text', (c) => c.notNull())
    .addColumn('subject', 'text')
    .addColumn('inquiry', 'text')
    .addColumn('campaign', 'text')
    .addColumn('place', 'text')
    .addColumn('body', types.bytes as never, (c) => c.notNull())
    .execute();
  await sql`create index touch_subject on touch (subject, occurred_at, id) where subject is not null`.execute(db);
  await sql`create index touch_inquiry on touch (inquiry, occurred_at, id) where inquiry is not null`.execute(db);
  await sql`create index touch_unsealed on touch (id) where seq is null`.execute(db);
  await db.schema
    .createTable('subject_key')
    .addColumn('subject', 'text', (c) => c.primaryKey())
    .addColumn('person_id', 'text', (c) => c.references('person.id'))
    .addColumn('sealed_key', types.bytes as never, (c) => c.notNull())
    .addColumn('created_at', 'text', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('subject_key_person').on('subject_key').column('person_id').execute();
}

/** A touch is never changed once written and never deleted row by row; only sealing may fill in `seq`, once. */
async function appendOnly(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  const columns = [
    ...['id', 'occurred_at', 'recorded_at', 'type', 'channel', 'direction', 'source_kind', 'source', 'actor'],
    ...['subject', 'inquiry', 'campaign', 'place', 'body'],
  ];
  if (dialect === 'sqlite') {
    const changed = sql.raw(columns.map((column) => `new.${column} is not old.${column}`).join(' or '));
    await sql`create trigger touch_unchanged before update on touch
      when old.seq is not null or ${changed}
      begin select raise(abort, 'touches are append-only'); end`.execute(db);
    await sql`create trigger touch_kept before delete on touch
      begin select raise(abort, 'touches are append-only'); end`.execute(db);
    return;
  }
  const changed = sql.raw(columns.map((column) => `new.${column} is distinct from old.${column}`).join(' or '));
  await sql`create function refuse_touch_change() returns trigger language plpgsql as
    $$ begin raise exception 'touches are append-only'; end $$`.execute(db);
  await sql`create trigger touch_unchanged before update on touch for each row
    when (old.seq is not null or ${changed}) execute function refuse_touch_change()`.execute(db);
  await sql`create trigger touch_kept before delete on touch for each row execute function refuse_touch_change()`.execute(
    db,
  );
  await sql`create trigger touch_not_emptied before truncate on touch execute function refuse_touch_change()`.execute(
    db,
  );
}

async function tickets(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('ticket')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('number', 'bigint', (c) => c.notNull().unique())
    .addColumn('person_id', 'text', (c) => c.notNull().references('person.id'))
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull().check(sql`state in ('open', 'waiting_for_you', 'solved', 'closed')`))
    .addColumn('subject', 'text', (c) => c.notNull())
    .addColumn('locale', 'text', (c) => c.notNull())
    .addColumn('order_number', 'text')
    .addColumn('inquiry', 'text')
    .addColumn('assignee_id', 'text', (c) => c.references('person.id'))
    .addColumn('confirmed_at', 'text')
    .addColumn('opened_at', 'text', (c) => c.notNull())
    .addColumn('updated_at', 'text', (c) => c.notNull())
    .addColumn('first_reply_at', 'text')
    .addColumn('solved_at', 'text')
    .execute();
  await db.schema.createIndex('ticket_person').on('ticket').columns(['person_id', 'updated_at', 'id']).execute();
  await sql`create index ticket_unsolved on ticket (opened_at, id) where state in ('open', 'waiting_for_you')`.execute(
    db,
  );
  await sql`create index ticket_assignee on ticket (assignee_id, opened_at, id) where state in ('open', 'waiting_for_you')`.execute(
    db,
  );
  await db.schema
    .createTable('message')
    .addColumn('seq', types.sequence as never)
    .addColumn('id', 'text', (c) => c.notNull().unique())
    .addColumn('ticket_id', 'text', (c) => c.notNull().references('ticket.id'))
    .addColumn('visibility', 'text', (c) => c.notNull().check(sql`visibility in ('customer', 'staff')`))
    .addColumn('author', 'text', (c) => c.notNull().check(sql`author in ('customer', 'company')`))
    .addColumn('author_id', 'text', (c) => c.references('person.id'))
    .addColumn('body', 'text', (c) => c.notNull())
    .addColumn('channel', 'text', (c) => c.notNull())
    .addColumn('created_at', 'text', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('message_ticket').on('message').columns(['ticket_id', 'seq']).execute();
  await db.schema
    .createTable('attachment')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('claim_hash', 'text', (c) => c.notNull().unique())
    .addColumn('message_id', 'text', (c) => c.references('message.id'))
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('type', 'text', (c) => c.notNull())
    .addColumn('size', 'bigint', (c) => c.notNull())
    .addColumn('created_at', 'text', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('attachment_message').on('attachment').column('message_id').execute();
  await sql`create index attachment_staged on attachment (created_at) where message_id is null`.execute(db);
  await db.schema
    .createTable('case_link')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('ticket_id', 'text', (c) => c.notNull().references('ticket.id'))
    .addColumn('connector', 'text', (c) => c.notNull())
    .addColumn('reference', 'text', (c) => c.notNull())
    .addColumn('url', 'text')
    .addColumn('created_at', 'text', (c) => c.notNull())
    .addUniqueConstraint('case_link_once', ['ticket_id', 'connector'])
    .execute();
}
