import { Readable } from 'node:stream';
import { Decrypter, Encrypter } from 'age-encryption';

/** Whom a file is encrypted for: anybody with one of these keys, or with a passphrase. */
export interface Lock {
  /** `age1…` */
  recipients?: readonly string[];
  passphrase?: string;
}

/** What opens it. */
export interface Key {
  /** `AGE-SECRET-KEY-…` */
  identities?: readonly string[];
  passphrase?: string;
}

/** What every file of age begins with. */
export const AGE_MARK = 'age-encryption.org/v1';

/** Encrypts as it comes; readable with the program `age`, too. @throws Error for a recipient that is none. */
export async function encrypted(bytes: Readable, { recipients = [], passphrase }: Lock): Promise<Readable> {
  const encrypter = new Encrypter();
  if (passphrase !== undefined) encrypter.setPassphrase(passphrase);
  for (const recipient of recipients) encrypter.addRecipient(recipient);
  return Readable.fromWeb((await encrypter.encrypt(Readable.toWeb(bytes) as ReadableStream<Uint8Array>)) as never);
}

/** @throws Error when no key fits. */
export async function decrypted(bytes: Readable, { identities = [], passphrase }: Key): Promise<Readable> {
  const decrypter = new Decrypter();
  if (passphrase !== undefined) decrypter.addPassphrase(passphrase);
  for (const identity of identities) decrypter.addIdentity(identity);
  return Readable.fromWeb((await decrypter.decrypt(Readable.toWeb(bytes) as ReadableStream<Uint8Array>)) as never);
}
