import { sql, type Kysely } from 'kysely';
import type { ColumnTypes, Migration } from '../../platform/database/index.ts';

/** Seals of the touch log, what retention leaves behind, and which events of other systems are in it. */
export const touchSealsMigration: Migration = {
  name: '0014_touch_seals',
  async up(db, types, dialect) {
    await seals(db, types);
    await sealer(db);
    await db.schema
      .createTable('touch_count')
      .addColumn('month', 'text', (c) => c.notNull())
      .addColumn('type', 'text', (c) => c.notNull())
      .addColumn('channel', 'text', (c) => c.notNull())
      .addColumn('count', 'bigint', (c) => c.notNull())
      .addPrimaryKeyConstraint('touch_count_key', ['month', 'type', 'channel'])
      .execute();
    await db.schema
      .createTable('touch_event')
      .addColumn('hash', 'text', (c) => c.primaryKey())
      .addColumn('touch_id', 'text', (c) => c.notNull().unique())
      .execute();
    if (dialect === 'sqlite') await sqliteTriggers(db);
    else await postgresTriggers(db);
  },
};

async function seals(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('touch_seal')
    .addColumn('number', 'bigint', (c) => c.primaryKey())
    .addColumn('first_seq', 'bigint', (c) => c.notNull().unique())
    .addColumn('last_seq', 'bigint', (c) => c.notNull())
    .addColumn('count', 'bigint', (c) => c.notNull())
    .addColumn('keep_months', 'integer', (c) => c.notNull())
    .addColumn('types', 'text', (c) => c.notNull())
    .addColumn('last_at', 'text', (c) => c.notNull())
    .addColumn('sealed_at', 'text', (c) => c.notNull())
    .addColumn('previous', 'text', (c) => c.notNull())
    .addColumn('rows_digest', 'text', (c) => c.notNull())
    .addColumn('hash', 'text', (c) => c.notNull())
    .addColumn('mac', 'text', (c) => c.notNull())
    .addColumn('leaves', types.bytes as never, (c) => c.notNull())
    .addColumn('dropped_at', 'text')
    .addColumn('dropped_mac', 'text')
    .execute();
  await sql`create index touch_seal_due on touch_seal (keep_months, last_at, number) where dropped_at is null`.execute(
    db,
  );
}

async function sealer(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('touch_sealer')
    .addColumn('id', 'integer', (c) => c.primaryKey().check(sql`id = 1`))
    .addColumn('holder', 'text')
    .addColumn('fence', 'bigint', (c) => c.notNull())
    .addColumn('until', 'text', (c) => c.notNull())
    .addColumn('head_number', 'bigint', (c) => c.notNull())
    .addColumn('head_seq', 'bigint', (c) => c.notNull())
    .addColumn('head_hash', 'text', (c) => c.notNull())
    .addColumn('head_mac', 'text', (c) => c.notNull())
    .execute();
  await sql`insert into touch_sealer (id, holder, fence, until, head_number, head_seq, head_hash, head_mac)
    values (1, null, 0, '', 0, 0, '', '')`.execute(db);
}

/** What retention may change of a seal is its mark, once, and the leaves that go with the rows. */
const KEPT = [
  ...['number', 'first_seq', 'last_seq', 'count', 'keep_months', 'types', 'last_at', 'sealed_at'],
  ...['previous', 'rows_digest', 'hash', 'mac'],
];

/** A sealed touch goes only with its whole segment, after the segment's seal was marked as dropped. */
async function sqliteTriggers(db: Kysely<unknown>): Promise<void> {
  const changed = sql.raw(KEPT.map((column) => `new.${column} is not old.${column}`).join(' or '));
  await sql`drop trigger touch_kept`.execute(db);
  await sql`create trigger touch_kept before delete on touch
    when (select case when last_seq >= old.seq then dropped_at end from touch_seal
      where first_seq <= old.seq order by first_seq desc limit 1) is null
    begin select raise(abort, 'touches are append-only'); end`.execute(db);
  await sql`create trigger touch_seal_unchanged before update on touch_seal
    when old.dropped_at is not null or new.dropped_at is null or ${changed}
    begin select raise(abort, 'seals are append-only'); end`.execute(db);
  await sql`create trigger touch_seal_kept before delete on touch_seal
    begin select raise(abort, 'seals are append-only'); end`.execute(db);
  await sql`create trigger touch_sealer_kept before delete on touch_sealer
    begin select raise(abort, 'the sealer has its row'); end`.execute(db);
}

async function postgresTriggers(db: Kysely<unknown>): Promise<void> {
  const changed = sql.raw(KEPT.map((column) => `new.${column} is distinct from old.${column}`).join(' or '));
  await sql`create function refuse_touch_loss() returns trigger language plpgsql as $$ begin
    if (select case when last_seq >= old.seq then dropped_at end from touch_seal
      where first_seq <= old.seq order by first_seq desc limit 1) is null
    then raise exception 'touches are append-only'; end if;
    return old; end $$`.execute(db);
  await sql`drop trigger touch_kept on touch`.execute(db);
  await sql`create trigger touch_kept before delete on touch for each row execute function refuse_touch_loss()`.execute(
    db,
  );
  await sql`create function refuse_seal_change() returns trigger language plpgsql as
    $$ begin raise exception 'seals are append-only'; end $$`.execute(db);
  await sql`create trigger touch_seal_unchanged before update on touch_seal for each row
    when (old.dropped_at is not null or new.dropped_at is null or ${changed})
    execute function refuse_seal_change()`.execute(db);
  for (const table of ['touch_seal', 'touch_sealer']) {
    const name = sql.table(table);
    await sql`create trigger ${sql.ref(`${table}_kept`)} before delete on ${name}
      for each row execute function refuse_seal_change()`.execute(db);
    await sql`create trigger ${sql.ref(`${table}_not_emptied`)} before truncate on ${name}
      execute function refuse_seal_change()`.execute(db);
  }
}
