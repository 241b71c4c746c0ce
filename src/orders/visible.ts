import type { ExpressionBuilder } from 'kysely';
import { may, type PersonViewer, type Viewer } from '../accounts/index.ts';
import type { Db, Tables } from '../platform/database/index.ts';

type OrderExpressions = ExpressionBuilder<Tables, 'order'>;

/**
 * The orders a viewer may know of. Every outlet starts here, so that none can forget the condition: people with a proven
 * address see what was ordered under it, unless it is a company's they have left, and what their seats in accounts show
 * them; colleagues who may see customers see them all.
 */
export function visibleOrders(viewer: Viewer, db: Db) {
  const query = db.selectFrom('order');
  if (may(viewer, 'customer.read')) return query;
  if (viewer.kind !== 'person' || !viewer.verified) return query.where((eb) => eb.val(false));
  const wide = viewer.seats.filter(({ orders }) => orders === 'all').map(({ accountId }) => accountId);
  return query.where((eb) =>
    wide.length > 0 ? eb.or([own(eb, viewer), eb('order.accountId', 'in', wide)]) : own(eb, viewer),
  );
}

/**
 * Those of them that a list shows: the account one acts in, as far as its owner lets one see it, else one's own.
 * Colleagues' own lists are about what they themselves bought. Each is one range of one index, however many orders there
 * are, so the conditions are not written on top of those above.
 */
export function listedOrders(viewer: Viewer, db: Db) {
  const query = db.selectFrom('order');
  if (viewer.kind !== 'person' || !viewer.verified) return query.where((eb) => eb.val(false));
  const seat = viewer.seats.find(({ accountId }) => accountId === viewer.accountId);
  if (!seat) return query.where((eb) => own(eb, viewer));
  const ofAccount = query.where('order.accountId', '=', seat.accountId);
  return seat.orders === 'all' ? ofAccount : ofAccount.where('order.customerEmail', '=', viewer.email);
}

/** Ordered under their address, and not a company's they have left. */
function own(eb: OrderExpressions, { email, left }: PersonViewer) {
  const ordered = eb('order.customerEmail', '=', email);
  if (left.length === 0) return ordered;
  return eb.and([ordered, eb.or([eb('order.accountId', 'is', null), eb('order.accountId', 'not in', [...left])])]);
}
