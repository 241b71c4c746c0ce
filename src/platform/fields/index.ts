import { z } from 'zod';
import { Refusal, type FieldFault } from '../refusal.ts';

/** Control characters that no keyboard types and PostgreSQL or mail cannot carry; tab and line feed are fine. */
const CONTROL = new RegExp(String.raw`[\u0000-\u0008\u000b-\u001f\u007f]`);

/** What a schema says of a fault: messages of issues are message keys; parameters ride along after a `|` as JSON. */
export function fault(key: string, params?: Record<string, string | number>): string {
  return params ? `${key}|${JSON.stringify(params)}` : key;
}

/** What is missing is asked for; what is no text is not taken for missing. */
const absentOrUnreadable =
  (absent = 'errors.required') =>
  ({ input }: { input?: unknown }): string =>
    fault(input === undefined || input === null ? absent : 'errors.unreadable');

function text(max: number, absent = 'errors.required') {
  return z
    .string({ error: absentOrUnreadable(absent) })
    .transform((value) => value.replaceAll('\r\n', '\n')) // forms send CRLF for every line break
    .refine((value) => value.trim() !== '', { error: fault(absent), abort: true })
    .refine((value) => value.isWellFormed(), { error: fault('errors.unreadable'), abort: true })
    .refine((value) => !CONTROL.test(value), { error: fault('errors.control'), abort: true })
    .refine((value) => [...value].length <= max, { error: fault('errors.tooLong', { max }) });
}

/**
 * Text of one or more paragraphs, kept byte for byte, at most `max` characters.
 * @param absent the key of what to say when there is none, where `errors.required` would be the wrong words.
 */
export const paragraphs = (max: number, absent?: `errors.required.${string}`) => text(max, absent);

/** Text on one line, kept byte for byte, at most `max` characters. */
export const oneLine = (max: number) =>
  text(max).refine((value) => !value.includes('\n'), { error: fault('errors.oneLine') });

/** A field that may be left out or empty. */
export const optional = <S extends z.ZodType>(schema: S) =>
  z.preprocess((value) => (value === '' || value === null ? undefined : value), schema.optional());

/** An e-mail address, trimmed and in lower case, as it is compared everywhere. */
export const email = () =>
  z
    .string({ error: absentOrUnreadable() })
    .transform((value) => value.trim().toLowerCase())
    .refine((value) => value !== '', { error: fault('errors.required'), abort: true })
    .refine((value) => value.length <= 254 && z.email().safeParse(value).success, { error: fault('errors.email') });

/** The id of an inquiry: 128 random bits or more, base64url. */
export const inquiryId = () => z.string().regex(/^[\w-]{22,64}$/, { error: fault('errors.unreadable') });

/**
 * Checks what came in against a schema.
 * @throws Refusal `invalid` with one fault a field.
 */
export function readInput<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw new Refusal('invalid', { fields: faultsOf(result.error, (path) => path.join('.')) });
}

/** What a schema found, one fault a field. @param nameOf how a path is written; the whole is called `body`. */
export function faultsOf({ issues }: z.ZodError, nameOf: (path: readonly PropertyKey[]) => string): FieldFault[] {
  const faults = new Map<string, FieldFault>();
  for (const issue of issues) {
    const field = nameOf(issue.path) || 'body';
    if (!faults.has(field)) faults.set(field, asFault(field, issue.message));
  }
  return [...faults.values()];
}

function asFault(field: string, message: string): FieldFault {
  const [key = '', params] = message.split(/\|(.*)/s);
  if (!key.startsWith('errors.')) return { field, key: 'errors.unreadable' };
  return params ? { field, key, params: JSON.parse(params) as Record<string, string | number> } : { field, key };
}
