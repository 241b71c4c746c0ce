import { authorize, type Viewer } from '../../accounts/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { numberKey } from '../names.ts';
import type { NoticeKind, UnsaidWhy } from './tables.ts';

/** What was told of an order, or why not, for colleagues. */
export interface NoticeLine {
  kind: NoticeKind;
  at: string;
  /** When it was mailed or decided; null: it waits for its turn. */
  settledAt: string | null;
  unsaid: UnsaidWhy | null;
}

export function createNotices({ database }: { database: Database }) {
  /** The news of one order, oldest first. @throws Refusal `forbidden`, `unauthenticated` */
  return async function notices(viewer: Viewer, number: string): Promise<NoticeLine[]> {
    authorize(viewer, 'customer.read');
    return database.db
      .selectFrom('orderNotice')
      .innerJoin('order', 'order.id', 'orderNotice.orderId')
      .where('order.numberKey', '=', numberKey(number))
      .select(['orderNotice.kind', 'orderNotice.at', 'orderNotice.settledAt', 'orderNotice.unsaid'])
      .orderBy('orderNotice.at')
      .orderBy('orderNotice.kind')
      .execute();
  };
}
