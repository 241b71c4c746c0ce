import type { Db } from '../../platform/database/index.ts';

/**
 * The orders that are seen by their address alone, on its mailbox's word: the same as their person would see signed in.
 * What is a company's is no longer theirs once they left it, whoever still reads the mails.
 */
export function ordersOfAddresses(db: Db) {
  return db
    .selectFrom('order')
    .where('order.customerEmail', 'is not', null)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('person')
            .innerJoin('membership', 'membership.personId', 'person.id')
            .select('person.id')
            .whereRef('person.email', '=', 'order.customerEmail')
            .where('person.verifiedAt', 'is not', null)
            .whereRef('membership.accountId', '=', 'order.accountId')
            .where('membership.endedAt', 'is not', null),
        ),
      ),
    );
}
