import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { fieldOfHeading } from './headings.ts';
import { encodings, separators, type Encoding, type Separator } from './fields.ts';
import { rowsOf, UnreadableFile, type Row } from './reading.ts';

/** How a file is written. */
export interface Form {
  encoding: Encoding;
  separator: Separator;
}

/** What a first look at all of a file says. */
export interface Survey {
  form: Form;
  /** Each once: a second `Price` is `Price (2)`. */
  headings: string[];
  /** Rows below the headings. */
  rows: number;
  /** The first of them. */
  sample: Row[];
  /** Of each column the different cells, where they are few enough to be words for states. */
  words: (string[] | null)[];
}

const SAMPLE = 8;
const MOST_WORDS = 40;
const LONGEST_WORD = 60;
const MOST_COLUMNS = 200;
const LONGEST_HEADING = 200;

/**
 * Reads a file through once.
 * @param form how it is written, where somebody has said so; else what its bytes look like.
 * @throws UnreadableFile
 */
export async function surveyOf(path: string, form?: Form): Promise<Survey> {
  const known = form ?? (await formOf(path));
  let headings: string[] | null = null;
  let words: (Set<string> | null)[] = [];
  const sample: Row[] = [];
  let rows = 0;
  for await (const { row, cells } of rowsOf(path, known)) {
    if (headings === null) {
      if (cells.length > MOST_COLUMNS) throw new UnreadableFile('too_many_columns', row);
      headings = distinct(cells);
      words = headings.map(() => new Set());
      continue;
    }
    rows += 1;
    if (sample.length < SAMPLE) sample.push({ row, cells: cells.map((cell) => cell.slice(0, LONGEST_HEADING)) });
    cells.forEach((cell, at) => (words[at] = withWord(words[at] ?? null, cell.trim())));
  }
  if (headings === null || rows === 0) throw new UnreadableFile('no_rows', 0);
  return {
    form: known,
    headings,
    rows,
    sample,
    words: words.slice(0, headings.length).map((set) => (set ? [...set] : null)),
  };
}

function withWord(words: Set<string> | null, word: string): Set<string> | null {
  if (words === null || word === '' || words.has(word)) return words;
  return words.size >= MOST_WORDS || word.length > LONGEST_WORD ? null : words.add(word);
}

/** The headings of a file, by which columns are known. */
function distinct(cells: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return cells.map((cell, at) => {
    const name =
      cell
        .replaceAll(/\s+/g, ' ')
        .trim()
        .slice(0, LONGEST_HEADING - 10) || `#${at + 1}`;
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    return times === 1 ? name : `${name} (${times})`;
  });
}

/** How a file's bytes look: shown to a person before anything is stored. @throws UnreadableFile when no encoding fits. */
async function formOf(path: string): Promise<Form> {
  const encoding = await encodingOf(path);
  const counts = await Promise.all(
    separators.map(async (separator) => ({ separator, score: await fit(path, { encoding, separator }) })),
  );
  const [best] = counts.toSorted((a, b) => b.score - a.score);
  return { encoding, separator: best?.separator ?? ',' };
}

/** How much a first row, split so, looks like headings: known ones count most. */
async function fit(path: string, form: Form): Promise<number> {
  const rows = rowsOf(path, form);
  try {
    const { value } = await rows.next();
    const cells = (value as Row | undefined)?.cells ?? [];
    return cells.length > 1 ? cells.filter((cell) => fieldOfHeading(cell) !== null).length * 100 + cells.length : 0;
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    return -1;
  } finally {
    await rows.return(undefined);
  }
}

const [UTF_8, GB_18030, WINDOWS_1252] = encodings;

/** UTF-8 is what it is by its bytes. Of the others, Chinese text is pairs of high bytes, European text single ones. */
async function encodingOf(path: string): Promise<Encoding> {
  const utf8 = new TextDecoder(UTF_8, { fatal: true });
  let isUtf8 = true;
  let [pairs, high, nuls, size] = [0, 0, 0, 0];
  let isOpen = false;
  for await (const bytes of createReadStream(path)) {
    size += (bytes as Buffer).length;
    for (const byte of bytes as Buffer) {
      if (byte === 0) nuls += 1;
      const isHigh = byte >= 0xa1 && byte <= 0xfe;
      if (byte >= 0x80) high += 1;
      if (isHigh && isOpen) pairs += 2;
      isOpen = isHigh && !isOpen;
    }
    isUtf8 = isUtf8 && decodes(utf8, bytes as Buffer);
  }
  // Every second byte: UTF-16, or no text at all. A single one spoils its row alone.
  if (nuls > size / 10) throw new UnreadableFile('encoding', 0);
  if (isUtf8 && decodes(utf8)) return UTF_8;
  return pairs >= high * 0.8 ? GB_18030 : WINDOWS_1252;
}

function decodes(decoder: TextDecoder, bytes?: Buffer): boolean {
  try {
    decoder.decode(bytes, { stream: bytes !== undefined });
    return true;
  } catch {
    return false;
  }
}

/** Whether a file is NDJSON: its first sign opens an object. */
export async function looksLikeLines(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(4_096), position: 0 });
    return /^\ufeff?\s*\{/.test(buffer.toString('utf8', 0, bytesRead));
  } finally {
    await file.close();
  }
}
