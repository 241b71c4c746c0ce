import { isMessageKey, type Params, type Translator } from '../platform/i18n/index.ts';
import type { FieldMessage } from './views.ts';

/**
 * The faults of a refused form, in words, in the order of the form.
 *
 * @param labels the fields' names as the reader sees them; `errors.label.<field>` where one is missing.
 */
export function fieldMessages(
  tr: Translator,
  faults: readonly { field: string; key: string; params?: Params }[],
  labels: Readonly<Record<string, string>> = {},
): FieldMessage[] {
  const order = Object.keys(labels);
  const place = (field: string): number => (order.includes(field) ? order.indexOf(field) : order.length);
  return faults
    .map((fault) => ({ field: fault.field, message: tr.fault(fault, labels[fault.field] ?? labelOf(tr, fault.field)) }))
    .sort((one, other) => place(one.field) - place(other.field));
}

/** What is wrong with one field, or undefined when nothing is. */
export function messageFor(messages: readonly FieldMessage[], field: string): string | undefined {
  return messages.find((message) => message.field === field)?.message;
}

function labelOf(tr: Translator, field: string): string {
  const key = `errors.label.${field}`;
  return isMessageKey(key) ? tr.t(key) : field;
}
