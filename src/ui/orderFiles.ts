import type { Counts, Mapping, OrderFileView, Survey } from '../orders/index.ts';
import type { Form } from '../platform/http/index.ts';
import { isMessageKey, type Translator } from '../platform/i18n/index.ts';
import type { StateLook } from './views.ts';
import { fieldOf } from './submit.ts';

/** Where files of orders come in. */
export const importPath = '/staff/orders/import';
export const filePath = (id: string): string => `${importPath}/${id}`;

type OrderFileState = OrderFileView['state'];

export const fileLooks: Record<OrderFileState, StateLook> = {
  ...{ mapping: 'waiting', checking: 'move', checked: 'waiting' },
  ...{ applying: 'move', done: 'ok', failed: 'late' },
};

/** In a form a tab, a comma and a point have names. */
const signs = { comma: ',', semicolon: ';', tab: '\t', point: '.' } as const;
type SignName = keyof typeof signs;

export function signName(sign: string): SignName {
  const found = Object.entries(signs).find(([, one]) => one === sign);
  return (found?.[0] ?? 'comma') as SignName;
}

const signOf = (name: string): string => (Object.hasOwn(signs, name) ? signs[name as SignName] : name);

const words = ['state', 'parcelState', 'invoiceState'] as const;
export type WordField = (typeof words)[number];
export const wordFields: readonly WordField[] = words;
export const fixedFields = ['currency', 'state', 'carrier', 'parcelState', 'invoiceState'] as const;

/** What a column can say, grouped as people think of an order. */
export const fieldGroups = [
  ['number', 'email', 'customerName', 'accountId', 'accountName', 'reference', 'deliverTo'],
  ['state', 'placedAt', 'updatedAt', 'currency', 'total'],
  ['sku', 'product', 'quantity', 'unitPrice'],
  ['tracking', 'carrier', 'parcelState', 'expectedAt'],
  ['invoice', 'issuedAt', 'dueAt', 'invoiceTotal', 'invoiceState'],
] as const;

export const stateValues: Record<WordField, readonly string[]> = {
  state: [
    ...['received', 'confirmed', 'in_preparation', 'part_shipped'],
    ...['shipped', 'delivered', 'cancelled', 'returned'],
  ],
  parcelState: [
    ...['pending', 'info_received', 'in_transit', 'out_for_delivery', 'attempt_failed'],
    ...['available_for_pickup', 'delivered', 'exception', 'expired'],
  ],
  invoiceState: ['open', 'paid', 'void'],
};

export function stateWord(tr: Translator, field: WordField, value: string): string {
  const key = `orderFiles.value.${field}.${value}`;
  return isMessageKey(key) ? tr.t(key) : value;
}

/** Words of a file's columns for states, each with the state it stands for; empty where it stands for nothing. */
export function wordsOf(survey: Survey, mapping: Mapping, field: WordField): { word: string; state: string }[] {
  const columns = mapping.columns.filter((column) => column.field === field);
  const found = columns.flatMap(({ heading }) => survey.words[survey.headings.indexOf(heading)] ?? []);
  const meant: Record<string, string> = mapping.words[field];
  return [...new Set(found)].map((word) => ({ word, state: Object.hasOwn(meant, word) ? (meant[word] ?? '') : '' }));
}

/**
 * The form as the mapping that it describes; what cannot be one is for the use case to find fault with.
 * @param kept what was said before: words that the form does not show stay.
 */
export function mappingOf(form: Form | null, survey: Survey, kept: Mapping): Mapping {
  const orNull = (value: string): string | null => (value.trim() === '' ? null : value.trim());
  const says = form?.fields['says'] ?? [];
  const meant = form?.fields['means'] ?? [];
  const told = {
    source: fieldOf(form, 'source').trim(),
    ...{ encoding: fieldOf(form, 'encoding'), dates: fieldOf(form, 'dates'), updated: fieldOf(form, 'updated') },
    ...{ separator: signOf(fieldOf(form, 'separator')), decimal: signOf(fieldOf(form, 'decimal')) },
    timeZone: fieldOf(form, 'timeZone').trim(),
    columns: survey.headings.map((heading, at) => ({ heading, field: orNull(says[at] ?? '') })),
    words: Object.fromEntries(words.map((field) => [field, { ...kept.words[field] }])) as Record<
      WordField,
      Record<string, string>
    >,
    fixed: Object.fromEntries(
      fixedFields.map((field) => {
        const value = orNull(fieldOf(form, `fixed.${field}`));
        return [field, field === 'currency' ? (value?.toUpperCase() ?? null) : value];
      }),
    ),
  };
  for (const [at, name] of (form?.fields['word'] ?? []).entries()) {
    const [field = '', ...word] = name.split(':');
    if (!words.some((one) => one === field)) continue;
    const list = told.words[field as WordField];
    if (meant[at]) list[word.join(':')] = meant[at];
    else delete list[word.join(':')];
  }
  return told as Mapping;
}

/** Orders that something becomes of. */
export const worthStoring = ({ created, changed }: Counts): number => created + changed;

/** Values as a list offers them. */
export function optionsOf<const V extends string>(
  values: readonly V[],
  label: (value: V) => string,
): { value: V; label: string }[] {
  return values.map((value) => ({ value, label: label(value) }));
}
