/** What pages, mails and the API read of orders. Amounts and quantities are decimal strings, instants ISO 8601 in UTC. */
import type { Viewer } from '../accounts/index.ts';
import type { OrderState, ShipmentState } from './source.ts';

/** The one line: where an order is and when it comes. */
export interface Whereabouts {
  /** What is shown: `late` wins over everything that is still to come; else the foremost parcel's or the order's state. */
  state: OrderState | ShipmentState | 'late';
  /** The parcel it speaks of, counted from 1; null when it speaks of the order. */
  parcel: number | null;
  parcels: number;
  carrier: string | null;
  place: string | null;
  /** Since when it is so. */
  since: string;
  /** When it comes by the latest word. */
  expectedAt: string | null;
  /** When it was to come by the first word. */
  promisedAt: string | null;
  /** Whole days late, at least 1; null when it is not late. */
  daysLate: number | null;
  /** The carrier's or source's own words with the latest event. */
  note: string | null;
}

export interface OrderSummary {
  number: string;
  state: OrderState;
  placedAt: string;
  updatedAt: string;
  currency: string;
  total: string;
  /** Who ordered. */
  customerName: string;
  accountName: string | null;
  /** Something is still to come. */
  moving: boolean;
  /** The names of the first three lines, and how many there are. */
  products: string[];
  lineCount: number;
  whereabouts: Whereabouts;
}

export interface OrderLine {
  sku: string;
  name: string;
  quantity: string;
  unitPrice: string;
  /** Quantity times price. */
  sum: string;
  /** For colleagues only; absent for everybody else. */
  unitCost?: string;
}

export interface ShipmentEvent {
  at: string;
  state: ShipmentState;
  place: string | null;
  note: string | null;
}

export interface Shipment {
  tracking: string;
  carrier: string;
  trackingUrl: string | null;
  state: ShipmentState;
  stateAt: string;
  expectedAt: string | null;
  promisedAt: string | null;
  late: boolean;
  /** What lies in it; empty when the source does not say. */
  contents: { sku: string; name: string; quantity: string }[];
  /** The latest in time first. */
  events: ShipmentEvent[];
}

export interface Invoice {
  number: string;
  /** Calendar dates. */
  issuedAt: string;
  dueAt: string | null;
  total: string;
  state: 'open' | 'paid' | 'void';
  /** Open past its due date. */
  overdue: boolean;
}

export interface Order extends OrderSummary {
  reference: string | null;
  deliverTo: string | null;
  lines: OrderLine[];
  shipments: Shipment[];
  invoices: Invoice[];
}

/** An order as its source is answered: what is stored of it, in the words in which it was told. */
export interface StoredOrder {
  number: string;
  customer: { email: string | null; name: string };
  account: { id: string | null; name: string } | null;
  state: OrderState;
  placedAt: string;
  updatedAt: string;
  currency: string;
  total: string;
  reference: string | null;
  deliverTo: string | null;
  lines: { sku: string; name: string; quantity: string; unitPrice: string; unitCost: string | null }[];
  shipments: {
    tracking: string;
    carrier: string;
    trackingUrl: string | null;
    /** That of the event that is latest in time, whoever told of it. */
    state: ShipmentState;
    expectedAt: string | null;
    promisedAt: string | null;
    contents: { sku: string; quantity: string }[];
    events: ShipmentEvent[];
  }[];
  invoices: Omit<Invoice, 'overdue'>[];
}

/** Which orders a list shows. */
export interface OrderFilter {
  /** `moving`, `delivered`, `cancelled` or `returned`; as it came, since the room refuses any other. */
  state?: string;
  /** Searches numbers, products, parcels and invoices. */
  find?: string;
  /** A `next` of an earlier page. */
  after?: string;
  /** 1–100. */
  limit?: number;
}

/** Orders as they are read. Whoever may not see one gets the same `not_found` as for one that does not exist. */
export interface OrderReading {
  /**
   * What moves first, then the newest.
   * @throws Refusal `invalid` on `state` or `cursor`, `unauthenticated`, `forbidden`
   */
  list(viewer: Viewer, filter: OrderFilter): Promise<{ orders: OrderSummary[]; next: string | null }>;
  /** For colleagues: what was ordered under an address, what moves first. @throws Refusal `unauthenticated`, `forbidden` */
  ofCustomer(viewer: Viewer, email: string, limit: number): Promise<OrderSummary[]>;
  /** @throws Refusal `not_found`, `unauthenticated`, `forbidden` */
  read(viewer: Viewer, number: string): Promise<Order>;
  /** The number of the order that a text names whole (`kw-10023`, ` KW 10023`), if the viewer may see it. */
  numberIn(viewer: Viewer, text: string): Promise<string | null>;
}
