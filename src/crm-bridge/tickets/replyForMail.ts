import { may, viewerOfPerson } from '../../accounts/index.ts';
import type { Db } from '../../platform/database/index.ts';
import type { Locale } from '../../platform/i18n/index.ts';
import type { TicketState } from '../tables.ts';
import { ticketName } from './ticketNumber.ts';
import { gatedTicket } from './visibleTickets.ts';

/** A message as the mail about it tells it to one reader. */
export interface ReplyForMail {
  message: { name: string; body: string };
  ticket: { number: string; subject: string; state: TicketState };
  /** Whom the mail goes to. */
  customer: { id: string; email: string; locale: Locale };
  /** Whether they asked it themselves. */
  mine: boolean;
  /** Whether they may read it now: nothing of it goes to anybody else. */
  mayRead: boolean;
  /** The customer's last words before it; `name` is null for the reader's own. */
  before: { at: string; body: string; name: string | null } | null;
}

/**
 * A message by its id for one reader; null for notes, unknown ids, and a side other than `from`.
 * @param personId the reader; left out: whoever asked.
 */
export async function replyForMail(
  db: Db,
  messageId: string,
  { from, personId }: { from: 'company' | 'customer'; personId?: string | undefined },
): Promise<ReplyForMail | null> {
  const row = await db
    .selectFrom('message')
    .innerJoin('ticket', 'ticket.id', 'message.ticketId')
    .leftJoin('person as author', 'author.id', 'message.authorId')
    .select(['message.seq', 'message.body', 'message.ticketId', 'author.name as authorName'])
    .select(['ticket.number', 'ticket.subject', 'ticket.state'])
    .select(['ticket.personId', 'ticket.accountId', 'ticket.confirmedAt'])
    .where('message.id', '=', messageId)
    .where('message.visibility', '=', 'customer')
    .where('message.author', '=', from)
    .executeTakeFirst();
  const reader = row && (await viewerOfPerson(db, personId ?? row.personId));
  if (!row || !reader) return null;
  const before = await db
    .selectFrom('message')
    .leftJoin('person', 'person.id', 'message.authorId')
    .select(['message.createdAt as at', 'message.body', 'message.authorId', 'person.name'])
    .where('ticketId', '=', row.ticketId)
    .where('visibility', '=', 'customer')
    .where('author', '=', 'customer')
    .where('seq', '<', row.seq)
    .orderBy('seq', 'desc')
    .executeTakeFirst();
  return {
    message: { name: row.authorName ?? '', body: row.body },
    ticket: { number: ticketName(row.number), subject: row.subject, state: row.state },
    customer: { id: reader.personId, email: reader.email, locale: reader.locale },
    mine: row.personId === reader.personId,
    mayRead: may(reader, 'ticket.read', gatedTicket(row)),
    before: before
      ? { at: before.at, body: before.body, name: before.authorId === reader.personId ? null : before.name }
      : null,
  };
}
