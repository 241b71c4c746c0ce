import { open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

const HEAD_BYTES = 16_384;

/**
 * Deletes the mails in a folder that went to somebody, half-written ones too.
 * @param isTheirs whether an address, in lower case, is theirs.
 * @returns how many.
 */
export async function forgetMails(folder: string, isTheirs: (address: string) => boolean): Promise<number> {
  let forgotten = 0;
  for (const name of await readdir(folder).catch(() => [])) {
    if (!/\.eml(\.\d+\.part)?$/.test(name)) continue;
    const to = (await headOf(join(folder, name))).match(/^to:(.*(?:\r?\n[ \t].*)*)/im)?.[1]?.toLowerCase() ?? '';
    const sentTo = to.match(/[^\s<>,;"]+@[^\s<>,;"]+/g) ?? [];
    if (!sentTo.some(isTheirs)) continue;
    await rm(join(folder, name), { force: true });
    forgotten += 1;
  }
  return forgotten;
}

async function headOf(path: string): Promise<string> {
  const file = await open(path, 'r').catch(() => null);
  if (!file) return '';
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.toString('utf8', 0, bytesRead).split(/\r?\n\r?\n/)[0] ?? '';
  } finally {
    await file.close();
  }
}
