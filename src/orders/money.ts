/** Money and quantities: decimal strings in and out, never a floating number in between. */

const currencies: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));

/** Whether ISO 4217 knows it, in capitals. */
export function isCurrency(code: string): boolean {
  return currencies.has(code);
}

/** ISO 4217's minor units where they are not two. What `Intl` shows is what is usual there, which is another thing. */
const unusual: Readonly<Record<string, number>> = {
  ...digitsOf(0, 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'),
  ...digitsOf(3, 'BHD IQD JOD KWD LYD OMR TND'),
  ...digitsOf(4, 'CLF UYW'),
};

function digitsOf(digits: number, codes: string): Record<string, number> {
  return Object.fromEntries(codes.split(' ').map((code) => [code, digits]));
}

/** How many digits of a currency's amounts stand behind the point: 2 for EUR, 0 for JPY, 3 for BHD. */
export function minorUnits(currency: string): number {
  return unusual[currency] ?? 2;
}

/**
 * An amount with exactly the digits of its currency.
 * @returns null for what is no decimal amount, or more exact than the currency is.
 */
export function exactAmount(text: string, currency: string): string | null {
  const match = /^(-?)(\d{1,15})(?:\.(\d{1,6}))?$/.exec(text);
  if (!match) return null;
  const [, sign = '', whole = '', fraction = ''] = match;
  const digits = minorUnits(currency);
  if (fraction.length > digits) return null;
  const amount = `${BigInt(whole)}${digits ? `.${fraction.padEnd(digits, '0')}` : ''}`;
  return sign && /[1-9]/.test(amount) ? `-${amount}` : amount;
}

/** Quantity times price, rounded half away from zero to the digits of the price. */
export function timesPrice(quantity: string, price: string): string {
  const [quantityUnits, quantityDigits] = asUnits(quantity);
  const [priceUnits, priceDigits] = asUnits(price);
  const product = quantityUnits * priceUnits;
  const scale = 10n ** BigInt(quantityDigits);
  const size = product < 0n ? -product : product;
  const rounded = (size + scale / 2n) / scale;
  const digits = rounded.toString().padStart(priceDigits + 1, '0');
  const cut = digits.length - priceDigits;
  const text = priceDigits ? `${digits.slice(0, cut)}.${digits.slice(cut)}` : digits;
  return product < 0n && rounded > 0n ? `-${text}` : text;
}

/** A decimal as whole units and how many of its digits stand behind the point. */
function asUnits(decimal: string): [units: bigint, digits: number] {
  const fraction = decimal.split('.')[1] ?? '';
  return [BigInt(decimal.replace('.', '')), fraction.length];
}
