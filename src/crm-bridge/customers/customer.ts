import { authorize, type Viewer } from '../../accounts/index.ts';
import type { Database } from '../../platform/database/index.ts';
import type { Locale } from '../../platform/i18n/index.ts';
import { Refusal } from '../../platform/refusal.ts';
import type { TicketState } from '../tables.ts';
import { ticketName } from '../tickets/ticketNumber.ts';
import { workableTickets } from '../tickets/visibleTickets.ts';

/** Whose timeline it is, as colleagues see them. */
export interface Customer {
  id: string;
  name: string;
  email: string;
  /** Whether the address is proven theirs. */
  verified: boolean;
  locale: Locale;
  /** When we first heard of them. */
  since: string;
  /** The accounts they belong to, by name. */
  companies: { id: string; name: string; externalId: string | null }[];
  tierId: string | null;
  /** The colleague who looks after them. */
  ownerId: string | null;
  /** Their latest tickets, newest change first. */
  tickets: { number: string; subject: string; state: TicketState; assignee: string | null; updatedAt: string }[];
  /** All of them, those beyond `tickets` included. */
  ticketCount: number;
  /** Who may have spoken with them, to put names to touches. */
  colleagues: { id: string; name: string }[];
}

const LATEST = 10;

/** Who a customer is, beside their timeline. */
export function createCustomers({ database: { db } }: { database: Database }) {
  /**
   * @param personId a guest who turned out to be somebody we know is answered with that person.
   * @throws Refusal `not_found` for nobody.
   */
  return async function customer(viewer: Viewer, personId: string): Promise<Customer> {
    authorize(viewer, 'customer.read');
    const id = (await find(personId))?.mergedInto ?? personId;
    const person = await find(id);
    if (!person) throw new Refusal('not_found');
    const [companies, tickets, counted, colleagues] = await Promise.all([
      db
        .selectFrom('membership')
        .innerJoin('account', 'account.id', 'membership.accountId')
        .select(['account.id', 'account.name', 'account.externalId'])
        .where('membership.personId', '=', id)
        .where('membership.endedAt', 'is', null)
        .orderBy('account.name')
        .execute(),
      workableTickets(viewer, db)
        .leftJoin('person as assignee', 'assignee.id', 'ticket.assigneeId')
        .select(['ticket.number', 'ticket.subject', 'ticket.state', 'ticket.updatedAt', 'assignee.name as assignee'])
        .where('ticket.personId', '=', id)
        .orderBy('ticket.updatedAt', 'desc')
        .orderBy('ticket.id', 'desc')
        .limit(LATEST)
        .execute(),
      workableTickets(viewer, db)
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .where('ticket.personId', '=', id)
        .executeTakeFirstOrThrow(),
      db.selectFrom('person').select(['id', 'name']).where('role', '<>', 'customer').orderBy('name').execute(),
    ]);
    return {
      id,
      name: person.name,
      email: person.email,
      verified: person.verifiedAt !== null,
      locale: person.locale,
      since: person.createdAt,
      companies: companies.map((company) => ({ ...company })),
      tierId: person.tierId,
      ownerId: person.ownerId,
      tickets: tickets.map((ticket) => ({ ...ticket, number: ticketName(ticket.number) })),
      ticketCount: Number(counted.count),
      colleagues,
    };
  };

  function find(id: string) {
    return db
      .selectFrom('person')
      .select(['name', 'email', 'verifiedAt', 'locale', 'createdAt', 'mergedInto', 'tierId', 'ownerId'])
      .where('id', '=', id)
      .executeTakeFirst();
  }
}
