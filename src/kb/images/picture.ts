import { createHash } from 'node:crypto';
import { fileTypeFromBuffer } from 'file-type';
import { imageSize } from 'image-size';
import { readSvg } from './svg.ts';

/** The most that a picture may weigh, in bytes. */
export const MOST_BYTES = 2 * 1024 * 1024;
/** The most that a picture may measure on either side, in pixels. */
const MOST_PIXELS = 10_000;

/** The kinds of picture we take, by the end of their names. */
const types: Readonly<Record<string, string>> = {
  svg: 'image/svg+xml',
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
  gif: 'image/gif',
};

/** What a picture is called, and so where it is found: one segment of an address in small letters. */
export const pictureName = /^[a-z0-9]+(?:[._-][a-z0-9]+)*\.(?:svg|png|jpe?g|webp|gif)$/;

/** A picture whose content was looked at. */
export interface Picture {
  contentType: string;
  width: number;
  height: number;
  size: number;
  sha256: string;
  bytes: Uint8Array;
}

/** Why something is no picture for an article. */
export type PictureFault = 'too_large' | 'not_a_picture' | 'unsafe' | 'unsized' | 'other_type';

/** What is in the bytes, whatever they are called. */
export async function readPicture(bytes: Uint8Array): Promise<Picture | { fault: PictureFault }> {
  if (bytes.length > MOST_BYTES) return { fault: 'too_large' };
  const found = await contentOf(bytes);
  if ('fault' in found) return found;
  if (Math.max(found.width, found.height) > MOST_PIXELS) return { fault: 'unsized' };
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { ...found, size: bytes.length, sha256, bytes };
}

/** The kind that a name claims; undefined for a name without a known ending. */
export function typeByName(name: string): string | undefined {
  return types[name.slice(name.lastIndexOf('.') + 1).toLowerCase()];
}

/** The usual ending of a kind. */
export function endingOf(contentType: string): string {
  return Object.keys(types).find((ending) => types[ending] === contentType) ?? 'png';
}

async function contentOf(
  bytes: Uint8Array,
): Promise<{ contentType: string; width: number; height: number } | { fault: PictureFault }> {
  const contentType = (await fileTypeFromBuffer(bytes))?.mime;
  if (contentType === undefined || contentType === 'application/xml') {
    const drawing = readSvg(bytes);
    if (!('fault' in drawing)) return { contentType: 'image/svg+xml', ...drawing };
    return { fault: drawing.fault === 'broken' ? 'not_a_picture' : drawing.fault };
  }
  if (!Object.values(types).includes(contentType)) return { fault: 'not_a_picture' };
  try {
    const { width, height, orientation = 1 } = imageSize(bytes);
    if (!(width > 0 && height > 0)) return { fault: 'unsized' };
    // A camera held upright stores the picture lying; browsers turn it.
    return orientation >= 5 ? { contentType, width: height, height: width } : { contentType, width, height };
  } catch {
    return { fault: 'unsized' };
  }
}
