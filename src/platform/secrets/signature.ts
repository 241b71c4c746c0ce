import { createHash, createHmac, hash, timingSafeEqual } from 'node:crypto';

/** How a token is stored: SHA-256 as hexadecimal. Tokens are random, so no salt is needed. */
export function hashToken(token: string): string {
  return hash('sha256', token);
}

/** Whether two texts are the same, in a time that does not depend on where they differ. */
export function sameText(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';
const SIGNATURE_BYTES = 20;

/**
 * 32 lower-case letters and digits that only a holder of `key` can make for `text`: they survive mail systems that
 * change the case of an address, and leave room in its local part.
 */
export function sign(key: Uint8Array, text: string): string {
  const mac = createHmac('sha256', key).update(text).digest().subarray(0, SIGNATURE_BYTES);
  let bits = 0;
  let pending = 0;
  let signature = '';
  for (const byte of mac) {
    pending = (pending << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      signature += ALPHABET[(pending >> bits) & 31];
    }
    pending &= 31;
  }
  return signature;
}

/** Whether `signature` is {@link sign}'s for `text`, in any case, compared in constant time. */
export function verify(key: Uint8Array, text: string, signature: string): boolean {
  return sameText(sign(key, text), signature.toLowerCase());
}
