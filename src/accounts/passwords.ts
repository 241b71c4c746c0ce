import { scrypt, timingSafeEqual } from 'node:crypto';
import type { Runtime } from '../platform/runtime.ts';

/** scrypt's parameters: `n` blocks of memory (a power of two), `r` their size, `p` rounds. */
export interface ScryptCost {
  n: number;
  r: number;
  p: number;
}

/** One of the settings that OWASP's password storage sheet names: 16 MB, and about 150 ms of one core. */
export const defaultCost: ScryptCost = { n: 16_384, r: 8, p: 5 };

export const SALT_BYTES = 16;
const KEY_BYTES = 64;

/**
 * Passwords as they are stored: `scrypt$n$r$p$salt$key`. The work is done on the thread pool, so that a burst of
 * sign-ins does not hold up the pages. Old hashes stay readable when the cost rises.
 */
export function createPasswords({ runtime, cost = defaultCost }: { runtime: Runtime; cost?: ScryptCost | undefined }) {
  return {
    /** @param salt 16 bytes; left out: random ones. */
    async hash(password: string, salt: Uint8Array = runtime.randomBytes(SALT_BYTES)): Promise<string> {
      const key = await derive(password, salt, cost);
      return [
        'scrypt',
        cost.n,
        cost.r,
        cost.p,
        Buffer.from(salt).toString('base64url'),
        key.toString('base64url'),
      ].join('$');
    },
    /** False for another password, and for a hash that is none of ours. */
    async verify(password: string, hash: string): Promise<boolean> {
      const [scheme, n, r, p, salt, key] = hash.split('$');
      if (scheme !== 'scrypt' || !n || !r || !p || !salt || !key) return false;
      const wanted = Buffer.from(key, 'base64url');
      const made = await derive(password, Buffer.from(salt, 'base64url'), { n: Number(n), r: Number(r), p: Number(p) });
      return wanted.length === made.length && timingSafeEqual(wanted, made);
    },
  };
}

export type Passwords = ReturnType<typeof createPasswords>;

function derive(password: string, salt: Uint8Array, { n, r, p }: ScryptCost): Promise<Buffer> {
  const options = { N: n, r, p, maxmem: 256 * n * r };
  return new Promise((resolve, reject) => {
    // NFKC: the same password typed on another keyboard or system gives the same characters.
    scrypt(password.normalize('NFKC'), salt, KEY_BYTES, options, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}
