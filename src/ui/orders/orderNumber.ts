/** Letters, then four digits or more; or five digits and more alone. Tickets (`W-2001`) are none. */
const shape = /(?<![\p{L}\d-])(?!w[-–\s]?\d)(?:[a-z]{1,5}[-–\s]?\d{4,12}|\d{5,12})(?![\p{L}\d])/iu;

/**
 * The first thing in a text that looks like an order's number, by its looks alone: whether there is such an order, nobody
 * learns from it. Null when there is none.
 */
export function orderNumberIn(text: string): string | null {
  return shape.exec(text.slice(0, 200))?.[0]?.toUpperCase() ?? null;
}
