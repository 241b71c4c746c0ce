import type { Db } from '../../platform/database/index.ts';
import type { Locale } from '../../platform/i18n/index.ts';
import type { TicketState } from '../tables.ts';
import { ticketName } from './ticketNumber.ts';

/** An answer of ours as the mail about it tells it. */
export interface ReplyForMail {
  message: { name: string; body: string };
  ticket: { number: string; subject: string; state: TicketState };
  customer: { id: string; email: string; locale: Locale; verified: boolean };
  /** The customer's last words before it. */
  before: { at: string; body: string } | null;
}

/** A public message of ours by its id; null for notes, customers' messages and unknown ids. */
export async function replyForMail(db: Db, messageId: string): Promise<ReplyForMail | null> {
  const row = await db
    .selectFrom('message')
    .innerJoin('ticket', 'ticket.id', 'message.ticketId')
    .innerJoin('person as customer', 'customer.id', 'ticket.personId')
    .leftJoin('person as author', 'author.id', 'message.authorId')
    .select(['message.seq', 'message.body', 'message.ticketId', 'author.name as authorName'])
    .select(['ticket.number', 'ticket.subject', 'ticket.state'])
    .select(['customer.id', 'customer.email', 'customer.locale', 'customer.verifiedAt'])
    .where('message.id', '=', messageId)
    .where('message.visibility', '=', 'customer')
    .where('message.author', '=', 'company')
    .executeTakeFirst();
  if (!row) return null;
  const before = await db
    .selectFrom('message')
    .select(['createdAt as at', 'body'])
    .where('ticketId', '=', row.ticketId)
    .where('visibility', '=', 'customer')
    .where('author', '=', 'customer')
    .where('seq', '<', row.seq)
    .orderBy('seq', 'desc')
    .executeTakeFirst();
  return {
    message: { name: row.authorName ?? '', body: row.body },
    ticket: { number: ticketName(row.number), subject: row.subject, state: row.state },
    customer: { id: row.id, email: row.email, locale: row.locale, verified: row.verifiedAt !== null },
    before: before ?? null,
  };
}
