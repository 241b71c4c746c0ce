import { isCurrency, minorUnits } from '../money.ts';

/**
 * What lines cost together, in the digits of their currency.
 * @returns undefined where a line or the currency says nothing that can be added.
 */
export function sumOf(
  lines: readonly (readonly [quantity: string, price: string])[],
  currency: string | undefined,
): string | undefined {
  if (currency === undefined || !isCurrency(currency)) return undefined;
  const digits = minorUnits(currency);
  let sum = 0n;
  for (const [quantity, price] of lines) {
    const [many, manyDigits] = unitsOf(quantity);
    const [each, eachDigits] = unitsOf(price);
    if (many === null || each === null) return undefined;
    sum += rounded(many * each, manyDigits + eachDigits - digits);
  }
  const sign = sum < 0n ? '-' : '';
  const text = String(sum < 0n ? -sum : sum).padStart(digits + 1, '0');
  return digits === 0 ? sign + text : `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

function unitsOf(decimal: string): [units: bigint | null, digits: number] {
  if (!/^-?\d+(\.\d+)?$/.test(decimal)) return [null, 0];
  return [BigInt(decimal.replace('.', '')), decimal.split('.')[1]?.length ?? 0];
}

/** Half away from zero. @param digits how many to take away; below zero, to add. */
function rounded(units: bigint, digits: number): bigint {
  if (digits <= 0) return units * 10n ** BigInt(-digits);
  const scale = 10n ** BigInt(digits);
  const size = units < 0n ? -units : units;
  const result = (size + scale / 2n) / scale;
  return units < 0n ? -result : result;
}
