import { createCipheriv, createDecipheriv, randomBytes, type KeyObject } from 'node:crypto';

/** 32 bytes. As a `KeyObject` (`createSecretKey`) sealing takes a third of the time: for keys that are used often. */
export type SealKey = Uint8Array | KeyObject;

const VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const OVERHEAD = 1 + NONCE_BYTES + TAG_BYTES;

/** Sealed bytes cannot be opened: another key, other additional data, or they were changed. */
class SealBroken extends Error {
  readonly code = 'seal_broken';
  constructor() {
    super('The sealed data cannot be opened with this key.');
    this.name = 'SealBroken';
  }
}

/**
 * Encrypts with AES-256-GCM: version (1 byte), nonce (12), ciphertext, tag (16). The nonce never comes from a test's
 * fixed dice: the same nonce twice under one key would give both texts away.
 *
 * @param key at most 2^32 seals a key, since the nonce is random.
 * @param aad what the bytes belong to (a row's id, say): they open nowhere else. Not stored.
 */
export function seal(key: SealKey, plaintext: string | Uint8Array, aad: string): Uint8Array<ArrayBuffer> {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(aad));
  const body = typeof plaintext === 'string' ? cipher.update(plaintext, 'utf8') : cipher.update(plaintext);
  cipher.final(); // GCM leaves nothing for the end
  const sealed = new Uint8Array(OVERHEAD + body.length);
  sealed[0] = VERSION;
  sealed.set(nonce, 1);
  sealed.set(body, 1 + NONCE_BYTES);
  sealed.set(cipher.getAuthTag(), 1 + NONCE_BYTES + body.length);
  return sealed;
}

/**
 * Decrypts what {@link seal} made.
 * @throws SealBroken when the key or `aad` is another one or a byte was changed.
 */
export function open(key: SealKey, sealed: Uint8Array, aad: string): Uint8Array {
  if (sealed.length < OVERHEAD || sealed[0] !== VERSION) throw new SealBroken();
  const nonce = sealed.subarray(1, 1 + NONCE_BYTES);
  const body = sealed.subarray(1 + NONCE_BYTES, sealed.length - TAG_BYTES);
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(aad)).setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
    return new Uint8Array(Buffer.concat([decipher.update(body), decipher.final()]));
  } catch {
    throw new SealBroken();
  }
}

/** {@link open} for sealed text. @throws SealBroken */
export function openText(key: SealKey, sealed: Uint8Array, aad: string): string {
  return Buffer.from(open(key, sealed, aad)).toString('utf8');
}
