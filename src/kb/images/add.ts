import { authorize, type Viewer } from '../../accounts/index.ts';
import { isUniqueViolation } from '../../platform/database/index.ts';
import { Refusal } from '../../platform/refusal.ts';
import { instant } from '../../platform/runtime.ts';
import type { KbParts } from '../parts.ts';
import { remakeShowing } from '../remake.ts';
import { endingOf, MOST_BYTES, readPicture, type Picture, type PictureFault } from './picture.ts';
import './tables.ts';

export interface ImageInput {
  bytes: Uint8Array;
  /** As the file was called; the picture's name is made of it. */
  name: string;
  /** What the picture shows; left out: the author writes it between the brackets. */
  alt?: string | undefined;
}

/** A picture that can be shown now. */
export interface ImageAdded {
  name: string;
  url: string;
  width: number;
  height: number;
  /** What is put into an article to show it, the same as in a file. */
  markdown: string;
}

const LONGEST_NAME = 60;

const keys: Record<PictureFault, string> = {
  too_large: 'kb.image.tooLarge',
  not_a_picture: 'kb.image.notAPicture',
  unsafe: 'kb.image.unsafe',
  unsized: 'kb.image.unsized',
  other_type: 'kb.image.notAPicture',
};

/**
 * Takes a picture in under a free name. The same bytes again are the picture that is there already.
 * @throws Refusal `forbidden` or `unauthenticated` for who does not write articles; `invalid` with a fault of `image`.
 */
export function addImage(parts: KbParts) {
  return async (viewer: Viewer, { bytes, name, alt = '' }: ImageInput): Promise<ImageAdded> => {
    authorize(viewer, 'article.write');
    const picture = await readPicture(bytes);
    if ('fault' in picture) {
      const params = { most: MOST_BYTES / 1024 / 1024 };
      throw new Refusal('invalid', { fields: [{ field: 'image', key: keys[picture.fault], params }] });
    }
    const taken = (await sameBytes(parts, picture)) ?? (await store(parts, viewer, picture, name));
    const { width, height } = picture;
    return { name: taken, url: `/images/${taken}`, width, height, markdown: markdownOf(taken, alt) };
  };
}

async function sameBytes({ database: { db } }: KbParts, { sha256, contentType }: Picture): Promise<string | undefined> {
  const row = await db
    .selectFrom('image')
    .select('name')
    .where('sha256', '=', sha256)
    .where('contentType', '=', contentType)
    .orderBy('name')
    .executeTakeFirst();
  return row?.name;
}

async function store(parts: KbParts, viewer: Viewer, picture: Picture, wanted: string): Promise<string> {
  const { database, runtime } = parts;
  const at = instant(runtime.now());
  const authorId = viewer.kind === 'person' ? viewer.personId : null;
  const stem = stemOf(wanted);
  const ending = endingOf(picture.contentType);
  for (let number = 1; ; number += 1) {
    const name = `${stem}${number === 1 ? '' : `-${number}`}.${ending}`;
    const row = { name, ...picture, sourcePath: null, authorId, createdAt: at, updatedAt: at };
    try {
      await database.db.insertInto('image').values(row).execute();
    } catch (error) {
      if (isUniqueViolation(error)) continue;
      throw error;
    }
    // An article may have named it before it was there.
    await remakeShowing(parts, [name]);
    return name;
  }
}

/** A file's name as a part of an address; names without a Latin letter or digit become `image`. */
function stemOf(name: string): string {
  const stem = name
    .replace(/^.*[/\\]/, '')
    .replace(/\.[^.]*$/, '')
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, LONGEST_NAME)
    .replace(/^-+|-+$/g, '');
  return stem || 'image';
}

function markdownOf(name: string, alt: string): string {
  const words = alt
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[\\[\]]/g, '\\$&');
  return `![${words}](../../images/${name})`;
}
