declare module '../../platform/database/index.ts' {
  interface Tables {
    orderNotice: OrderNoticeTable;
  }
}

/** What a customer is told of without asking. */
export type NoticeKind = 'shipped' | 'arrived' | 'delivered' | 'late';

/** Why nothing was mailed. */
export type UnsaidWhy = 'over' | 'unproven' | 'unwanted' | 'hidden' | 'old';

/** One piece of news of an order; each is told once, or never. */
export interface OrderNoticeTable {
  orderId: string;
  kind: NoticeKind;
  /** The parcel's id, empty when it is about the order; of a late one, the promise that was broken. */
  key: string;
  /** When it became known here. */
  at: string;
  /** The key of the job that tells it; null until one took it on. */
  mailKey: string | null;
  /** When it was mailed, or it was decided that it is not. */
  settledAt: string | null;
  /** Null for what was mailed, or is still to be. */
  unsaid: UnsaidWhy | null;
}
