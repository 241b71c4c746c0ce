import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { LivePart } from './livePart.ts';
import type { Part } from './part.ts';
import { decodePart, encodePart, sumOf } from './partFile.ts';
import { slices } from './slices.ts';
import { writerLock } from './writerLock.ts';

/** What lies on disk, and how far it had been fed. */
export interface Saved {
  position: string;
  parts: { locale: string; live: LivePart }[];
}

/** The folder that the index lies in. */
export interface Store {
  /** What was saved last; null when there is nothing, or nothing that can be trusted. */
  load(): Promise<Saved | null>;
  /**
   * Writes what is not written yet. Whenever the process ends, the folder holds the state before or the state after.
   * @returns false when another process writes here, or has written the same.
   * @throws what the disk says.
   */
  save(saved: Saved): Promise<boolean>;
  close(): void;
}

const LIST = 'index.json';
const PART_ENDING = '.part';
const ATTEMPTS = 3;

const listSchema = z.object({
  fingerprint: z.string(),
  position: z.string(),
  parts: z.array(
    z.object({
      file: z.string().regex(/^[0-9a-f-]+\.part$/),
      locale: z.string(),
      sha256: z.string(),
      /** Documents of the part that no longer count. */
      gone: z.array(z.int().nonnegative()),
    }),
  ),
});
type List = z.infer<typeof listSchema>;

/**
 * Parts lie in files of their own that are never changed. A list names those that belong together; it is replaced by
 * renaming a new one over it, after everything it names is on disk. Files that no list names are taken away.
 *
 * @param fingerprint what the code that writes makes of words; a list with another one is not used.
 */
export function openStore(folder: string, fingerprint: string): Store {
  const files = new WeakMap<Part, { file: string; sha256: string }>();
  const lock = writerLock(join(folder, 'writer.lock'));
  /** We wrote the list that lies there, and nobody else can since. */
  let isOurs = false;

  async function load(): Promise<Saved | null> {
    const list = await readList(folder);
    if (list?.fingerprint !== fingerprint) return null;
    const parts: Saved['parts'] = [];
    for (const { file, locale, sha256, gone } of list.parts) {
      const bytes = await readFile(join(folder, file));
      if ((await sumOf(bytes, slices())) !== sha256) throw new Error(`${file} is damaged.`);
      const part = decodePart(bytes);
      files.set(part, { file, sha256 });
      const mask = new Uint8Array(part.ids.length);
      for (const document of gone) mask[document] = 1;
      parts.push({ locale, live: new LivePart(part, mask) });
    }
    return { position: list.position, parts };
  }

  async function written(part: Part): Promise<{ file: string; sha256: string }> {
    const known = files.get(part);
    // Another writer may have tidied it away in the meantime.
    if (known && (await exists(join(folder, known.file)))) return known;
    const bytes = encodePart(part);
    const made = { file: `${randomUUID()}${PART_ENDING}`, sha256: await sumOf(bytes, slices()) };
    await writeDurably(folder, made.file, bytes);
    files.set(part, made);
    return made;
  }

  return {
    async load() {
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        try {
          return await load();
        } catch (error) {
          // A writer may have replaced the list while we read what the old one named.
          if (!isMissing(error)) return null;
        }
      }
      return null;
    },

    async save({ position, parts }) {
      // At once: what is gone goes on changing while files are written.
      const lines = parts.map(({ locale, live }) => ({ locale, part: live.part, gone: goneFrom(live) }));
      await mkdir(folder, { recursive: true, mode: 0o700 });
      if (!lock.take()) return false;
      const before = isOurs ? null : await readList(folder).catch(() => null);
      if (before?.fingerprint === fingerprint && before.position === position) {
        lock.release();
        return false;
      }
      const list: List = { fingerprint, position, parts: [] };
      for (const { locale, part, gone } of lines) list.parts.push({ ...(await written(part)), locale, gone });
      const text = JSON.stringify(list);
      const bytes = Buffer.from(`${await sumOf(Buffer.from(text), slices())}\n${text}\n`);
      await writeDurably(folder, LIST, bytes);
      isOurs = true;
      await removeUnnamed(folder, new Set(list.parts.map(({ file }) => file)));
      return true;
    },

    close: () => lock.release(),
  };
}

/** @throws when the list is damaged; null when there is none. */
async function readList(folder: string): Promise<List | null> {
  let file: string;
  try {
    file = await readFile(join(folder, LIST), 'utf8');
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
  const [sum, text = ''] = file.split('\n');
  if ((await sumOf(Buffer.from(text), slices())) !== sum) throw new Error(`${LIST} is damaged.`);
  return listSchema.parse(JSON.parse(text));
}

function goneFrom({ gone }: LivePart): number[] {
  return [...gone.keys()].filter((document) => gone[document] !== 0);
}

/** All of it under its name, or nothing. */
async function writeDurably(folder: string, name: string, bytes: Uint8Array): Promise<void> {
  const unfinished = join(folder, `${randomUUID()}.tmp`);
  const file = await open(unfinished, 'wx', 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(unfinished, join(folder, name));
  await syncFolder(folder);
}

/** A renamed file is safe once its folder is on disk; Windows has no such call and does it by itself. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** What an interrupted writer left, and parts that were joined. Only whoever holds the lock does it. */
async function removeUnnamed(folder: string, named: ReadonlySet<string>): Promise<void> {
  for (const name of await readdir(folder)) {
    if ((name.endsWith(PART_ENDING) || name.endsWith('.tmp')) && !named.has(name)) {
      await rm(join(folder, name), { force: true });
    }
  }
}

const exists = (path: string): Promise<boolean> => stat(path).then(Boolean, () => false);

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
