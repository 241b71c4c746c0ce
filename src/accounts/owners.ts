import { z } from 'zod';
import type { Database, Db } from '../platform/database/index.ts';
import { oneLine, optional, readInput } from '../platform/fields/index.ts';
import { Refusal } from '../platform/refusal.ts';
import { authorize } from './authorize.ts';
import type { Viewer } from './viewer.ts';

const ownerFields = z.object({ owner: optional(oneLine(64)) });

/** Which colleague looks after which customer. */
export function createOwners({ database }: { database: Database }) {
  return {
    /**
     * Gives a customer to a colleague, or to nobody.
     * @throws Refusal `invalid` for somebody who does not work on tickets, `not_found` for an unknown customer
     */
    async setOwner(viewer: Viewer, personId: string, input: unknown): Promise<void> {
      authorize(viewer, 'customer.log');
      const { owner } = readInput(ownerFields, input);
      await database.transaction(async (tx) => {
        if (owner !== undefined) await requireColleague(tx, owner, 'owner');
        const { numUpdatedRows } = await tx
          .updateTable('person')
          .set({ ownerId: owner ?? null })
          .where('id', '=', personId)
          .where('role', '=', 'customer')
          .executeTakeFirst();
        if (numUpdatedRows === 0n) throw new Refusal('not_found');
      });
    },

    /**
     * Gives all customers and accounts of one colleague to another, in the caller's transaction.
     * @returns the customers' ids, and how many accounts.
     * @throws Refusal `invalid` naming `to` for somebody who does not work on tickets, or for the same person
     */
    async handOverCustomers(tx: Db, viewer: Viewer, from: string, to: string) {
      authorize(viewer, 'customer.handOver', { from });
      if (from === to) throw new Refusal('invalid', { fields: [{ field: 'to', key: 'errors.choice' }] });
      await requireColleague(tx, to, 'to');
      const people = await tx
        .updateTable('person')
        .set({ ownerId: to })
        .where('ownerId', '=', from)
        .returning('id')
        .execute();
      const accounts = await tx
        .updateTable('account')
        .set({ ownerId: to })
        .where('ownerId', '=', from)
        .executeTakeFirst();
      return { people: people.map(({ id }) => id), accounts: Number(accounts.numUpdatedRows) };
    },

    /** How much a colleague looks after. @throws Refusal `forbidden` */
    async owned(viewer: Viewer, colleague: string): Promise<{ people: number; accounts: number }> {
      authorize(viewer, 'customer.handOver', { from: colleague });
      const count = async (table: 'person' | 'account') => {
        const { number } = await database.reports
          .selectFrom(table)
          .select((eb) => eb.fn.countAll<number>().as('number'))
          .where('ownerId', '=', colleague)
          .executeTakeFirstOrThrow();
        return Number(number);
      };
      return { people: await count('person'), accounts: await count('account') };
    },
  };
}

/** Customers are given to people who may work with them, and to nobody else. */
async function requireColleague(tx: Db, personId: string, field: string): Promise<void> {
  const row = await tx
    .selectFrom('person')
    .select('id')
    .where('id', '=', personId)
    .where('role', 'in', ['agent', 'administrator'])
    .where('verifiedAt', 'is not', null)
    .executeTakeFirst();
  if (!row) throw new Refusal('invalid', { fields: [{ field, key: 'errors.choice' }] });
}
