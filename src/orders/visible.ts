import { may, type PersonViewer, type Viewer } from '../accounts/index.ts';
import type { Db } from '../platform/database/index.ts';

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
  return query.where((eb) => {
    const own = eb.and([eb('order.customerEmail', '=', viewer.email), notLeft(viewer)]);
    return wide.length > 0 ? eb.or([own, eb('order.accountId', 'in', wide)]) : own;

    function notLeft({ left }: PersonViewer) {
      if (left.length === 0) return eb.and([]);
      return eb.or([eb('order.accountId', 'is', null), eb('order.accountId', 'not in', [...left])]);
    }
  });
}

/**
 * Those of them that a list shows: the account one acts in, as far as its owner lets one see it, else one's own.
 * Colleagues' own lists are about what they themselves bought.
 */
export function listedOrders(viewer: Viewer, db: Db) {
  const visible = visibleOrders(viewer, db);
  if (viewer.kind !== 'person' || !viewer.verified) return visible.where((eb) => eb.val(false));
  const seat = viewer.seats.find(({ accountId }) => accountId === viewer.accountId);
  if (!seat) return visible.where('order.customerEmail', '=', viewer.email);
  const ofAccount = visible.where('order.accountId', '=', seat.accountId);
  return seat.orders === 'all' ? ofAccount : ofAccount.where('order.customerEmail', '=', viewer.email);
}
