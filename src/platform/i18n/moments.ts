import { htmlLang, type Locale } from './locales.ts';

/** An instant: ISO 8601 text, milliseconds since 1970, or a Date. */
export type Moment = string | number | Date;

/**
 * Dates and times as our two languages write them, in one time zone. `Intl` gives the numbers and names; the order is
 * ours, since ICU changes its own from version to version. What is no instant becomes an empty string.
 */
export interface Moments {
  /** The IANA zone that is written in. */
  readonly timeZone: string;
  /** `12 Oct 2026` · `2026年10月12日` */
  date(at: Moment): string;
  /** `12 Oct` · `10月12日`, for lists where the year is plain */
  shortDate(at: Moment): string;
  /** `Sat 7 Nov` · `11月7日（周六）` */
  day(at: Moment): string;
  /** `Saturday 7 November` · `11月7日（周六）`, for a headline */
  longDay(at: Moment): string;
  /** `09:58` · `9:58` */
  time(at: Moment): string;
  /** `Thu 5 Nov, 11:32` · `11月5日（周四）11:32` */
  dayAndTime(at: Moment): string;
  /** `12 Oct 2026, 09:58` · `2026年10月12日9:58` */
  dateTime(at: Moment): string;
  /** `Today, 09:58`, `Yesterday, 16:48`, then dayAndTime, in another year dateTime; `now` is the reader's present. */
  recent(at: Moment, now: Moment): string;
  /** `25 minutes ago` · `25分钟前`; beyond a week the short date. */
  relative(at: Moment, now: Moment): string;
  /** For `datetime` attributes: ISO 8601 in UTC. */
  iso(at: Moment): string;
}

interface Parts {
  year: string;
  month: string;
  day: string;
  weekday: string;
  hour: string;
  minute: string;
}

/** How a locale puts the parts together. */
interface Order {
  date(parts: Parts): string;
  shortDate(parts: Parts): string;
  day(parts: Parts): string;
  time(parts: Parts): string;
  join(day: string, time: string): string;
  today: string;
  yesterday: string;
}

const orders: Record<Locale, Order> = {
  en: {
    date: ({ day, month, year }) => `${day} ${month} ${year}`,
    shortDate: ({ day, month }) => `${day} ${month}`,
    day: ({ weekday, day, month }) => `${weekday} ${day} ${month}`,
    time: ({ hour, minute }) => `${hour}:${minute}`,
    join: (day, time) => `${day}, ${time}`,
    today: 'Today',
    yesterday: 'Yesterday',
  },
  'zh-cn': {
    date: ({ year, month, day }) => `${year}年${month}月${day}日`,
    shortDate: ({ month, day }) => `${month}月${day}日`,
    day: ({ month, day, weekday }) => `${month}月${day}日（${weekday}）`,
    time: ({ hour, minute }) => `${Number(hour)}:${minute}`,
    join: (day, time) => `${day}${time}`,
    today: '今天',
    yesterday: '昨天',
  },
};

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Whether `Intl` knows the time zone. */
export function isTimeZone(name: unknown): name is string {
  if (typeof name !== 'string' || name === '') return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** Formatters for one locale and time zone; an unknown zone is read as UTC. */
export function moments(locale: Locale, timeZone: string): Moments {
  const tag = htmlLang(locale);
  const order = orders[locale];
  const zone = isTimeZone(timeZone) ? timeZone : 'UTC';
  const format = new Intl.DateTimeFormat(tag, {
    timeZone: zone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: locale === 'en' ? 'short' : 'numeric',
    day: 'numeric',
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
  });
  const long =
    locale === 'en'
      ? new Intl.DateTimeFormat('en-GB', { timeZone: zone, weekday: 'long', day: 'numeric', month: 'long' })
      : null;
  const ago = new Intl.RelativeTimeFormat(tag, { numeric: 'auto' });

  const partsOf = (at: Moment): Parts | null => {
    const milliseconds = millisecondsOf(at);
    if (milliseconds === null) return null;
    const found = Object.fromEntries(format.formatToParts(milliseconds).map((part) => [part.type, part.value]));
    return found as unknown as Parts;
  };
  const written = (at: Moment, write: (parts: Parts) => string): string => {
    const parts = partsOf(at);
    return parts === null ? '' : write(parts);
  };
  const self: Moments = {
    timeZone: zone,
    date: (at) => written(at, order.date),
    shortDate: (at) => written(at, order.shortDate),
    day: (at) => written(at, order.day),
    longDay: (at) => {
      const milliseconds = millisecondsOf(at);
      if (milliseconds === null) return '';
      const found = long?.formatToParts(milliseconds) ?? [];
      const part = (type: string): string => found.find((each) => each.type === type)?.value ?? '';
      return long ? `${part('weekday')} ${part('day')} ${part('month')}` : self.day(at);
    },
    time: (at) => written(at, order.time),
    dayAndTime: (at) => written(at, (parts) => order.join(order.day(parts), order.time(parts))),
    dateTime: (at) => written(at, (parts) => order.join(order.date(parts), order.time(parts))),
    recent: (at, now) =>
      written(at, (parts) => {
        const time = order.time(parts);
        const date = order.date(parts);
        if (date === self.date(now)) return order.join(order.today, time);
        if (date === self.date((millisecondsOf(now) ?? 0) - DAY)) return order.join(order.yesterday, time);
        return parts.year === partsOf(now)?.year ? self.dayAndTime(at) : self.dateTime(at);
      }),
    relative: (at, now) => {
      const [then, present] = [millisecondsOf(at), millisecondsOf(now)];
      if (then === null || present === null) return '';
      const passed = then - present;
      const size = Math.abs(passed);
      if (size < HOUR) return ago.format(Math.trunc(passed / MINUTE), 'minute');
      if (size < DAY) return ago.format(Math.trunc(passed / HOUR), 'hour');
      if (size < 7 * DAY) return ago.format(Math.trunc(passed / DAY), 'day');
      return partsOf(then)?.year === partsOf(present)?.year ? self.shortDate(at) : self.date(at);
    },
    iso: (at) => {
      const milliseconds = millisecondsOf(at);
      return milliseconds === null ? '' : new Date(milliseconds).toISOString();
    },
  };
  return self;
}

function millisecondsOf(at: Moment): number | null {
  const milliseconds = typeof at === 'number' ? at : new Date(at).getTime();
  // The range of Date, beyond which both formatting and toISOString throw.
  return Math.abs(milliseconds) <= 8.64e15 ? milliseconds : null;
}
