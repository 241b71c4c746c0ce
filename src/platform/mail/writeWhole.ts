import { mkdir, open, rename } from 'node:fs/promises';
import { join } from 'node:path';

/** Writes a file that is there whole or not at all, and on disk when this resolves. An older one is replaced. */
export async function writeWhole(folder: string, name: string, bytes: Uint8Array): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o750 });
  const aside = join(folder, `.${name}.${process.pid}.part`);
  const file = await open(aside, 'w', 0o640);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(aside, join(folder, name));
  const directory = await open(folder, 'r');
  await directory.sync().finally(() => directory.close());
}
