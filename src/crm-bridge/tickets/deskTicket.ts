import { authorize, type Viewer } from '../../accounts/index.ts';
import type { Database, Db } from '../../platform/database/index.ts';
import { Refusal } from '../../platform/refusal.ts';
import type { TicketState } from '../tables.ts';
import type { Timeline } from '../touches/timeline.ts';
import type { Touch } from '../touches/touch.ts';
import { threadOf, type MessageView } from './thread.ts';
import { ticketName, ticketNumber } from './ticketNumber.ts';
import { workableTickets } from './visibleTickets.ts';

/** A ticket as colleagues see it: the thread with its notes, and beside it the way the customer came. */
export interface DeskTicket {
  number: string;
  subject: string;
  state: TicketState;
  locale: string;
  order: string | null;
  openedAt: string;
  updatedAt: string;
  firstReplyAt: string | null;
  /** Whether the customer's address is proven; until then they cannot read our answer on the page. */
  confirmed: boolean;
  customer: { id: string; name: string; email: string; locale: string };
  assignee: { id: string; name: string } | null;
  messages: MessageView[];
  /** What was searched and read before asking, oldest first. */
  story: Touch[];
  cases: { connector: string; reference: string; url: string | null; createdAt: string }[];
  /** The customer's other tickets, newest first. */
  earlier: { number: string; subject: string; state: TicketState }[];
  /** Colleagues it may be given to. */
  colleagues: { id: string; name: string }[];
}

const EARLIER = 5;

export function createDeskTicket({ database, timeline }: { database: Database; timeline: Timeline }) {
  const { db } = database;

  /** @throws Refusal `not_found` for an unknown number. */
  return async function read(viewer: Viewer, name: string): Promise<DeskTicket> {
    authorize(viewer, 'ticket.work');
    const number = ticketNumber(name);
    const row = number === null ? undefined : await find(viewer, db, number);
    if (!row) throw new Refusal('not_found');
    const [messages, story, cases, earlier, colleagues] = await Promise.all([
      threadOf(db, row.id, 'staff'),
      row.inquiry === null ? [] : timeline.ofInquiry(row.inquiry),
      db
        .selectFrom('caseLink')
        .select(['connector', 'reference', 'url', 'createdAt'])
        .where('ticketId', '=', row.id)
        .orderBy('id')
        .execute(),
      workableTickets(viewer, db)
        .select(['ticket.number', 'ticket.subject', 'ticket.state'])
        .where('ticket.personId', '=', row.personId)
        .where('ticket.id', '<>', row.id)
        .orderBy('ticket.updatedAt', 'desc')
        .limit(EARLIER)
        .execute(),
      db
        .selectFrom('person')
        .select(['id', 'name'])
        .where('role', 'in', ['agent', 'administrator'])
        .orderBy('name')
        .execute(),
    ]);
    return {
      number: ticketName(row.number),
      subject: row.subject,
      state: row.state,
      locale: row.locale,
      order: row.orderNumber,
      openedAt: row.openedAt,
      updatedAt: row.updatedAt,
      firstReplyAt: row.firstReplyAt,
      confirmed: row.confirmedAt !== null,
      customer: { id: row.personId, name: row.customerName, email: row.customerEmail, locale: row.customerLocale },
      assignee: colleagues.find(({ id }) => id === row.assigneeId) ?? null,
      messages,
      story,
      cases,
      earlier: earlier.map((ticket) => ({ ...ticket, number: ticketName(ticket.number) })),
      colleagues,
    };
  };
}

function find(viewer: Viewer, db: Db, number: number) {
  return workableTickets(viewer, db)
    .innerJoin('person as customer', 'customer.id', 'ticket.personId')
    .selectAll('ticket')
    .select(['customer.name as customerName', 'customer.email as customerEmail', 'customer.locale as customerLocale'])
    .where('ticket.number', '=', number)
    .executeTakeFirst();
}
