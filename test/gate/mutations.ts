import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../scripts/install.mjs';

const CALL = /^\s*authorize(?:Access)?\(.*\);\n/gm;

/**
 * Runs something on a copy of the sources in which one call of the gate is taken out.
 * @param index which call of the file, from 0.
 */
export async function withoutAuthorize<T>(
  file: string,
  index: number,
  run: (sources: string) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'waypost-mutant-'));
  try {
    cpSync(join(root, 'src'), join(folder, 'src'), { recursive: true });
    cpSync(join(root, 'package.json'), join(folder, 'package.json'));
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    let seen = 0;
    const text = readFileSync(join(root, file), 'utf8');
    const mutated = text.replaceAll(CALL, (call) => (seen++ === index ? '\n' : call));
    if (mutated === text) throw new Error(`${file} has no call ${index} of the gate.`);
    writeFileSync(join(folder, file), mutated);
    return await run(join(folder, 'src'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
