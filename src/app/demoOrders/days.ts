const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** The demo's calendar: everything is told in working days from today, so that the demo is as fresh as its first start. */
export interface Days {
  now: number;
  /** An instant on a working day: -1 is the last one before today, 1 the next one. `time` is UTC. */
  at(day: number, time: string): string;
  /** The calendar date of a working day. */
  date(day: number): string;
  /** Later today, on the hour: when the van comes. */
  laterToday(hours: number): string;
  minutesAgo(minutes: number): string;
}

export function daysAround(now: number): Days {
  const today = Math.floor(now / DAY_MS) * DAY_MS;
  const midnight = (day: number): number => {
    let at = today;
    for (let left = Math.abs(day); left > 0; left -= isWorkday(at) ? 1 : 0) at += Math.sign(day) * DAY_MS;
    return at;
  };
  return {
    now,
    at: (day, time) => `${dateOf(midnight(day))}T${time}:00.000Z`,
    date: (day) => dateOf(midnight(day)),
    laterToday: (hours) => new Date(Math.ceil(now / HOUR_MS) * HOUR_MS + hours * HOUR_MS).toISOString(),
    minutesAgo: (minutes) => new Date(now - minutes * 60_000).toISOString(),
  };
}

/** A calendar date so many days after another. */
export function dateAfter(date: string, days: number): string {
  return dateOf(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS);
}

function isWorkday(midnight: number): boolean {
  return new Date(midnight).getUTCDay() % 6 !== 0;
}

function dateOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 10);
}
