/** Letters, then four digits or more; or five digits and more alone. Tickets (`W-2001`) are none. */
const shape = /(?<![a-z\d-])(?!w[-–\s]?\d)(?:[a-z]{1,5}[-–]?\d{4,12}|[a-z]{2,3}\s\d{5,12}|\d{5,12})(?![a-z\d])/i;

/**
 * The first thing in a text that looks like an order's number, by its looks alone: whether there is such an order, nobody
 * learns from it. Null when there is none.
 */
export function orderNumberIn(text: string): string | null {
  return shape.exec(text.slice(0, 200))?.[0]?.toUpperCase() ?? null;
}
