import { sql } from 'kysely';
import { authorize, type Viewer } from '../../accounts/index.ts';
import type { Database, Db } from '../../platform/database/index.ts';
import { instant, type Runtime } from '../../platform/runtime.ts';
import type { Channel, TouchTable } from '../tables.ts';
import { ticketNumber } from '../tickets/ticketNumber.ts';

const PAGE = 50;
const NEW_MS = 7 * 24 * 3_600_000;

/** The list's saved views. */
export type CustomerView = 'late' | 'waiting' | 'mine' | 'new' | 'all';

export interface CustomerRow {
  id: string;
  name: string;
  email: string;
  verified: boolean;
  since: string;
  /** The companies they belong to, by name. */
  companies: string[];
  tierId: string | null;
  owner: string | null;
  /** Tickets that are not solved, and since when the oldest of them has waited for a first answer. */
  open: number;
  unansweredSince: string | null;
  /** The latest contact, in whichever channel; null before the first. */
  lastContact: { at: string; channel: Channel; direction: TouchTable['direction'] } | null;
}

export interface CustomerFilter {
  view: Exclude<CustomerView, 'late'>;
  /** Name, address, or the number of a ticket or order. */
  find?: string | undefined;
  tier?: string | undefined;
  /** A `next` of an earlier page. */
  after?: string | undefined;
}

/** Who the customers are, the newest first. */
export function createCustomerList({ database: { reports }, runtime }: { database: Database; runtime: Runtime }) {
  const customers = (db: Db) =>
    db.selectFrom('person').where('person.role', '=', 'customer').where('person.mergedInto', 'is', null);

  function inView(viewer: Viewer, filter: CustomerFilter) {
    let query = customers(reports);
    if (filter.tier) query = query.where('person.tierId', '=', filter.tier);
    if (filter.find) query = query.where(named(filter.find));
    if (filter.view === 'mine')
      return query.where('person.ownerId', '=', viewer.kind === 'person' ? viewer.personId : '');
    if (filter.view === 'new') return query.where('person.createdAt', '>', instant(runtime.now() - NEW_MS));
    if (filter.view === 'waiting')
      return query.where('person.id', 'in', (eb) =>
        eb.selectFrom('ticket').select('ticket.personId').where('ticket.state', '=', 'waiting_for_you'),
      );
    return query;
  }

  const columns = (query: ReturnType<typeof inView>) =>
    query
      .leftJoin('person as owner', 'owner.id', 'person.ownerId')
      .select(['person.id', 'person.name', 'person.email', 'person.verifiedAt', 'person.createdAt', 'person.tierId'])
      .select('owner.name as owner')
      .select((eb) => [
        eb
          .selectFrom('ticket')
          .select((one) => one.fn.countAll<number>().as('number'))
          .whereRef('ticket.personId', '=', 'person.id')
          .where('ticket.state', 'in', ['open', 'waiting_for_you'])
          .as('open'),
        eb
          .selectFrom('ticket')
          .select((one) => one.fn.min('ticket.openedAt').as('at'))
          .whereRef('ticket.personId', '=', 'person.id')
          .where('ticket.firstReplyAt', 'is', null)
          .where('ticket.state', '=', 'open')
          .as('unansweredSince'),
      ]);

  /** What hangs on each row of a page: two queries, whatever the page's length. */
  async function filled(rows: Awaited<ReturnType<ReturnType<typeof columns>['execute']>>): Promise<CustomerRow[]> {
    const ids = rows.map(({ id }) => id);
    if (ids.length === 0) return [];
    const [companies, contacts] = await Promise.all([companiesOf(reports, ids), lastContacts(reports, ids)]);
    return rows.map((row) => ({
      id: row.id,
      name: row.name,
      email: row.email,
      verified: row.verifiedAt !== null,
      since: row.createdAt,
      companies: companies.get(row.id) ?? [],
      tierId: row.tierId,
      owner: row.owner,
      open: Number(row.open ?? 0),
      unansweredSince: row.unansweredSince,
      lastContact: contacts.get(row.id) ?? null,
    }));
  }

  return {
    /** A page of customers. @throws Refusal `forbidden`, `unauthenticated` */
    async page(viewer: Viewer, filter: CustomerFilter): Promise<{ customers: CustomerRow[]; next: string | null }> {
      authorize(viewer, 'customer.read');
      let query = columns(inView(viewer, filter));
      const [at, id] = filter.after?.split('~') ?? [];
      if (at && id)
        query = query.where((eb) => eb(eb.refTuple('person.createdAt', 'person.id'), '<', eb.tuple(at, id)));
      const rows = await query
        .orderBy('person.createdAt', 'desc')
        .orderBy('person.id', 'desc')
        .limit(PAGE + 1)
        .execute();
      const page = await filled(rows.slice(0, PAGE));
      const last = page.at(-1);
      return { customers: page, next: rows.length > PAGE && last ? `${last.since}~${last.id}` : null };
    },

    /** Customers by their ids, in no order. @throws Refusal `forbidden`, `unauthenticated` */
    async byId(viewer: Viewer, ids: readonly string[]): Promise<CustomerRow[]> {
      authorize(viewer, 'customer.read');
      if (ids.length === 0) return [];
      return filled(await columns(customers(reports).where('person.id', 'in', ids)).execute());
    },

    /** Customers who have waited for a first answer since before `before`, the longest first. */
    async unanswered(viewer: Viewer, before: string, limit: number): Promise<{ personId: string; since: string }[]> {
      authorize(viewer, 'customer.read');
      return reports
        .selectFrom('ticket')
        .select((eb) => ['ticket.personId', eb.fn.min('ticket.openedAt').as('since')])
        .where('ticket.state', '=', 'open')
        .where('ticket.firstReplyAt', 'is', null)
        .where('ticket.openedAt', '<', before)
        .groupBy('ticket.personId')
        .orderBy('since')
        .limit(limit)
        .execute();
    },

    /** How many a view holds. @throws Refusal `forbidden`, `unauthenticated` */
    async count(viewer: Viewer, view: CustomerFilter['view']): Promise<number> {
      authorize(viewer, 'customer.read');
      const { number } = await inView(viewer, { view })
        .select((eb) => eb.fn.countAll<number>().as('number'))
        .executeTakeFirstOrThrow();
      return Number(number);
    },
  };
}

export type CustomerList = ReturnType<typeof createCustomerList>;

/** By name, by address, or by the whole number of a ticket or order. */
function named(find: string) {
  const text = find.trim().toLowerCase();
  const like = `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`;
  return sql<boolean>`(lower(person.name) like ${like} escape '\\' or person.email like ${like} escape '\\'
    or person.id in (select ticket.person_id from ticket
      where ticket.number = ${ticketNumber(text) ?? -1} or lower(ticket.order_number) = ${text}))`;
}

async function companiesOf(db: Db, ids: readonly string[]): Promise<Map<string, string[]>> {
  const rows = await db
    .selectFrom('membership')
    .innerJoin('account', 'account.id', 'membership.accountId')
    .select(['membership.personId', 'account.name'])
    .where('membership.personId', 'in', ids)
    .where('membership.endedAt', 'is', null)
    .orderBy('account.name')
    .execute();
  return new Map(
    [...Map.groupBy(rows, ({ personId }) => personId)].map(([id, of]) => [id, of.map(({ name }) => name)]),
  );
}

/** The latest touch of each person, one step down the index for each of their subjects. */
async function lastContacts(db: Db, ids: readonly string[]): Promise<Map<string, CustomerRow['lastContact']>> {
  const rows = await db
    .selectFrom('subjectKey')
    .innerJoin('touch', (join) =>
      join.on('touch.id', '=', (eb) =>
        eb
          .selectFrom('touch as latest')
          .select('latest.id')
          .whereRef('latest.subject', '=', 'subjectKey.subject')
          .orderBy('latest.occurredAt', 'desc')
          .orderBy('latest.id', 'desc')
          .limit(1),
      ),
    )
    .select(['subjectKey.personId', 'touch.occurredAt', 'touch.channel', 'touch.direction'])
    .where('subjectKey.personId', 'in', ids)
    .orderBy('touch.occurredAt')
    .execute();
  return new Map(
    rows.map(({ personId, occurredAt, channel, direction }) => [
      personId ?? '',
      { at: occurredAt, channel, direction },
    ]),
  );
}
