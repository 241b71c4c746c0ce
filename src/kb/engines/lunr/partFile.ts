import { createHash } from 'node:crypto';
import { SHORTEST_BY_ENDING, type Part } from './part.ts';
import { FIELDS } from './fields.ts';
import type { Slices } from './slices.ts';

/** Sums of long files are made piece by piece. */
const PIECE = 2 ** 21;

const ALIGNMENT = 8;

/**
 * A part as bytes: how long each section is, then the sections, each begun at a multiple of eight. Numbers lie as they lie
 * in memory, so reading them is no work; a machine of the other byte order finds the sums wrong and builds anew.
 */
export function encodePart(part: Part): Buffer {
  const sections = [
    Buffer.from(JSON.stringify(part.ids)),
    Buffer.from(part.terms.join('\n')),
    ...[part.audiences, part.lengths, part.byEnding, part.starts, part.holders, part.counts].map(bytesOf),
  ];
  const lengths = bytesOf(Uint32Array.from(sections, (section) => section.length));
  return Buffer.concat([lengths, ...sections].flatMap((section) => [section, Buffer.alloc(padding(section.length))]));
}

const SECTIONS = 8;

/** @throws when the bytes are no part. */
export function decodePart(file: Buffer): Part {
  // Numbers are read in place, which needs a beginning at a multiple of their size.
  const bytes = new Uint8Array(file.length);
  bytes.set(file);
  const sizes = new Uint32Array(bytes.buffer, 0, SECTIONS);
  let at = SECTIONS * Uint32Array.BYTES_PER_ELEMENT;
  const [ids, terms, audiences, lengths, byEnding, starts, holders, counts] = Array.from(sizes, (size) => {
    const section = { at, size };
    at += size + padding(size);
    return section;
  }) as [Section, Section, Section, Section, Section, Section, Section, Section];
  if (at !== bytes.length) throw new Error('A part of the index has a wrong length.');
  const words = textOf(bytes, terms);
  const part: Part = {
    ids: JSON.parse(textOf(bytes, ids)) as string[],
    terms: words === '' ? [] : words.split('\n'),
    audiences: new Uint8Array(bytes.buffer, audiences.at, audiences.size),
    lengths: uint32(bytes, lengths),
    byEnding: uint32(bytes, byEnding),
    starts: uint32(bytes, starts),
    holders: uint32(bytes, holders),
    counts: new Uint16Array(bytes.buffer, counts.at, counts.size / Uint16Array.BYTES_PER_ELEMENT),
  };
  requireWhole(part);
  return part;
}

/** The sum that tells a damaged file. */
export async function sumOf(bytes: Uint8Array, slices: Slices): Promise<string> {
  const hash = createHash('sha256');
  for (let from = 0; from < bytes.length; from += PIECE) {
    if (slices.over) await slices.pause();
    hash.update(bytes.subarray(from, from + PIECE));
  }
  return hash.digest('hex');
}

interface Section {
  at: number;
  size: number;
}

const padding = (length: number): number => (ALIGNMENT - (length % ALIGNMENT)) % ALIGNMENT;

function bytesOf({ buffer, byteOffset, byteLength }: NodeJS.TypedArray): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

function textOf(bytes: Uint8Array, { at, size }: Section): string {
  return Buffer.from(bytes.buffer, at, size).toString('utf8');
}

function uint32(bytes: Uint8Array, { at, size }: Section): Uint32Array {
  return new Uint32Array(bytes.buffer, at, size / Uint32Array.BYTES_PER_ELEMENT);
}

function requireWhole({ ids, terms, audiences, lengths, byEnding, starts, holders, counts }: Part): void {
  const whole =
    audiences.length === ids.length &&
    lengths.length === ids.length * FIELDS &&
    starts.length === terms.length + 1 &&
    starts.at(-1) === holders.length &&
    counts.length === holders.length &&
    byEnding.length === terms.reduce((sum, { length }) => sum + (length >= SHORTEST_BY_ENDING ? 1 : 0), 0);
  if (!whole) throw new Error('A part of the index does not fit together.');
}
