import type { Runtime } from '../runtime.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** The longest wait before each try, the first one included; from then on the last one repeats. */
const BACK_OFF_MS: readonly number[] = [
  0,
  5 * SECOND,
  30 * SECOND,
  2 * MINUTE,
  10 * MINUTE,
  30 * MINUTE,
  1 * HOUR,
  2 * HOUR,
  4 * HOUR,
  6 * HOUR,
];

/** So long after the first try a job that still fails is parked. */
export const GIVE_UP_MS = 7 * 24 * HOUR;

/** The longest that another system's `Retry-After` is obeyed. */
const RETRY_AFTER_CAP_MS = 6 * HOUR;

/**
 * The wait after `failures` tries that failed: full jitter (anything from none to the longest), so that what failed
 * together does not come back together.
 */
export function backOffMs(failures: number, runtime: Pick<Runtime, 'randomBytes'>): number {
  const longest = BACK_OFF_MS[Math.min(failures, BACK_OFF_MS.length - 1)] ?? 0;
  const [a = 0, b = 0, c = 0] = runtime.randomBytes(3);
  return Math.round((longest * ((a << 16) | (b << 8) | c)) / 0xffffff);
}

/**
 * How long `Retry-After` asks to wait, in milliseconds, at most {@link RETRY_AFTER_CAP_MS}.
 *
 * @param value seconds, or the header as it came: seconds or an HTTP date.
 * @param now milliseconds since 1970.
 * @returns null when it is absent, past, negative or unreadable: then our own back-off holds.
 */
export function retryAfterMs(value: number | string | null | undefined, now: number): number | null {
  const asked = typeof value === 'string' ? headerMs(value.trim(), now) : (value ?? NaN) * SECOND;
  return asked > 0 ? Math.min(asked, RETRY_AFTER_CAP_MS) : null;
}

function headerMs(header: string, now: number): number {
  if (/^\d+$/.test(header)) return Number(header) * SECOND;
  // Date.parse takes almost anything ("-5" is a month to it); every form of an HTTP date begins with the day's name.
  return /^(mon|tue|wed|thu|fri|sat|sun)/i.test(header) ? Date.parse(header) - now : NaN;
}
