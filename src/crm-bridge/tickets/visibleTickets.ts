import { isStaff, may, type GatedTicket, type Viewer } from '../../accounts/index.ts';
import type { Database, Db } from '../../platform/database/index.ts';

/**
 * The tickets a viewer may know of, as a customer: their own, once their address was proven and unless they have left
 * the company they asked for, and those of accounts whose owner lets them read all. Every customer's outlet starts here,
 * so that no page can forget the condition.
 */
export function visibleTickets(viewer: Viewer, db: Db) {
  const query = db.selectFrom('ticket');
  if (viewer.kind !== 'person' || !viewer.verified) return query.where((eb) => eb.val(false));
  const { personId, left } = viewer;
  const shared = viewer.seats.flatMap((seat) => (seat.tickets === 'own' ? [] : seat.accountId));
  return query.where('ticket.confirmedAt', 'is not', null).where((eb) => {
    const asked = eb('ticket.personId', '=', personId);
    const own =
      left.length === 0
        ? asked
        : asked.and(eb.or([eb('ticket.accountId', 'is', null), eb('ticket.accountId', 'not in', left)]));
    return shared.length === 0 ? own : eb.or([own, eb('ticket.accountId', 'in', shared)]);
  });
}

/** Those of them that belong to where the viewer acts: the account, or what they asked themselves. */
export function listedTickets(viewer: Viewer, db: Db) {
  const visible = visibleTickets(viewer, db);
  if (viewer.kind !== 'person') return visible;
  const { personId, accountId } = viewer;
  return accountId === null
    ? visible.where('ticket.personId', '=', personId)
    : visible.where('ticket.accountId', '=', accountId);
}

/** A ticket's row as the gate asks for it. */
export function gatedTicket(
  row: { personId: string; accountId: string | null; confirmedAt: string | null } | undefined,
): GatedTicket | null {
  return row ? { personId: row.personId, accountId: row.accountId, confirmed: row.confirmedAt !== null } : null;
}

/** The tickets a colleague may work on: all, or none. */
export function workableTickets(viewer: Viewer, db: Db) {
  const query = db.selectFrom('ticket');
  return isStaff(viewer) && may(viewer, 'ticket.work') ? query : query.where((eb) => eb.val(false));
}

/**
 * Holds the rows of a query until the transaction ends, so that two who change one ticket take turns. On SQLite there is
 * one writer anyway.
 */
export function alone<Query extends { forUpdate(): Query }>(query: Query, { dialect }: Database): Query {
  return dialect === 'postgres' ? query.forUpdate() : query;
}
