/**
 * The contract of an order source: a plugin that reads orders from one ERP or shop. The ERP owns the orders; Waypost
 * keeps a copy to show. `test/contract/orders/orderSource.ts` proves the promises below.
 */

export type OrderState =
  'received' | 'confirmed' | 'in_preparation' | 'part_shipped' | 'shipped' | 'delivered' | 'cancelled' | 'returned';

export type ShipmentState =
  | 'pending'
  | 'info_received'
  | 'in_transit'
  | 'out_for_delivery'
  | 'attempt_failed'
  | 'available_for_pickup'
  | 'delivered'
  | 'exception'
  | 'expired';

/** Money and quantities are decimal strings (`258.00`); instants are ISO 8601 in UTC. */
export interface SourceOrder {
  /** As the customer knows it. One number belongs to one source. */
  number: string;
  customer: { email: string; name: string };
  account: { id: string; name: string } | null;
  state: OrderState;
  placedAt: string;
  /** When it last changed there. An older one changes nothing here. */
  updatedAt: string;
  /** ISO 4217. */
  currency: string;
  total: string;
  /** The customer's own. */
  reference?: string | null;
  /** Where it goes, in lines. */
  deliverTo?: string | null;
  /** `unitCost`: for colleagues only. */
  lines: { sku: string; name: string; quantity: string; unitPrice: string; unitCost?: string | null }[];
  shipments: {
    tracking: string;
    carrier: string;
    state: ShipmentState;
    expectedAt: string | null;
    /** What lateness is told against; left out: the first `expectedAt`. */
    promisedAt?: string | null;
    /** `https:` only. */
    trackingUrl?: string | null;
    /** What lies in this parcel. */
    contents?: { sku: string; quantity: string }[];
    /** All that are known there. */
    events: { at: string; state: ShipmentState; place: string | null; note: string | null }[];
  }[];
  invoices: {
    number: string;
    issuedAt: string;
    dueAt: string | null;
    total: string;
    state: 'open' | 'paid' | 'void';
  }[];
}

export interface OrderPage {
  /** Changed orders, the least recently changed first. */
  orders: SourceOrder[];
  /** Where the next call goes on; the same as given when there is nothing more. */
  cursor: string;
}

export interface OrderSource {
  /** Unique among the sources of a site; stands beside each order, so it never changes. */
  name: string;
  capabilities: {
    /** Tells of orders that were deleted there; otherwise a full comparison has to find them. */
    deletions: boolean;
  };
  /**
   * What has changed since a cursor. Called again with the same cursor it gives the same orders, as they are now, so a
   * page that was lost is no loss. No order that changed is ever skipped, even among many of one instant.
   * @param cursor null for everything from the beginning.
   * @param limit orders at most.
   */
  changesSince(cursor: string | null, context: SourceContext & { limit: number }): Promise<OrderPage>;
  /** One order by its number as it is now, or null. */
  order(number: string, context: SourceContext): Promise<SourceOrder | null>;
}

export interface SourceContext {
  signal: AbortSignal;
  fetch: typeof globalThis.fetch;
}
