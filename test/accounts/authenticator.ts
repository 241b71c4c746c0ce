import { codeAt, stepAt } from '../../src/accounts/totp.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** What an authenticator app does with the key that a page shows: codes, written apart from the product's own base32. */
export function authenticator(key: string) {
  let bits = '';
  for (const sign of key.replaceAll(/\s/g, '')) bits += ALPHABET.indexOf(sign).toString(2).padStart(5, '0');
  const secret = Uint8Array.from(bits.match(/.{8}/g) ?? [], (byte) => Number.parseInt(byte, 2));
  return { codeAt: (now: number): string => codeAt(secret, stepAt(now)) };
}
