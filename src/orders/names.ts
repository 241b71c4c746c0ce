/** Names as they are looked up, whatever way somebody writes them. */

/**
 * The form in which numbers, names and what is searched for are compared: compatibility forms and case folded, and a single
 * hyphen wherever there is a break: spaces, signs that no keyboard types, any dash, and the change from letters to digits. `KW 10023`, `kw-10023` and
 * `KW10023` are one, `1-23` and `12-3` stay two.
 */
export function folded(text: string): string {
  return text
    .toWellFormed()
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\s\p{Cc}\p{Dash}_]+/gu, '-')
    .replaceAll(/(?<=[a-z])(?=\d)|(?<=\d)(?=[a-z])/g, '-')
    .replaceAll(/^-+|-+$/g, '');
}

/** An order's number as it is looked up. */
export function numberKey(number: string): string {
  return folded(number);
}

/** A parcel's number as it is looked up: carriers print it in groups, people type it without. */
export function trackingKey(tracking: string): string {
  return tracking
    .toWellFormed()
    .normalize('NFKC')
    .toUpperCase()
    .replaceAll(/[\s\p{Cc}\p{Dash}_.]+/gu, '');
}

/** A carrier's name as it is compared: `DHL`, `dhl` and `D H L` are one. */
export function carrierKey(carrier: string): string {
  return carrier
    .toWellFormed()
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\s\p{Cc}\p{Dash}_.]+/gu, '');
}
