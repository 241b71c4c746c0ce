import { sql } from 'kysely';
import type { Migration } from './migrate.ts';

/** The platform's own tables: queue, idempotency keys, counters, limits. */
export const platformMigration: Migration = {
  name: '0001_platform',
  async up(db, types) {
    await db.schema
      .createTable('idempotency')
      .addColumn('scope', 'text', (c) => c.notNull())
      .addColumn('key', 'text', (c) => c.notNull())
      .addColumn('fingerprint', 'text', (c) => c.notNull())
      .addColumn('result', 'text', (c) => c.notNull())
      .addColumn('created_at', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('idempotency_key', ['scope', 'key'])
      .execute();
    await db.schema.createIndex('idempotency_age').on('idempotency').column('created_at').execute();
    await db.schema
      .createTable('counter')
      .addColumn('name', 'text', (c) => c.primaryKey())
      .addColumn('value', 'bigint', (c) => c.notNull())
      .execute();
    await db.schema
      .createTable('limit_count')
      .addColumn('key', 'text', (c) => c.notNull())
      .addColumn('window_start', 'text', (c) => c.notNull())
      .addColumn('count', 'integer', (c) => c.notNull())
      .addPrimaryKeyConstraint('limit_count_key', ['key', 'window_start'])
      .execute();
    await db.schema.createIndex('limit_count_age').on('limit_count').column('window_start').execute();
    await db.schema
      .createTable('job')
      .addColumn('seq', types.sequence as never)
      .addColumn('id', 'text', (c) => c.notNull().unique())
      .addColumn('kind', 'text', (c) => c.notNull())
      .addColumn('key', 'text', (c) => c.notNull().unique())
      .addColumn('subject', 'text')
      .addColumn('payload', 'text', (c) => c.notNull())
      .addColumn('state', 'text', (c) =>
        c.notNull().check(sql`state in ('waiting', 'queued', 'leased', 'done', 'parked')`),
      )
      .addColumn('attempts', 'integer', (c) => c.notNull())
      .addColumn('lost', 'integer', (c) => c.notNull())
      .addColumn('run_at', 'text', (c) => c.notNull())
      .addColumn('first_at', 'text')
      .addColumn('fence', 'integer', (c) => c.notNull())
      .addColumn('last_error', 'text')
      .addColumn('created_at', 'text', (c) => c.notNull())
      .addColumn('done_at', 'text')
      .execute();
    // Done jobs stay for the record. Each question has an index of just the rows it asks for; one over all states would
    // draw SQLite away from `job_due`, to read whatever waits.
    await sql`create index job_due on job (run_at, seq) where state in ('queued', 'leased')`.execute(db);
    await sql`create index job_lane on job (subject, seq) where state <> 'done' and subject is not null`.execute(db);
    await sql`create index job_done on job (done_at) where state = 'done'`.execute(db);
    await sql`create index job_owed on job (seq) where state in ('waiting', 'queued', 'leased')`.execute(db);
    await sql`create index job_parked on job (seq) where state = 'parked'`.execute(db);
  },
};
