import { hkdfSync } from 'node:crypto';

/** The fewest characters the installation's secret may have. */
export const SECRET_LENGTH = 32;

/** What a key is for: `sign-in`, `reply-address`, `touch-keys` … One purpose's key never opens another's. */
export type Purpose = string;

/** The installation's secret, from which every other key is derived, so that only one thing must be kept. */
export interface Secrets {
  /** 32 bytes, always the same for the same secret and purpose. */
  key(purpose: Purpose): Uint8Array;
  /** The same as text, for libraries that want a secret string. */
  text(purpose: Purpose): string;
}

/**
 * @param secret at least {@link SECRET_LENGTH} characters; the configuration has checked it.
 */
export function createSecrets(secret: string): Secrets {
  const derived = new Map<Purpose, Uint8Array>();
  const key = (purpose: Purpose): Uint8Array => {
    const known = derived.get(purpose);
    if (known) return known;
    const made = new Uint8Array(hkdfSync('sha256', secret, 'waypost', `waypost/1/${purpose}`, 32));
    derived.set(purpose, made);
    return made;
  };
  return { key, text: (purpose) => Buffer.from(key(purpose)).toString('base64url') };
}
