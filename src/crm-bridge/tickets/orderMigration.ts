import { sql } from 'kysely';
import type { Migration } from '../../platform/database/index.ts';

/** The way from an order to the tickets about it. */
export const ticketOrderMigration: Migration = {
  name: '0009_ticket_order',
  async up(db) {
    await sql`create index ticket_order on ticket (order_number, updated_at) where order_number is not null`.execute(
      db,
    );
  },
};
