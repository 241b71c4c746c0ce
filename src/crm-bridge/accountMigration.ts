import type { Migration } from '../platform/database/index.ts';

/** A ticket may belong to a company's account; its owner chooses which colleagues read it. Null: the asker's alone. */
export const ticketAccountMigration: Migration = {
  name: '0012_companies_tickets',
  async up(db) {
    await db.schema
      .alterTable('ticket')
      .addColumn('account_id', 'text', (c) => c.references('account.id'))
      .execute();
    await db.schema.createIndex('ticket_account').on('ticket').columns(['account_id', 'updated_at', 'id']).execute();
  },
};
