import type { Db } from '../../platform/database/index.ts';
import type { Locale } from '../../platform/i18n/index.ts';
import { ticketName } from './ticketNumber.ts';

/** A ticket as the mails about its opening need it. */
export interface TicketForMail {
  number: string;
  subject: string;
  /** Whether the customer's address is proven. */
  confirmed: boolean;
  customer: { id: string; email: string; locale: Locale };
}

/** A ticket by its id; null for unknown ones. */
export async function ticketForMail(db: Db, ticketId: string): Promise<TicketForMail | null> {
  const row = await db
    .selectFrom('ticket')
    .innerJoin('person', 'person.id', 'ticket.personId')
    .select(['ticket.number', 'ticket.subject', 'ticket.confirmedAt', 'person.id', 'person.email', 'person.locale'])
    .where('ticket.id', '=', ticketId)
    .executeTakeFirst();
  if (!row) return null;
  const { id, email, locale } = row;
  return {
    number: ticketName(row.number),
    subject: row.subject,
    confirmed: row.confirmedAt !== null,
    customer: { id, email, locale },
  };
}
