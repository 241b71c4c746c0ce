import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** The ways in which a word's bytes may stand in a file. Everything is compared in lower case but base64. */
function formsOf(word: string): { form: string; bytes: Buffer; exact: boolean }[] {
  const lower = word.toLowerCase();
  const base64 = [0, 1, 2].map((shift) => {
    const text = Buffer.from(`${'x'.repeat(shift)}${word}`).toString('base64');
    // What the neighbours of the word have a part in is left out.
    return text.slice(shift === 0 ? 0 : 4, text.length - 4);
  });
  return [
    { form: 'utf-8', bytes: Buffer.from(lower), exact: false },
    { form: 'utf-16le', bytes: Buffer.from(lower, 'utf16le'), exact: false },
    { form: 'utf-16be', bytes: Buffer.from(lower, 'utf16le').swap16(), exact: false },
    { form: 'hex', bytes: Buffer.from(Buffer.from(word).toString('hex')), exact: false },
    ...base64.map((text) => ({ form: 'base64', bytes: Buffer.from(text), exact: true })),
  ];
}

/** Every word begins with it, so that bytes without it need no second look. */
export const MARKER = 'zqxknjwvpzq';
const markers = formsOf(MARKER);

/** Where words stand in some bytes, in whatever form. */
export function tracesIn(name: string, bytes: Buffer, words: readonly string[]): string[] {
  const lower = Buffer.from(
    bytes.toString('latin1').replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase()),
    'latin1',
  );
  const holds = ({ bytes: sought, exact }: (typeof markers)[number]) => (exact ? bytes : lower).includes(sought);
  if (!markers.some(holds)) return [];
  const found = words.flatMap((word) =>
    formsOf(word)
      .filter(holds)
      .map(({ form }) => `${word} in ${name} (${form})`),
  );
  return found.length > 0 ? found : [`A word that nobody said in ${name}`];
}

/** The same for every file of a folder, however deep. */
export function tracesBelow(folder: string, words: readonly string[]): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .flatMap((entry) => {
      const path = join(entry.parentPath, entry.name);
      return statSync(path).size === 0 ? [] : tracesIn(path, readFileSync(path), words);
    });
}
