/** Wall clock times of the company's zone, as the browser's own fields write them: `2026-12-01T09:00`. */

const formats = new Map<string, Intl.DateTimeFormat>();

/** An instant as a date and time field shows it; empty for none. */
export function wallTime(at: string | number | null, timeZone: string): string {
  if (at === null) return '';
  const parts = Object.fromEntries(
    formatOf(timeZone)
      .formatToParts(new Date(at))
      .map((part) => [part.type, part.value]),
  );
  const { year = '', month = '', day = '', hour = '', minute = '' } = parts;
  return `${year}-${month}-${day}T${hour}:${minute}`;
}

/** The day of an instant: `2026-12-01`. */
export function wallDay(at: string | number, timeZone: string): string {
  return wallTime(at, timeZone).slice(0, 10);
}

/**
 * The instant that a wall clock shows, as ISO 8601 in UTC. A time that the clocks leave out in spring is the one an hour
 * later; of two equal ones in autumn it is the first. Whatever is no time comes back as it is, for the use case to
 * find fault with.
 */
export function instantOf(wall: string, timeZone: string): string {
  const wanted = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?$/.test(wall)
    ? Date.parse(`${wall.slice(0, 16)}:00Z`)
    : Number.NaN;
  if (Number.isNaN(wanted)) return wall;
  const behind = (at: number): number => Date.parse(`${wallTime(at, timeZone)}:00Z`) - at;
  const first = wanted - behind(wanted);
  return new Date(wanted - behind(first)).toISOString();
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const kept = formats.get(timeZone);
  if (kept) return kept;
  const format = new Intl.DateTimeFormat('en-GB', {
    ...{
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
    },
  });
  formats.set(timeZone, format);
  return format;
}
