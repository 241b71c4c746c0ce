import type { OrderState, ShipmentState } from './source.ts';

declare module '../platform/database/index.ts' {
  interface Tables {
    order: OrderTable;
    orderLine: OrderLineTable;
    shipment: ShipmentTable;
    shipmentEvent: ShipmentEventTable;
    invoice: InvoiceTable;
    sourceCursor: SourceCursorTable;
  }
}

export interface OrderTable {
  id: string;
  /** As the source writes it. */
  number: string;
  /** As it is looked up: compatibility forms, spaces and case folded. */
  numberKey: string;
  /** Whose order it is: `push:` and the key's name, `file:` and the file source's name, or a plugin's name. It stays. */
  source: string;
  /** Canonical: trimmed, in lower case. Who proved this address sees the order. Null once its person was erased. */
  customerEmail: string | null;
  customerName: string;
  accountId: string | null;
  /** The customer's own reference. */
  reference: string | null;
  /** Where it goes, in lines. */
  deliverTo: string | null;
  state: OrderState;
  /** Since when it is so: when its source first told of it. */
  stateAt: string;
  /** ISO 4217. */
  currency: string;
  total: string;
  lineCount: number;
  placedAt: string;
  /** When it last changed at its source. An older one changes nothing. */
  updatedAt: string;
  /** 1 while something is still to come: lists show these first. */
  moving: number;
  /** When the next thing still to come was promised; null: nothing is promised or owed. Once past, the order is late. */
  promisedAt: string | null;
  /** When the promise of `promisedAt` was found broken; null again with a new promise. */
  lateNotedAt: string | null;
  /** What the search over orders looks at: numbers, products, parcels, invoices, folded like `numberKey`, by lines. */
  findText: string;
  recordedAt: string;
}

export interface OrderLineTable {
  orderId: string;
  position: number;
  sku: string;
  name: string;
  quantity: string;
  unitPrice: string;
  /** For colleagues only. */
  unitCost: string | null;
}

export interface ShipmentTable {
  id: string;
  orderId: string;
  position: number;
  tracking: string;
  trackingKey: string;
  carrier: string;
  carrierKey: string;
  /** Where its carrier shows it; `https:` only. */
  trackingUrl: string | null;
  /** JSON: `{ sku, quantity }[]`, what lies in this parcel; empty when the source does not say. */
  contents: string;
  /** Follows the event that is latest in time. */
  state: ShipmentState;
  stateAt: string;
  /** Of that event, too. */
  place: string | null;
  note: string | null;
  /** When it comes, by the latest word. */
  expectedAt: string | null;
  /** When it was to come by the first word; what lateness is told against. */
  promisedAt: string | null;
}

export interface ShipmentEventTable {
  id: string;
  shipmentId: string;
  /** The order's source, or `partner:` and the key's name. */
  source: string;
  /** The source's own id of the event; made of its content where it has none. Once only for each source and parcel. */
  eventId: string;
  at: string;
  state: ShipmentState;
  place: string | null;
  note: string | null;
  recordedAt: string;
}

export interface InvoiceTable {
  orderId: string;
  number: string;
  /** Calendar dates: `2026-11-02`. */
  issuedAt: string;
  dueAt: string | null;
  total: string;
  state: 'open' | 'paid' | 'void';
}

/** How far a pulled source was read. */
export interface SourceCursorTable {
  source: string;
  cursor: string | null;
  readAt: string | null;
  failedAt: string | null;
  /** How many reads in a row failed. */
  failures: number;
  /** What was wrong, without a word of the source's answer that could be personal. */
  problem: string | null;
}
