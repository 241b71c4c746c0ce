import { open, type FileHandle } from 'node:fs/promises';
import { exportedEvent } from '../app/index.ts';
import { Failed } from './trouble.ts';

const CHUNK = 65_536;
/** Of every line. */
const BEGINNING = '{"specversion":"1.0"';
const LINE_FEED = 0x0a;

/** A file of events that grows by whole lines; what a killed process left of a line is taken back. */
export interface ExportFile {
  /** The last event that is in it whole; null while there is none. */
  last: { seq: number; id: string } | null;
  append(lines: readonly string[]): Promise<void>;
  /** On disk when it resolves. */
  close(): Promise<void>;
}

/**
 * Opens the file to go on where it ends, or makes it.
 * @throws Failed when it holds anything else than an export.
 */
export async function openExportFile(path: string): Promise<ExportFile> {
  const file = await open(path, 'a+', 0o600);
  try {
    const { size } = await file.stat();
    const end = await lineEndBefore(file, size);
    const last = end === 0 ? null : await eventBefore(file, end, path);
    const begun = (await read(file, 0, Math.min(size, BEGINNING.length))).toString('utf8');
    if (end === 0 && !BEGINNING.startsWith(begun))
      throw new Failed(`${path} holds something else than an export; name another file.`);
    await file.truncate(end);
    return {
      last,
      append: (lines) => file.appendFile(lines.map((line) => `${line}\n`).join('')),
      async close() {
        await file.sync();
        await file.close();
      },
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function eventBefore(file: FileHandle, end: number, path: string): Promise<{ seq: number; id: string }> {
  const begin = await lineEndBefore(file, end - 1);
  const event = exportedEvent((await read(file, begin, end)).toString('utf8'));
  if (!event) throw new Failed(`${path} holds something else than an export; name another file.`);
  return event;
}

/** Where the last whole line before `before` ends, its line feed included; 0 when there is none. */
async function lineEndBefore(file: FileHandle, before: number): Promise<number> {
  for (let end = before; end > 0; end -= CHUNK) {
    const begin = Math.max(0, end - CHUNK);
    const found = (await read(file, begin, end)).lastIndexOf(LINE_FEED);
    if (found >= 0) return begin + found + 1;
  }
  return 0;
}

async function read(file: FileHandle, begin: number, end: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(end - begin), 0, end - begin, begin);
  return buffer.subarray(0, bytesRead);
}
