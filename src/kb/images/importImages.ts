import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { instant } from '../../platform/runtime.ts';
import type { ContentFault } from '../import/fault.ts';
import type { PictureSizes } from '../markdown/index.ts';
import type { KbParts } from '../parts.ts';
import { remakeShowing } from '../remake.ts';
import { MOST_BYTES, pictureName, readPicture, typeByName, type Picture, type PictureFault } from './picture.ts';
import { pictureSizes } from './shown.ts';

/** A picture's file that was found good. */
interface ImageFile extends Picture {
  name: string;
  /** `images/torque.svg`, relative to the content folder. */
  path: string;
}

const FOLDER = 'images';

const messages: Record<PictureFault, string> = {
  too_large: `It is larger than ${MOST_BYTES / 1024 / 1024} MB.`,
  not_a_picture: 'It is no SVG, PNG, JPEG, WebP or GIF, or a broken one.',
  unsafe: 'It holds scripts, handlers, foreign content or references that lead out of the file.',
  unsized: 'Its size is not known; give an SVG “width” and “height”, or a “viewBox”.',
  other_type: 'Its content is of another kind than its name says.',
};

/**
 * The pictures of a content folder, `images/*`, one after the other; what is wrong with the others goes to `faults`.
 * Needs no database, so that a folder can be checked anywhere.
 */
async function* readImageFiles(folder: string, faults: ContentFault[]): AsyncGenerator<ImageFile> {
  for (const name of await namesIn(join(folder, FOLDER))) {
    const path = `${FOLDER}/${name}`;
    const refuse = (message: string) => faults.push({ file: path, line: 1, message, skipped: true });
    if (!pictureName.test(name)) {
      refuse('Name pictures with a to z, 0 to 9 and single hyphens, ending in .svg, .png, .jpg, .webp or .gif.');
      continue;
    }
    // A look at the size first: what is far too large is not even read.
    const picture =
      (await stat(join(folder, path))).size > MOST_BYTES
        ? { fault: 'too_large' as const }
        : await readPicture(await readFile(join(folder, path)));
    if ('fault' in picture) refuse(messages[picture.fault]);
    else if (picture.contentType !== typeByName(name)) refuse(messages.other_type);
    else yield { ...picture, name, path };
  }
}

/**
 * Brings the content folder's pictures in, before the articles that show them. A changed file has new bytes under the
 * old name, and articles whose HTML carries its size are made again. What was added in the browser is never overwritten.
 *
 * @returns how large the pictures are that articles may show now.
 */
export async function importImages(parts: KbParts, folder: string, faults: ContentFault[]): Promise<PictureSizes> {
  const { db } = parts.database;
  const known = new Map(
    (await db.selectFrom('image').select(['name', 'sha256', 'sourcePath', 'width', 'height']).execute()).map((row) => [
      row.name,
      row,
    ]),
  );
  const found = new Set<string>();
  const resized: string[] = [];
  for await (const file of readImageFiles(folder, faults)) {
    found.add(file.path);
    const before = known.get(file.name);
    if (before?.sha256 === file.sha256 && before.sourcePath === file.path) continue;
    if (before && before.sourcePath === null && before.sha256 !== file.sha256) {
      const message = 'Another picture of this name was added in the browser; give the file another name.';
      faults.push({ file: file.path, line: 1, message, skipped: true });
      continue;
    }
    await store(parts, file);
    if (before?.width !== file.width || before.height !== file.height) resized.push(file.name);
  }
  const faulty = new Set(faults.map((fault) => fault.file));
  for (const { name, sourcePath } of known.values()) {
    if (sourcePath !== null && !found.has(sourcePath) && !faulty.has(sourcePath)) await forget(parts, name);
  }
  await remakeShowing(parts, resized);
  return pictureSizes(db);
}

async function store({ database, runtime }: KbParts, { name, path, ...picture }: ImageFile): Promise<void> {
  const at = instant(runtime.now());
  const state = { ...picture, sourcePath: path, updatedAt: at };
  await database.db
    .insertInto('image')
    .values({ name, authorId: null, createdAt: at, ...state })
    .onConflict((on) => on.column('name').doUpdateSet(state))
    .execute();
}

/** A picture whose file is gone goes, too, unless a revision names it: that one could be read or restored. */
async function forget({ database }: KbParts, name: string): Promise<void> {
  await database.db
    .deleteFrom('image')
    .where('name', '=', name)
    .where((is) =>
      is.not(is.exists(is.selectFrom('revisionImage').select('name').where('revisionImage.name', '=', name))),
    )
    .execute();
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
      .map((entry) => entry.name)
      .toSorted();
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return [];
    throw error;
  }
}
