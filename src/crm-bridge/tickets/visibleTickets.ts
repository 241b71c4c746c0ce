import { isStaff, may, type Viewer } from '../../accounts/index.ts';
import type { Database, Db } from '../../platform/database/index.ts';

/**
 * The tickets a viewer may know of, as a customer: their own, once their address was proven. Every customer's outlet
 * starts here, so that no page can forget the condition.
 */
export function visibleTickets(viewer: Viewer, db: Db) {
  const query = db.selectFrom('ticket');
  if (viewer.kind !== 'person' || !viewer.verified) return query.where((eb) => eb.val(false));
  return query.where('ticket.personId', '=', viewer.personId).where('ticket.confirmedAt', 'is not', null);
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
