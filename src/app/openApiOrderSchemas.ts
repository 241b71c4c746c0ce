import {
  address,
  day,
  instant,
  integer,
  listOf,
  named,
  object,
  orNull,
  text,
  textOrNull,
  type Schema,
} from './openApiWords.ts';

/** Shapes of orders and parcels in the JSON interface. */

const decimal: Schema = { ...text, pattern: '^-?[0-9]+(\\.[0-9]+)?$', description: 'Decimal.' };
const date: Schema = { ...text, format: 'date' };
const instantOrNull: Schema = { type: ['string', 'null'], format: 'date-time' };
const orderStates = [
  ...['received', 'confirmed', 'in_preparation', 'part_shipped'],
  ...['shipped', 'delivered', 'cancelled', 'returned'],
];
const parcelStates = [
  ...['pending', 'info_received', 'in_transit', 'out_for_delivery', 'attempt_failed'],
  ...['available_for_pickup', 'delivered', 'exception', 'expired'],
];
const invoiceStates: Schema = { type: 'string', enum: ['open', 'paid', 'void'] };

const orderSummary = {
  number: text,
  state: named('OrderState'),
  placedAt: instant,
  updatedAt: instant,
  currency: { ...text, description: 'ISO 4217.' },
  total: decimal,
  customerName: text,
  accountName: textOrNull,
  moving: { type: 'boolean', description: 'Something is still to come.' },
  products: { ...listOf(text), description: 'The names of the first three lines.' },
  lineCount: integer,
  whereabouts: named('Whereabouts'),
  url: { ...address, description: 'Where its customer reads it.' },
};

export const orderSchemas: Readonly<Record<string, Schema>> = {
  OrderState: { type: 'string', enum: orderStates },
  ShipmentState: { type: 'string', enum: parcelStates },
  Whereabouts: object({
    state: { type: 'string', enum: [...new Set([...orderStates, ...parcelStates, 'late'])] },
    parcel: { type: ['integer', 'null'], description: 'The parcel it speaks of, from 1; null: of the order.' },
    parcels: integer,
    carrier: textOrNull,
    place: textOrNull,
    since: instant,
    expectedAt: instantOrNull,
    promisedAt: instantOrNull,
    daysLate: { type: ['integer', 'null'] },
    note: textOrNull,
  }),
  OrderSummary: object(orderSummary),
  OrderList: object({
    orders: listOf(named('OrderSummary')),
    next: { ...textOrNull, description: 'Cursor of the next page; null on the last.' },
  }),
  Order: object({
    ...orderSummary,
    reference: textOrNull,
    deliverTo: textOrNull,
    lines: listOf(
      object({ sku: text, name: text, quantity: decimal, unitPrice: decimal, sum: decimal, unitCost: decimal }, [
        'unitCost',
      ]),
    ),
    shipments: listOf(
      object({
        tracking: text,
        carrier: text,
        trackingUrl: textOrNull,
        state: named('ShipmentState'),
        stateAt: instant,
        expectedAt: instantOrNull,
        promisedAt: instantOrNull,
        late: { type: 'boolean' },
        contents: listOf(object({ sku: text, name: text, quantity: decimal })),
        events: { ...listOf(named('ShipmentEvent')), description: 'The latest in time first.' },
      }),
    ),
    invoices: listOf(
      object({
        ...{ number: text, issuedAt: date, dueAt: day, total: decimal, state: invoiceStates },
        overdue: { type: 'boolean' },
      }),
    ),
  }),
  ShipmentEvent: object({ at: instant, state: named('ShipmentState'), place: textOrNull, note: textOrNull }, [
    'place',
    'note',
  ]),
  ToldOrder: object(
    {
      number: { ...text, maxLength: 64, description: 'Needed in a batch; else the address has it.' },
      customer: object({ email: { type: ['string', 'null'], format: 'email' }, name: text }),
      account: orNull(object({ id: textOrNull, name: text })),
      state: named('OrderState'),
      placedAt: instant,
      updatedAt: { ...instant, description: 'When it last changed at its source. An older one changes nothing.' },
      currency: { ...text, description: 'ISO 4217.' },
      total: { ...decimal, description: 'At most the digits of its currency.' },
      reference: { ...textOrNull, maxLength: 200, description: 'The customer’s own.' },
      deliverTo: { ...textOrNull, maxLength: 1_000, description: 'Where it goes, in lines.' },
      lines: {
        ...listOf(
          object(
            {
              ...{ sku: text, name: text, quantity: decimal, unitPrice: decimal },
              unitCost: { ...textOrNull, description: 'For colleagues only.' },
            },
            ['unitCost'],
          ),
        ),
        maxItems: 500,
      },
      shipments: { ...listOf(named('ToldShipment')), maxItems: 100 },
      invoices: {
        ...listOf(
          object({ number: text, issuedAt: date, dueAt: day, total: decimal, state: invoiceStates }, ['dueAt']),
        ),
        maxItems: 200,
      },
    },
    ['number', 'account', 'reference', 'deliverTo', 'lines', 'shipments', 'invoices'],
  ),
  ToldShipment: object(
    {
      tracking: text,
      carrier: text,
      trackingUrl: { ...textOrNull, description: '`https:` only.' },
      state: named('ShipmentState'),
      expectedAt: instantOrNull,
      promisedAt: { ...instantOrNull, description: 'Left out: the first `expectedAt`.' },
      contents: listOf(object({ sku: text, quantity: decimal })),
      events: {
        ...listOf(named('ShipmentEvent')),
        description: 'All that its source knows; left out, those that are known stay. At most 1,000 an order.',
      },
    },
    ['trackingUrl', 'expectedAt', 'promisedAt', 'contents', 'events'],
  ),
  OrderLineAnswer: object(
    {
      line: { ...integer, description: 'From 1.' },
      number: textOrNull,
      status: { ...integer, description: 'What a call for this order alone would have had.' },
      problem: named('Problem'),
    },
    ['problem'],
  ),
  NewShipmentEvent: object(
    {
      id: { ...text, maxLength: 200, description: 'The partner’s own. The same one again changes nothing.' },
      at: instant,
      state: named('ShipmentState'),
      place: textOrNull,
      note: textOrNull,
    },
    ['place', 'note'],
  ),
  TakenShipmentEvent: object({ id: text, isNew: { type: 'boolean' } }),
};
