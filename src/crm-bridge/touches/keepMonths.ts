/** What searches and reads are kept for, and everything else: letters of trade are asked for after six full years. */
const keptByDefault: Readonly<Record<string, number>> = { search: 13, article: 13, default: 84 };

/** For how many months touches of a type are kept. */
export type KeepMonths = (type: string) => number;

/**
 * @param own by type (`article.rated`), by the words it begins with (`article`), or `default`; the longest that fits
 * counts. What is left out is as in `keptByDefault`.
 */
export function createKeepMonths(own: Readonly<Record<string, number>> = {}): KeepMonths & { all: readonly number[] } {
  const months = new Map(Object.entries({ ...keptByDefault, ...own }));
  const otherwise = months.get('default') ?? 0;
  function keepMonths(type: string): number {
    for (let name = type; name !== ''; name = name.slice(0, Math.max(name.lastIndexOf('.'), 0))) {
      const found = name === 'default' ? undefined : months.get(name);
      if (found !== undefined) return found;
    }
    return otherwise;
  }
  return Object.assign(keepMonths, { all: [...new Set(months.values())] });
}

/** The instant so many calendar months before, in milliseconds; the last day of a month that is too short. */
export function monthsBefore(now: number, months: number): number {
  const date = new Date(now);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() - months);
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(day, last));
  return date.getTime();
}
