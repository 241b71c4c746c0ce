import { z } from 'zod';
import { fault, optional } from '../platform/fields/index.ts';
import { instant } from '../platform/runtime.ts';
import { exactAmount, minorUnits } from './money.ts';

/** What of an order or a parcel's event a field can be. All faults are message keys. */

/** Clocks differ: what happened so little later than now is taken as it is. */
const SKEW_MS = 5 * 60_000;
const DAY_MS = 86_400_000;
/** PostgreSQL, calendars and people agree on years of four digits. */
const LATEST = Date.parse('9999-12-31T23:59:59.999Z');

/** What is missing is asked for; what is there and wrong gets the other words. */
export function missingOr(otherwise: string) {
  return ({ input }: { input?: unknown }): string =>
    input === undefined || input === null ? 'errors.required' : otherwise;
}

export const orNull = <S extends z.ZodType>(schema: S) => optional(schema).transform((value) => value ?? null);

/** Left out is empty. */
export const listOf = <S extends z.ZodType>(schema: S, max: number) =>
  z
    .array(schema, { error: 'errors.unreadable' })
    .max(max, { error: fault('errors.tooManyOf', { max }) })
    .nullish()
    .transform((items) => items ?? []);

/** A state of a closed vocabulary; whoever sends another one is told which there are. */
export const stateOf = <const State extends string>(states: readonly State[]) =>
  z.enum(states, { error: missingOr(fault('errors.oneOf', { values: states.join(', ') })) });

/** An instant with its zone, as UTC with milliseconds. */
export const anyInstant = () =>
  z.iso
    .datetime({ offset: true, error: missingOr('errors.instant') })
    .refine((text) => Date.parse(text) <= LATEST, { error: 'errors.instant', abort: true })
    .transform((text) => instant(Date.parse(text)));

/** An instant at which something has happened. */
export const pastInstant = (now: () => number) =>
  anyInstant().refine((at) => Date.parse(at) <= now() + SKEW_MS, { error: 'errors.future' });

/** A calendar date: `2026-11-02`. */
export const anyDate = () => z.iso.date({ error: missingOr('errors.date') });

/** A date at which something has happened; it may be a day ahead of UTC, as the company's own calendar is. */
export const pastDate = (now: () => number) =>
  anyDate().refine((date) => Date.parse(date) <= now() + DAY_MS, { error: 'errors.future' });

export const quantity = () =>
  z.string({ error: missingOr('errors.quantity') }).regex(/^\d{1,12}(\.\d{1,6})?$/, { error: 'errors.quantity' });

/** An amount with its currency's digits. @param currency null while nobody knows which: then digits are not counted. */
export function amount(currency: string | null, sign: 'any' | 'positive' = 'any') {
  const wrong =
    currency === null ? 'errors.number' : fault('errors.amount', { currency, digits: minorUnits(currency) });
  const exact = (text: string): string | null =>
    currency === null ? (/^-?\d{1,15}(\.\d{1,6})?$/.test(text) ? text : null) : exactAmount(text, currency);
  return z
    .string({ error: missingOr(wrong) })
    .transform(exact)
    .refine((text) => text !== null && !(sign === 'positive' && text.startsWith('-')), { error: wrong })
    .transform((text) => text ?? '');
}

/** `shipments[1].events[0].state` */
export function fieldName(path: readonly PropertyKey[]): string {
  return path.reduce<string>((name, part) => {
    if (typeof part === 'number') return `${name}[${part}]`;
    return name ? `${name}.${String(part)}` : String(part);
  }, '');
}
