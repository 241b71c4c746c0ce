import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ContentFault } from './fault.ts';

/** One article's file, not yet read. */
export interface ContentFile {
  /** `en/care/oil-the-table.md`, relative to the content folder. */
  path: string;
  locale: string;
  category: string;
  slug: string;
}

const folderName = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;

/** The article files of a content folder. */
export interface ContentFiles {
  files: ContentFile[];
  /** Every path that is there, faulty names included. */
  paths: ReadonlySet<string>;
  /** Locales of which a folder is not there or cannot be read: what is missing of them was not deleted. */
  unread: ReadonlySet<string>;
}

/**
 * The article files of a content folder: `<locale>/<category>/<slug>.md`. Two files of one locale with the same name
 * would be the same page; the one that `isKnown`, or else the first, is it, and the other a fault.
 */
export async function findContentFiles(
  folder: string,
  locales: readonly string[],
  faults: ContentFault[],
  isKnown: (path: string) => boolean,
): Promise<ContentFiles> {
  const files: ContentFile[] = [];
  const paths = new Set<string>();
  const unread = new Set<string>();
  for (const locale of locales) {
    const found = await filesOf(folder, locale).catch((error: unknown) => {
      if (!isMissing(error)) faults.push({ file: locale, line: 1, message: unreadable(error), skipped: true });
      unread.add(locale);
      return [];
    });
    for (const { path } of found) paths.add(path);
    files.push(...settleNames(found, faults, isKnown));
  }
  return { files, paths, unread };
}

/** @throws what keeps a folder from being read, its absence included. */
async function filesOf(folder: string, locale: string): Promise<ContentFile[]> {
  const files: ContentFile[] = [];
  for (const category of await foldersIn(join(folder, locale))) {
    for (const name of await filesIn(join(folder, locale, category))) {
      const slug = name.slice(0, -'.md'.length);
      files.push({ path: `${locale}/${category}/${name}`, locale, category, slug });
    }
  }
  return files;
}

/** The files of one locale whose names can be addresses, one for each address. */
function settleNames(found: ContentFile[], faults: ContentFault[], isKnown: (path: string) => boolean): ContentFile[] {
  const taken = new Map<string, ContentFile>();
  const refuse = (file: string, message: string) => faults.push({ file, line: 1, message, skipped: true });
  for (const file of found) {
    const holder = taken.get(file.slug);
    if (![file.slug, file.category].every((part) => folderName.test(part))) {
      refuse(file.path, 'Name files and folders with a to z, 0 to 9 and single hyphens; the name becomes the address.');
    } else if (!holder) {
      taken.set(file.slug, file);
    } else {
      const [kept, other] = isKnown(file.path) && !isKnown(holder.path) ? [file, holder] : [holder, file];
      taken.set(file.slug, kept);
      refuse(other.path, `${kept.path} has the same name, and so the same address.`);
    }
  }
  return [...taken.values()];
}

/** A file of the content folder as text; null when there is none. */
export async function readContent(folder: string, path: string): Promise<string | null> {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await readFile(join(folder, path)));
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

async function foldersIn(folder: string): Promise<string[]> {
  return (await entriesOf(folder))
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .toSorted();
}

async function filesIn(folder: string): Promise<string[]> {
  const files = (await entriesOf(folder)).filter((entry) => entry.isFile() && entry.name.endsWith('.md'));
  return files.map((entry) => entry.name).toSorted();
}

function entriesOf(folder: string) {
  return readdir(folder, { withFileTypes: true });
}

function unreadable(error: unknown): string {
  return `The folder cannot be read, so nothing of it was changed: ${error instanceof Error ? error.message : String(error)}`;
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
