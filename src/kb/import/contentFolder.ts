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

/**
 * The article files of a content folder: `<locale>/<category>/<slug>.md`. Two files of one locale with the same name
 * would be the same page; the second is a fault.
 */
export async function findContentFiles(
  folder: string,
  locales: readonly string[],
  faults: ContentFault[],
): Promise<ContentFile[]> {
  const files: ContentFile[] = [];
  for (const locale of locales) {
    const taken = new Map<string, string>();
    for (const category of await foldersIn(join(folder, locale))) {
      for (const name of await filesIn(join(folder, locale, category))) {
        const path = `${locale}/${category}/${name}`;
        const slug = name.slice(0, -'.md'.length);
        const refuse = (message: string) => faults.push({ file: path, line: 1, message, skipped: true });
        if (![slug, category].every((part) => folderName.test(part))) {
          refuse('Name files and folders with a to z, 0 to 9 and single hyphens; the name becomes the address.');
        } else if (taken.has(slug)) {
          refuse(`${taken.get(slug)} has the same name, and so the same address.`);
        } else {
          taken.set(slug, path);
          files.push({ path, locale, category, slug });
        }
      }
    }
  }
  return files;
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

async function entriesOf(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
