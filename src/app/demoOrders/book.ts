import type { OrderState } from '../../orders/index.ts';
import { isFreight, linesOf, totalOf, type Line } from './catalogue.ts';
import { customers, type Customer, type CustomerName } from './customers.ts';
import { dateAfter, daysAround, type Days } from './days.ts';
import { eventsOf, expectedOf, type Parcel, type ParcelEvent } from './journeys.ts';
import { past } from './past.ts';
import { story } from './story.ts';

type InvoiceState = 'open' | 'paid' | 'void';

/** An order as it is written down in the demo. */
export interface Written {
  number: number;
  by: CustomerName;
  /** Working days from today. */
  placed: number;
  lines: string;
  state: OrderState;
  reference?: string;
  /** Each a state; two of them are a deposit and the rest. Left out: one that is paid. */
  invoices?: readonly InvoiceState[];
  /** The number of the first one, where it is told elsewhere, too. */
  invoice?: string;
  parcels?: readonly Parcel[];
}

/** An order as the demo's ERP pushes it. */
export interface PushedOrder {
  number: string;
  customer: { email: string; name: string };
  account: { id: string; name: string } | null;
  reference: string | null;
  deliverTo: string;
  state: OrderState;
  placedAt: string;
  updatedAt: string;
  currency: string;
  total: string;
  lines: Line[];
  shipments: PushedShipment[];
  invoices: { number: string; issuedAt: string; dueAt: string; total: string; state: InvoiceState }[];
}

export interface PushedShipment {
  tracking: string;
  carrier: string;
  state: ParcelEvent['state'];
  expectedAt: string | null;
  promisedAt: string | null;
  contents: { sku: string; quantity: string }[];
  events: ParcelEvent[];
}

/** What a carrier tells with its own key. */
export interface CarrierEvent {
  carrier: string;
  tracking: string;
  event: ParcelEvent;
}

export interface OrderBook {
  /** What the ERP says; the newest orders first. */
  orders: PushedOrder[];
  told: CarrierEvent[];
}

/** How long it takes to send, and to bring. */
const USUAL = { left: 3, came: 6 };
/** Days to pay: households and companies. */
const TERMS = { household: 14, company: 30 };

/** Everything that was ever ordered at Kitewood, as of an instant. */
export function orderBook(now: number): OrderBook {
  const days = daysAround(now);
  const written = [...story, ...past.map(usual)].toSorted((a, b) => b.number - a.number);
  const book: OrderBook = { orders: [], told: [] };
  for (const one of written) {
    book.orders.push(pushed(one, days));
    for (const { tracking, carrier, told, ...parcel } of one.parcels ?? []) {
      const event = eventsOf({ tracking, carrier, ...parcel }, customers[one.by], days).at(-1);
      if (told && event) book.told.push({ carrier, tracking, event });
    }
  }
  return book;
}

/** An order of long ago: sent after three days, there after six, and paid. */
function usual([number, by, placed, lines]: (typeof past)[number]): Written {
  const customer: Customer = customers[by];
  const left = placed + USUAL.left;
  const parcel = { ...carrierOf(customer, isFreight(linesOf(lines, customer)), number), way: 'delivered' as const };
  return { number, by, placed, lines, state: 'delivered', parcels: [{ ...parcel, left, came: placed + USUAL.came }] };
}

function carrierOf({ currency }: Customer, freight: boolean, number: number): { carrier: string; tracking: string } {
  if (currency === 'CNY') {
    return freight
      ? { carrier: '德邦快递', tracking: `DPK 35${number} 71` }
      : { carrier: '顺丰速运', tracking: `SF1098 ${number} 55` };
  }
  if (freight) return { carrier: 'Dachser', tracking: `DX 8${number % 10}-1${number}` };
  return currency === 'GBP'
    ? { carrier: 'DPD', tracking: `15976 4${number} 0` }
    : { carrier: 'DHL', tracking: `JD01 4590 ${number}` };
}

function pushed({ number, by, placed, ...written }: Written, days: Days): PushedOrder {
  const customer: Customer = customers[by];
  const { name, email, account, deliverTo, currency } = customer;
  const lines = linesOf(written.lines, customer);
  const placedAt = placed === 0 ? days.minutesAgo(95) : days.at(placed, '09:20');
  const shipments = (written.parcels ?? []).map((parcel) => shipmentOf(parcel, customer, days));
  const happened = shipments.flatMap(({ events }) => events.map(({ at }) => at));
  return {
    ...{ number: `KW-${number}`, customer: { email, name }, account, reference: written.reference ?? null, deliverTo },
    ...{ state: written.state, placedAt, updatedAt: [placedAt, ...happened].toSorted().at(-1) ?? placedAt },
    ...{ currency, total: totalOf(lines), lines, shipments },
    invoices: invoicesOf(
      { number, ...written },
      totalOf(lines),
      placed === 0 ? placedAt.slice(0, 10) : days.date(placed),
      customer,
    ),
  };
}

function shipmentOf(parcel: Parcel, customer: Customer, days: Days): PushedShipment {
  const happened = eventsOf(parcel, customer, days);
  // What the carrier tells itself, the ERP does not know yet.
  const events = parcel.told ? happened.slice(0, -1) : happened;
  const { tracking, carrier, contents } = parcel;
  return {
    ...{
      tracking,
      carrier,
      state: events.at(-1)?.state ?? 'pending',
      ...expectedOf(parcel, days),
      events,
    },
    contents: contents === undefined ? [] : linesOf(contents, customer).map(({ sku, quantity }) => ({ sku, quantity })),
  };
}

function invoicesOf(
  { number, invoice = `F-${number - 7_792}`, invoices = ['paid'] }: Pick<Written, 'number' | 'invoice' | 'invoices'>,
  total: string,
  issuedAt: string,
  { account }: Customer,
): PushedOrder['invoices'] {
  const dueAt = dateAfter(issuedAt, account ? TERMS.company : TERMS.household);
  const deposit = (Math.round(Number(total) * 30) / 100).toFixed(2);
  const amounts = invoices.length === 2 ? [deposit, (Number(total) - Number(deposit)).toFixed(2)] : [total];
  return invoices.map((state, index) => ({
    ...{ number: index === 0 ? invoice : `${invoice}-${index + 1}`, issuedAt, dueAt, state },
    total: amounts[index] ?? total,
  }));
}
