import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createZstdCompress } from 'node:zlib';
import { pack } from 'tar-stream';
import { encrypted, type Lock } from './encryption.ts';
import type { Manifest } from './manifest.ts';

/** One entry: bytes that are there, or a file to be read as it is. */
export type BackupEntry =
  | { name: string; bytes: Uint8Array; rows?: number }
  /** A file that is not there any more is noted as missing. */
  | { name: string; file: string };

/**
 * Writes a backup, tar within zstd, within age if it is locked; whole or not at all. The last entry is the manifest with
 * the size and SHA-256 of every other.
 * @returns the manifest, and the file's size in bytes.
 * @throws Error `EEXIST` when there is a file of that name.
 */
export async function writeBackup(
  path: string,
  entries: AsyncIterable<BackupEntry>,
  lock: Lock | null,
): Promise<{ manifest: Manifest; size: number }> {
  const there = await stat(path).catch(() => null);
  if (there) throw Object.assign(new Error(`There is a file ${path} already.`), { code: 'EEXIST', path });
  const aside = `${path}.${process.pid}.part`;
  const manifest: Manifest = { entries: {}, missing: [] };
  const tar = pack();
  const packing = putAll(tar, entries, manifest);
  packing.catch((error: unknown) => tar.destroy(error as Error));
  const packed = Readable.from(tar as unknown as AsyncIterable<Uint8Array>).pipe(createZstdCompress());
  tar.on('error', (error) => packed.destroy(error));
  const file = await open(aside, 'wx', 0o600);
  try {
    const bytes = lock ? await encrypted(packed, lock) : packed.pipe(new PassThrough());
    packed.on('error', (error) => bytes.destroy(error));
    await Promise.all([pipeline(bytes, file.createWriteStream({ flush: true })), packing]);
    await rename(aside, path);
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(aside, { force: true });
    throw error;
  }
  const folder = await open(dirname(path), 'r');
  await folder.sync().finally(() => folder.close());
  return { manifest, size: (await stat(path)).size };
}

async function putAll(
  tar: ReturnType<typeof pack>,
  entries: AsyncIterable<BackupEntry>,
  manifest: Manifest,
): Promise<void> {
  for await (const entry of entries) {
    if ('bytes' in entry) await putBytes(tar, entry, manifest);
    else await putFile(tar, entry, manifest);
  }
  await putBytes(tar, { name: 'manifest.json', bytes: Buffer.from(JSON.stringify(manifest)) }, null);
  tar.finalize();
}

async function putBytes(
  tar: ReturnType<typeof pack>,
  { name, bytes, rows }: { name: string; bytes: Uint8Array; rows?: number },
  manifest: Manifest | null,
): Promise<void> {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (manifest) manifest.entries[name] = { size: bytes.length, sha256, ...(rows !== undefined && { rows }) };
  await new Promise<void>((resolve, reject) =>
    tar.entry({ name, size: bytes.length }, Buffer.from(bytes), (error) => (error ? reject(error) : resolve())),
  );
}

async function putFile(
  tar: ReturnType<typeof pack>,
  { name, file }: { name: string; file: string },
  manifest: Manifest,
): Promise<void> {
  const known = await stat(file).catch(() => null);
  if (!known) {
    manifest.missing.push(name);
    return;
  }
  const hash = createHash('sha256');
  const { size } = known;
  await new Promise<void>((resolve, reject) => {
    const into = tar.entry({ name, size }, (error) => (error ? reject(error) : resolve()));
    void (async () => {
      for await (const chunk of createReadStream(file)) {
        hash.update(chunk as Buffer);
        if (!into.write(chunk as Buffer)) await new Promise<void>((drained) => into.once('drain', drained));
      }
      into.end(undefined);
    })().catch(reject);
  });
  manifest.entries[name] = { size, sha256: hash.digest('hex') };
}
