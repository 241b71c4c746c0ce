import { sql } from 'kysely';
import { authorize, type Viewer } from '../../accounts/index.ts';
import type { Database, Db } from '../../platform/database/index.ts';
import type { TicketState } from '../tables.ts';
import { ticketName, ticketNumber } from './ticketNumber.ts';
import { workableTickets } from './visibleTickets.ts';

const PAGE = 50;

/** The desk's saved views. */
const deskViews = ['open', 'mine', 'unassigned', 'waiting', 'solved'] as const;
export type DeskView = (typeof deskViews)[number];

/** A ticket in the desk's queue. */
export interface DeskRow {
  number: string;
  subject: string;
  state: TicketState;
  customer: { id: string; name: string; email: string; verified: boolean };
  assignee: string | null;
  order: string | null;
  openedAt: string;
  updatedAt: string;
  /** Whether a colleague has answered yet. */
  answered: boolean;
}

export interface DeskQueue {
  view: DeskView;
  tickets: DeskRow[];
  counts: Record<DeskView, number>;
  next: string | null;
}

/** The queue: who waits longest stands first. */
export function createDeskQueue({ database }: { database: Database }) {
  function inView(viewer: Viewer, view: DeskView, db: Db) {
    const query = workableTickets(viewer, db);
    const me = viewer.kind === 'person' ? viewer.personId : '';
    if (view === 'mine')
      return query.where('ticket.assigneeId', '=', me).where('ticket.state', 'in', ['open', 'waiting_for_you']);
    if (view === 'unassigned')
      return query.where('ticket.assigneeId', 'is', null).where('ticket.state', 'in', ['open', 'waiting_for_you']);
    if (view === 'waiting') return query.where('ticket.state', '=', 'waiting_for_you');
    if (view === 'solved') return query.where('ticket.state', 'in', ['solved', 'closed']);
    return query.where('ticket.state', 'in', ['open', 'waiting_for_you']);
  }

  async function count(viewer: Viewer, view: DeskView): Promise<number> {
    const { number } = await inView(viewer, view, database.reports)
      .select((eb) => eb.fn.countAll<number>().as('number'))
      .executeTakeFirstOrThrow();
    return Number(number);
  }

  return async function queue(
    viewer: Viewer,
    input: { view: DeskView; find?: string; after?: string },
  ): Promise<DeskQueue> {
    authorize(viewer, 'ticket.work');
    let query = inView(viewer, input.view, database.reports)
      .innerJoin('person as customer', 'customer.id', 'ticket.personId')
      .leftJoin('person as assignee', 'assignee.id', 'ticket.assigneeId')
      .select(['ticket.id', 'ticket.number', 'ticket.subject', 'ticket.state', 'ticket.orderNumber'])
      .select(['ticket.openedAt', 'ticket.updatedAt', 'ticket.firstReplyAt'])
      .select(['customer.id as customerId', 'customer.name', 'customer.email', 'customer.verifiedAt'])
      .select('assignee.name as assignee');
    if (input.find) query = query.where(wanted(input.find));
    const [at, id] = input.after?.split('~') ?? [];
    if (at && id) query = query.where((eb) => eb(eb.refTuple('ticket.openedAt', 'ticket.id'), '>', eb.tuple(at, id)));
    const rows = await query
      .orderBy('ticket.openedAt')
      .orderBy('ticket.id')
      .limit(PAGE + 1)
      .execute();
    const counts = await Promise.all(deskViews.map(async (view) => [view, await count(viewer, view)] as const));
    const page = rows.slice(0, PAGE);
    const last = page.at(-1);
    return {
      view: input.view,
      tickets: page.map((row) => ({
        number: ticketName(row.number),
        subject: row.subject,
        state: row.state,
        customer: { id: row.customerId, name: row.name, email: row.email, verified: row.verifiedAt !== null },
        assignee: row.assignee,
        order: row.orderNumber,
        openedAt: row.openedAt,
        updatedAt: row.updatedAt,
        answered: row.firstReplyAt !== null,
      })),
      counts: Object.fromEntries(counts) as Record<DeskView, number>,
      next: rows.length > PAGE && last ? `${last.openedAt}~${last.id}` : null,
    };
  };
}

/** By number, words of the subject, the customer's name or address, or the order. */
function wanted(find: string) {
  const like = `%${find
    .trim()
    .toLowerCase()
    .replaceAll(/[\\%_]/g, '\\$&')}%`;
  return sql<boolean>`(ticket.number = ${ticketNumber(find.trim()) ?? -1}
    or lower(ticket.subject) like ${like} escape '\\' or lower(customer.name) like ${like} escape '\\'
    or customer.email like ${like} escape '\\' or lower(ticket.order_number) like ${like} escape '\\')`;
}
