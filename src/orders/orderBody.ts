import { z } from 'zod';
import { email, fault, faultsOf, oneLine, paragraphs } from '../platform/fields/index.ts';
import { Refusal, type FieldFault } from '../platform/refusal.ts';
import * as field from './bodyFields.ts';
import { eventFields } from './eventBody.ts';
import { isCurrency } from './money.ts';
import { carrierKey, numberKey, trackingKey } from './names.ts';
import { orderStates, shipmentStates } from './states.ts';

/** What one order may hold at most. */
const most = { lines: 500, shipments: 100, events: 1_000, invoices: 200 } as const;

/** An order as its source tells it, checked: instants in UTC with milliseconds, amounts with their currency's digits. */
export type CheckedOrder = z.output<ReturnType<typeof orderFields>>;

function orderFields(now: () => number, currency: string | null) {
  const { amount, anyInstant, listOf, orNull, pastInstant, quantity, stateOf } = field;
  const line = z.object({
    sku: oneLine(100),
    name: oneLine(300),
    quantity: quantity(),
    unitPrice: amount(currency),
    unitCost: orNull(amount(currency)),
  });
  const shipment = z.object({
    tracking: oneLine(100).refine((text) => trackingKey(text) !== '', { error: 'errors.unreadable' }),
    carrier: oneLine(80).refine((text) => carrierKey(text) !== '', { error: 'errors.unreadable' }),
    state: stateOf(shipmentStates),
    trackingUrl: orNull(httpsAddress()),
    expectedAt: orNull(anyInstant()),
    promisedAt: orNull(anyInstant()),
    contents: listOf(z.object({ sku: oneLine(100), quantity: quantity() }), most.lines),
    // Left out: its source says nothing of events, and those that are known stay.
    events: z
      .array(z.object(eventFields(now)), { error: 'errors.unreadable' })
      .max(most.events, { error: fault('errors.tooManyOf', { max: most.events }) })
      .nullish(),
  });
  const invoice = z.object({
    number: oneLine(100),
    issuedAt: field.pastDate(now),
    dueAt: orNull(field.anyDate()),
    total: amount(currency),
    state: stateOf(['open', 'paid', 'void']),
  });
  return z.object(
    {
      number: orderNumber(),
      customer: z.object({ email: email(), name: oneLine(200) }, { error: field.missingOr('errors.unreadable') }),
      account: z
        .object({ id: oneLine(100), name: oneLine(200) }, { error: 'errors.unreadable' })
        .nullish()
        .transform((account) => account ?? null),
      state: stateOf(orderStates),
      placedAt: pastInstant(now),
      updatedAt: pastInstant(now),
      currency: z
        .string({ error: field.missingOr('errors.currency') })
        .refine(isCurrency, { error: 'errors.currency' }),
      total: amount(currency, 'positive'),
      reference: orNull(oneLine(200)),
      deliverTo: orNull(paragraphs(1_000)),
      lines: listOf(line, most.lines),
      shipments: listOf(shipment, most.shipments),
      invoices: listOf(invoice, most.invoices),
    },
    { error: 'errors.unreadable' },
  );
}

/** It stands in addresses, too, so it holds nothing that divides one. */
const orderNumber = () =>
  oneLine(64)
    .transform((number) => number.trim())
    .refine((number) => numberKey(number) !== '' && !/[/\\?#%]/.test(number), { error: 'errors.unreadable' });

const httpsAddress = () =>
  oneLine(2_000).refine((text) => /^https:\/\//i.test(text) && URL.canParse(text), { error: 'errors.https' });

/** Reads orders as their sources tell them. @param now milliseconds since 1970. */
export function createOrderReader(now: () => number) {
  // Which digits an amount may have hangs on the currency; a schema is far more work to make than to use.
  const schemas = new Map<string | null, ReturnType<typeof orderFields>>();

  function schemaFor(input: unknown): ReturnType<typeof orderFields> {
    const named = valueIn(input, 'currency');
    const currency = typeof named === 'string' && isCurrency(named) ? named : null;
    const known = schemas.get(currency) ?? orderFields(now, currency);
    schemas.set(currency, known);
    return known;
  }

  /**
   * @throws Refusal `invalid`, with every field that cannot be taken: `shipments[1].events[0].state`. What happened cannot
   * be later than now, but for five minutes of clocks that differ.
   */
  return function readOrder(input: unknown): CheckedOrder {
    const result = schemaFor(input).safeParse(input);
    const faults = result.success ? [] : faultsOf(result.error, field.fieldName);
    const named = new Set(faults.map((one) => one.field));
    faults.push(...faultsBetween(input).filter((one) => !named.has(one.field)));
    if (result.success && faults.length === 0) return result.data;
    throw new Refusal('invalid', { fields: faults });
  };
}

/** What may stand there only once, and how much there is in all: looked at whatever else is wrong. */
function faultsBetween(input: unknown): FieldFault[] {
  const shipments = itemsIn(input, 'shipments');
  const parcels = shipments.map((shipment) => {
    const [tracking, carrier] = [valueIn(shipment, 'tracking'), valueIn(shipment, 'carrier')];
    if (typeof tracking !== 'string' || typeof carrier !== 'string') return '';
    return `${trackingKey(tracking)} ${carrierKey(carrier)}`;
  });
  const bills = itemsIn(input, 'invoices').map((invoice) => {
    const number = valueIn(invoice, 'number');
    return typeof number === 'string' ? number : '';
  });
  const events = shipments.reduce<number>((sum, shipment) => sum + itemsIn(shipment, 'events').length, 0);
  return [
    ...twice(parcels, (at) => `shipments[${at}].tracking`),
    ...twice(bills, (at) => `invoices[${at}].number`),
    ...(events > most.events ? [{ field: 'shipments', key: 'errors.tooManyOf', params: { max: most.events } }] : []),
  ];
}

function twice(values: readonly string[], fieldOf: (at: number) => string): FieldFault[] {
  const seen = new Set<string>();
  return values.flatMap((value, at) => {
    if (value === '' || !seen.has(value)) {
      seen.add(value);
      return [];
    }
    return [{ field: fieldOf(at), key: 'errors.twice' }];
  });
}

function valueIn(input: unknown, name: string): unknown {
  return typeof input === 'object' && input !== null ? (input as Record<string, unknown>)[name] : undefined;
}

function itemsIn(input: unknown, name: string): unknown[] {
  const value = valueIn(input, name);
  return Array.isArray(value) ? value : [];
}
