import type { DateForm } from './fields.ts';

/** Cells as values. Each gives null for what the mapping's form does not cover: nothing is guessed. */

/** Groups of three may be divided by the other sign, a space or an apostrophe. */
const decimals = {
  '.': /^[+-]?(?:\d{1,15}|\d{1,3}(?:([,' \u00a0\u202f])\d{3})(?:\1\d{3})*)(?:\.\d{1,6})?$/,
  ',': /^[+-]?(?:\d{1,15}|\d{1,3}(?:([.' \u00a0\u202f])\d{3})(?:\1\d{3})*)(?:,\d{1,6})?$/,
} as const;

/** `1.065,50` with a comma as the decimal sign: `1065.50`. */
export function decimalOf(text: string, sign: '.' | ','): string | null {
  const trimmed = text.trim();
  if (!decimals[sign].test(trimmed)) return null;
  const [whole = '', fraction] = trimmed.replace(/^\+/, '').split(sign);
  const digits = whole.replaceAll(/[^\d-]/g, '');
  return fraction === undefined ? digits : `${digits}.${fraction}`;
}

const dateShapes: Record<
  DateForm,
  { shape: RegExp; order: readonly ['y' | 'm' | 'd', 'y' | 'm' | 'd', 'y' | 'm' | 'd'] }
> = {
  iso: { shape: /^(\d{4})-(\d\d)-(\d\d)/, order: ['y', 'm', 'd'] },
  'd.m.y': { shape: /^(\d{1,2})\.(\d{1,2})\.(\d{4})/, order: ['d', 'm', 'y'] },
  'd/m/y': { shape: /^(\d{1,2})\/(\d{1,2})\/(\d{4})/, order: ['d', 'm', 'y'] },
  'm/d/y': { shape: /^(\d{1,2})\/(\d{1,2})\/(\d{4})/, order: ['m', 'd', 'y'] },
  'y/m/d': { shape: /^(\d{4})[/年](\d{1,2})[/月](\d{1,2})日?/, order: ['y', 'm', 'd'] },
};

const CLOCK = /^(?:(?:T|,? +)(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,]\d{1,9})?)?)? *(Z|[+-]\d\d:?\d\d)?$/;

interface Wall {
  date: string;
  clock: string;
  zone: string | undefined;
}

/** A calendar date: `2026-11-02`. A time behind it is let go. */
export function dateOf(text: string, form: DateForm): string | null {
  return wallOf(text, form)?.date ?? null;
}

/** An instant in UTC; a time without a zone is one of `timeZone`, a day without a time its beginning. */
export function instantOf(text: string, form: DateForm, timeZone: string): string | null {
  const wall = wallOf(text, form);
  if (!wall) return null;
  if (wall.zone !== undefined) {
    const zone = wall.zone === 'Z' ? 'Z' : `${wall.zone.slice(0, 3)}:${wall.zone.slice(-2)}`;
    const at = Date.parse(`${wall.date}T${wall.clock}${zone}`);
    return Number.isNaN(at) ? null : new Date(at).toISOString();
  }
  const wanted = Date.parse(`${wall.date}T${wall.clock}Z`);
  // A time that the clocks leave out in spring is the one an hour later; of two equal ones in autumn it is the first.
  const first = wanted - aheadOfUtc(wanted, timeZone);
  return new Date(wanted - aheadOfUtc(first, timeZone)).toISOString();
}

function wallOf(text: string, form: DateForm): Wall | null {
  const trimmed = text.trim();
  const { shape, order } = dateShapes[form];
  const match = shape.exec(trimmed);
  if (!match) return null;
  const parts = { y: '', m: '', d: '' };
  order.forEach((part, index) => (parts[part] = match[index + 1] ?? ''));
  const date = `${parts.y}-${parts.m.padStart(2, '0')}-${parts.d.padStart(2, '0')}`;
  const clock = CLOCK.exec(trimmed.slice(match[0].length));
  if (!clock || !isDate(date)) return null;
  const [, hour = '0', minute = '00', second = '00', zone] = clock;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return null;
  return { date, clock: `${hour.padStart(2, '0')}:${minute}:${second}`, zone };
}

/** 31 February is none. */
function isDate(date: string): boolean {
  const at = Date.parse(`${date}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(date);
}

const HOUR_MS = 3_600_000;
const formats = new Map<string, { format: Intl.DateTimeFormat; ahead: Map<number, number> }>();

/** How far a zone's clocks are ahead of UTC, in milliseconds; asked once an hour of the calendar, since `Intl` is slow. */
function aheadOfUtc(at: number, timeZone: string): number {
  const known = formats.get(timeZone) ?? { format: formatOf(timeZone), ahead: new Map<number, number>() };
  formats.set(timeZone, known);
  const hour = Math.floor(at / HOUR_MS);
  const kept = known.ahead.get(hour);
  if (kept !== undefined) return kept;
  const parts = Object.fromEntries(known.format.formatToParts(hour * HOUR_MS).map(({ type, value }) => [type, value]));
  const { year, month, day, hour: clock, minute, second } = parts;
  const ahead = Date.parse(`${year}-${month}-${day}T${clock}:${minute}:${second}Z`) - hour * HOUR_MS;
  if (known.ahead.size > 50_000) known.ahead.clear();
  known.ahead.set(hour, ahead);
  return ahead;
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-GB', {
    ...{ timeZone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit' },
    ...{ hour: '2-digit', minute: '2-digit', second: '2-digit' },
  });
}
