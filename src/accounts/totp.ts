import { createHmac } from 'node:crypto';
import { sameText } from '../platform/secrets/index.ts';

/** How long one code is shown, in milliseconds. Codes of the moment before and after pass, too: clocks differ. */
const PERIOD_MS = 30_000;
const DIGITS = 6;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Bytes of a shared secret, as RFC 4226 recommends. */
export const SECRET_BYTES = 20;

/** The code of an authenticator app (RFC 6238: SHA-1, 30 seconds, six digits) in a step of time. */
export function codeAt(secret: Uint8Array, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', secret).update(counter).digest();
  const offset = mac.readUInt8(mac.length - 1) & 0xf;
  const number = mac.readUInt32BE(offset) & 0x7fff_ffff;
  return String(number % 10 ** DIGITS).padStart(DIGITS, '0');
}

/** The step of time at an instant, in milliseconds since 1970. */
export const stepAt = (now: number): number => Math.floor(now / PERIOD_MS);

/**
 * The step whose code was typed, or null. Every step that may pass is computed, so the time tells nothing.
 * @param after codes of this step and earlier ones were used.
 */
export function stepOfCode(secret: Uint8Array, code: string, now: number, after: number): number | null {
  const here = stepAt(now);
  let found: number | null = null;
  for (const step of [here - 1, here, here + 1]) {
    if (sameText(codeAt(secret, step), code) && step > after) found = step;
  }
  return found;
}

/** Base32 (RFC 4648) without padding: what authenticator apps take and people can type. */
export function base32(bytes: Uint8Array): string {
  let bits = 0;
  let pending = 0;
  let text = '';
  for (const byte of bytes) {
    pending = (pending << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += ALPHABET[(pending >> bits) & 31];
    }
    pending &= (1 << bits) - 1;
  }
  return bits > 0 ? text + ALPHABET[(pending << (5 - bits)) & 31] : text;
}

/** What the QR code says to an authenticator app. */
export function authenticatorAddress(about: { issuer: string; email: string; secret: Uint8Array }): string {
  const { issuer, email, secret } = about;
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(email)}`;
  const asked = { secret: base32(secret), issuer, algorithm: 'SHA1', digits: DIGITS, period: PERIOD_MS / 1000 };
  const query = Object.entries(asked).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return `otpauth://totp/${label}?${query.join('&')}`;
}
