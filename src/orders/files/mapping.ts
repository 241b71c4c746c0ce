import { z } from 'zod';
import { fault } from '../../platform/fields/index.ts';
import { isTimeZone } from '../../platform/i18n/index.ts';
import type { FieldFault } from '../../platform/refusal.ts';
import { isCurrency } from '../money.ts';
import { orderStates, shipmentStates } from '../states.ts';
import {
  dateForms,
  encodings,
  fileFields,
  separators,
  type FileField,
  type FixedField,
  type WordField,
} from './fields.ts';

/** The states a word of a file can stand for. */
const statesOf = {
  state: orderStates,
  parcelState: shipmentStates,
  invoiceState: ['open', 'paid', 'void'],
} as const satisfies Record<WordField, readonly string[]>;

const most = { columns: 200, words: 200, heading: 200 } as const;

const choice = <const V extends readonly string[]>(values: V) => z.enum(values, { error: 'errors.choice' });
const wordsFor = (field: WordField) =>
  z
    .record(z.string().max(most.heading), choice(statesOf[field]))
    .refine((words) => Object.keys(words).length <= most.words, {
      error: fault('errors.tooManyOf', { max: most.words }),
    });

/** How a source's files are read. Nothing of it is guessed while reading: what it does not say is refused. */
export const mappingSchema = z.object({
  /** Whose orders these are: an order's number belongs to one source. */
  source: z.string({ error: 'errors.required' }).regex(/^[a-z0-9][a-z0-9-]{0,39}$/, { error: 'errors.sourceName' }),
  encoding: choice(encodings),
  separator: choice(separators),
  decimal: choice(['.', ',']),
  dates: choice(dateForms),
  /** Of times that name no zone themselves. */
  timeZone: z.string().refine(isTimeZone, { error: 'errors.choice' }),
  /** `file`: orders say nothing of when they changed; the file's own time stands for all of them. */
  updated: choice(['column', 'file']),
  /** Headings with what they say. A heading that is left out, or null, says nothing to us. */
  columns: z
    .array(z.object({ heading: z.string().max(most.heading), field: choice(fileFields).nullable() }))
    .max(most.columns, { error: fault('errors.tooManyOf', { max: most.columns }) }),
  words: z.object({
    state: wordsFor('state'),
    parcelState: wordsFor('parcelState'),
    invoiceState: wordsFor('invoiceState'),
  }),
  fixed: z.object({
    currency: z.string().refine(isCurrency, { error: 'errors.currency' }).nullable(),
    state: choice(orderStates).nullable(),
    carrier: z.string().trim().min(1).max(80).nullable(),
    parcelState: choice(shipmentStates).nullable(),
    invoiceState: choice(statesOf.invoiceState).nullable(),
  } satisfies Record<FixedField, z.ZodType>),
});

export type Mapping = z.output<typeof mappingSchema>;

/** Which column says what. An address may stand in several columns, one below the other. */
export type ColumnsOf = ReadonlyMap<FileField, readonly number[]>;

export function columnsOf({ columns }: Pick<Mapping, 'columns'>, headings: readonly string[]): ColumnsOf {
  const found = new Map<FileField, number[]>();
  for (const { heading, field } of columns) {
    const at = headings.indexOf(heading);
    if (field !== null && at >= 0) found.set(field, [...(found.get(field) ?? []), at]);
  }
  return found;
}

/** Fields that several columns may feed. */
const SEVERAL: ReadonlySet<FileField> = new Set(['deliverTo']);

/** What else must be known where one of these is: either a column says it, or all orders say it alike. */
const together: readonly { given: readonly FileField[]; needs: readonly FileField[] }[] = [
  { given: ['number'], needs: ['email', 'placedAt', 'state', 'currency'] },
  { given: ['sku', 'product'], needs: ['sku', 'quantity', 'unitPrice'] },
  { given: ['quantity', 'unitPrice'], needs: ['sku'] },
  { given: ['tracking', 'expectedAt'], needs: ['tracking', 'carrier', 'parcelState'] },
  {
    given: ['invoice', 'issuedAt', 'invoiceTotal', 'dueAt'],
    needs: ['invoice', 'issuedAt', 'invoiceTotal', 'invoiceState'],
  },
  { given: ['accountName'], needs: ['accountId'] },
];

/** What is wrong with a mapping for a file with these headings: what is missing, and what is said twice. */
export function mappingFaults(mapping: Mapping, headings: readonly string[]): FieldFault[] {
  const columns = columnsOf(mapping, headings);
  const has = (field: FileField): boolean =>
    columns.has(field) || (field in mapping.fixed && mapping.fixed[field as FixedField] !== null);
  const missing = new Set<FileField>(columns.has('number') ? [] : ['number', 'email', 'placedAt']);
  for (const { given, needs } of together) {
    if (given.some((field) => columns.has(field)))
      needs.filter((field) => !has(field)).forEach((field) => missing.add(field));
  }
  if (!columns.has('total') && !columns.has('unitPrice')) missing.add('total');
  if (mapping.updated === 'column' && !columns.has('updatedAt')) missing.add('updatedAt');
  const twice = [...columns].filter(([field, at]) => at.length > 1 && !SEVERAL.has(field)).map(([field]) => field);
  return [
    ...[...missing].map((field) => ({ field, key: 'orderFiles.fault.noColumn' })),
    ...twice.map((field) => ({ field, key: 'orderFiles.fault.columnTwice' })),
  ];
}
