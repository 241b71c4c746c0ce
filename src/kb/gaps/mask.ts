const address = /[^\s@<>“”"'，。；：]+@[^\s@<>“”"'，。；：]+/gu;
/** `KW-10023`, `W-2001`, `JD0146000034`: letters, then four digits or more. */
const reference = /(?<![A-Za-z\d])[A-Za-z]{1,4}[-–]?\d{4,}(?![A-Za-z\d])/g;
/** Seven digits or more, however they are spaced: telephone, card, account and order numbers. */
const longNumber = /\+?\d(?:[\s().\-–/]?\d){6,}/g;

/** What stands where something personal stood. */
export const MASK = '…';

/**
 * A question without what may point at a person: e-mail addresses, telephone numbers, and the numbers of orders, parcels
 * and the like become `…`. Names stay, since no program tells them from words.
 */
export function maskPersonal(text: string): string {
  return text.replace(address, MASK).replace(reference, MASK).replace(longNumber, MASK);
}
