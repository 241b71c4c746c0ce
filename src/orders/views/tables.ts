import type { Locale } from '../../platform/i18n/index.ts';

declare module '../../platform/database/index.ts' {
  interface Tables {
    orderViewRequest: OrderViewRequestTable;
    orderView: OrderViewTable;
  }
}

/**
 * Somebody who is not signed in wants to see an order. Written alike whatever was typed; whether there is such an order,
 * and whether the address is its customer's, is found out when the worker comes to it. Nothing of it can be read without
 * the id that only the asker's browser holds.
 */
export interface OrderViewRequestTable {
  id: string;
  /** SHA-256 of the request's own id, hexadecimal. */
  hash: string;
  /** What was typed, folded as orders are looked up; null once the worker has looked. */
  numberKey: string | null;
  /** The address that was typed, as a keyed hash; null where an older link stands for it. */
  addressKey: string | null;
  /** The older link that a new mail was asked for with, hashed; null once the worker has looked. */
  viewHash: string | null;
  /** Number and address as they were typed, for the asker's own page: sealed with a key made of the request's id. */
  typed: Uint8Array;
  locale: Locale;
  createdAt: string;
  /** When the worker looked. */
  decidedAt: string | null;
  /** The order that it may show; null for all that belong to none. */
  orderId: string | null;
  /** Whose address it is, for the touch log. */
  personId: string | null;
  /** The six digits, as a keyed hash; random for a request without an order. */
  codeHash: string | null;
  /** Digits typed so far. */
  tries: number;
  /** When the right digits were typed. */
  spentAt: string | null;
  /** When its mail was counted. */
  mailedAt: string | null;
}

/** A link that shows one order to whoever holds it, for a day and as often as they like. */
export interface OrderViewTable {
  /** SHA-256 of the token, hexadecimal. */
  hash: string;
  orderId: string;
  /** The address that the mail went to, as a keyed hash: the link shows nothing once the order has another one. */
  addressKey: string;
  /** Whose address it is, for the touch log. */
  personId: string | null;
  createdAt: string;
  expiresAt: string;
}
