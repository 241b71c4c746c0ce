import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { PassThrough } from 'node:stream';
import { createZstdDecompress } from 'node:zlib';
import { extract } from 'tar-stream';
import { AGE_MARK, decrypted, type Key } from './encryption.ts';
import { manifestSchema, type Manifest } from './manifest.ts';

/** A file that is no backup, was changed, or cannot be opened with what was given. The message is for the operator. */
export class BackupBroken extends Error {
  readonly code = 'backup_broken';
}

/** Whether a backup is encrypted. */
async function isEncrypted(path: string): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(AGE_MARK.length), 0, AGE_MARK.length, 0);
    return buffer.toString('latin1', 0, bytesRead) === AGE_MARK;
  } finally {
    await file.close();
  }
}

/** The entries of a backup as they come; each has to be read to its end before the next. @throws BackupBroken */
export async function* readEntries(
  path: string,
  key: Key | null,
): AsyncGenerator<{ name: string; bytes: AsyncIterable<Buffer> }> {
  const tar = extract();
  try {
    const file = createReadStream(path);
    const sealed = (await isEncrypted(path)) ? await decrypted(file, key ?? {}) : file.pipe(new PassThrough());
    const plain = sealed.pipe(createZstdDecompress());
    const fail = (error: Error) => tar.destroy(error);
    for (const stream of [file, sealed, plain]) stream.on('error', fail);
    plain.on('data', (chunk: Buffer) => {
      if (!tar.write(chunk)) plain.pause();
    });
    tar.on('drain', () => plain.resume());
    plain.on('end', () => tar.end(undefined));
    for await (const entry of tar) {
      yield { name: entry.header.name, bytes: entry as unknown as AsyncIterable<Buffer> };
    }
  } catch (error) {
    throw error instanceof BackupBroken ? error : new BackupBroken(reason(error));
  } finally {
    tar.destroy(null);
  }
}

/**
 * Reads a backup to its end and compares every entry with the manifest.
 * @param look is given each small entry that it names.
 * @throws BackupBroken when anything is missing, doubled or different.
 */
export async function verifyBackup(
  path: string,
  key: Key | null,
  wanted: readonly string[],
): Promise<{ manifest: Manifest; found: ReadonlyMap<string, string> }> {
  const seen = new Map<string, { size: number; sha256: string }>();
  const found = new Map<string, string>();
  let manifest: Manifest | null = null;
  for await (const { name, bytes } of readEntries(path, key)) {
    if (manifest) throw new BackupBroken('Something follows the manifest of the backup.');
    const hash = createHash('sha256');
    const held: Buffer[] = [];
    let size = 0;
    for await (const chunk of bytes) {
      hash.update(chunk);
      size += chunk.length;
      if (name === 'manifest.json' || wanted.includes(name)) held.push(chunk);
    }
    const text = Buffer.concat(held).toString();
    if (name === 'manifest.json') manifest = manifestOf(text);
    else if (seen.has(name)) throw new BackupBroken(`The backup holds ${name} twice.`);
    else seen.set(name, { size, sha256: hash.digest('hex') });
    if (wanted.includes(name)) found.set(name, text);
  }
  if (!manifest) throw new BackupBroken('The backup ends before its manifest: it was cut off.');
  for (const [name, { size, sha256 }] of Object.entries(manifest.entries)) {
    const entry = seen.get(name);
    if (!entry) throw new BackupBroken(`The backup lacks ${name}.`);
    if (entry.size !== size || entry.sha256 !== sha256) throw new BackupBroken(`In the backup, ${name} was changed.`);
  }
  for (const name of seen.keys())
    if (!(name in manifest.entries)) throw new BackupBroken(`The backup’s manifest does not know ${name}.`);
  return { manifest, found };
}

function manifestOf(text: string): Manifest {
  try {
    return manifestSchema.parse(JSON.parse(text));
  } catch {
    throw new BackupBroken('The manifest of the backup cannot be read.');
  }
}

function reason(error: unknown): string {
  const words = error instanceof Error ? error.message : String(error);
  if (/no identity matched|passphrase|identity/i.test(words))
    return 'The backup is encrypted, and what was given does not open it.';
  return `The backup cannot be read: ${words}.`;
}
