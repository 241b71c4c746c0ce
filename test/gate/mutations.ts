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
  let seen = 0;
  return mutated(file, (text) => text.replaceAll(CALL, (call) => (seen++ === index ? '\n' : call)), run);
}

/**
 * Runs something on a copy of the sources in which lines of one file are taken out.
 * @param parts of each line what stands in no other.
 */
export async function withoutLines<T>(
  file: string,
  parts: readonly string[],
  run: (sources: string) => Promise<T>,
): Promise<T> {
  const remove = (text: string) => {
    const lines = text.split('\n');
    const rest = lines.filter((line) => !parts.some((part) => line.includes(part)));
    return rest.length === lines.length - parts.length ? rest.join('\n') : text;
  };
  return mutated(file, remove, run);
}

async function mutated<T>(
  file: string,
  change: (text: string) => string,
  run: (sources: string) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'waypost-mutant-'));
  try {
    cpSync(join(root, 'src'), join(folder, 'src'), { recursive: true });
    cpSync(join(root, 'package.json'), join(folder, 'package.json'));
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    const text = readFileSync(join(root, file), 'utf8');
    const other = change(text);
    if (other === text) throw new Error(`Nothing of the gate was taken out of ${file}.`);
    writeFileSync(join(folder, file), other);
    return await run(join(folder, 'src'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
