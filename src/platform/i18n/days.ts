import type { Moment } from './moments.ts';
import type { Translator } from './translator.ts';

const DAY_MS = 86_400_000;

/** A day within a sentence: `today`, `tomorrow`, `Sat 7 Nov`, in another year with it; `long` spells the weekday out. */
export function dayNear(tr: Translator, at: Moment, now: Moment, { long = false } = {}): string {
  const date = tr.date(at);
  const present = new Date(now).getTime();
  if (date === tr.date(present)) return tr.t('common.day.today');
  if (date === tr.date(present + DAY_MS)) return tr.t('common.day.tomorrow');
  if (date === tr.date(present - DAY_MS)) return tr.t('common.day.yesterday');
  if (new Date(at).getUTCFullYear() !== new Date(present).getUTCFullYear()) return date;
  return long ? tr.longDay(at) : tr.day(at);
}

/** A day and its time within a sentence: `today, 07:12`. */
export function momentNear(tr: Translator, at: Moment, now: Moment): string {
  return tr.t('common.day.time', { day: dayNear(tr, at, now), time: tr.time(at) });
}

/** Until when something comes: today with its hour, since that is what somebody waits for; else the day. */
export function comesBy(tr: Translator, at: Moment, now: Moment, { long = false } = {}): string {
  const day = dayNear(tr, at, now, { long });
  const isToday = day === tr.t('common.day.today');
  // A date without an hour reaches us as the beginning of its day.
  const hasTime = !['00:00', '0:00'].includes(tr.time(at)) && !new Date(at).toISOString().endsWith('T00:00:00.000Z');
  return isToday && hasTime ? tr.t('common.day.by', { day, time: tr.time(at) }) : day;
}

/** Days of the calendar from one instant to a later one, at least 1. */
export function daysBetween(tr: Translator, from: Moment, to: Moment): number {
  return Math.max(1, dayNumber(tr, to) - dayNumber(tr, from));
}

const calendars = new Map<string, Intl.DateTimeFormat>();

function dayNumber({ timeZone }: Translator, at: Moment): number {
  const calendar = calendars.get(timeZone) ?? new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' });
  calendars.set(timeZone, calendar);
  return Date.parse(`${calendar.format(new Date(at))}T00:00:00Z`) / DAY_MS;
}
