import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from '../../scripts/install.mjs';
import { renderMarkdown } from '../../src/kb/markdown/index.ts';
import { pathological } from '../support/pathological.ts';

const url = (path: string) => JSON.stringify(pathToFileURL(join(root, path)).href);

/** Renders them all, and says for each whether it was taken. In a process of its own, since one that hangs never ends. */
const script = `
  const { pathological } = await import(${url('test/support/pathological.ts')});
  const { renderMarkdown } = await import(${url('src/kb/markdown/index.ts')});
  const taken = {};
  for (const { name, source } of pathological(Number(process.argv[1]))) {
    try {
      taken[name] = renderMarkdown(source, { locale: 'en', title: 'x' }).html.length > 0;
    } catch (error) {
      taken[name] = error instanceof RangeError ? 'refused' : String(error);
    }
  }
  console.log(JSON.stringify(taken));
`;

async function render(scale: number): Promise<Record<string, boolean | string>> {
  const args = ['--input-type=module', '--eval', script, String(scale)];
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 120_000 });
  return JSON.parse(stdout) as Record<string, boolean | string>;
}

describe('Markdown made to cost time', () => {
  test('is rendered up to what a reader could follow', { timeout: 150_000 }, async () => {
    const taken = await render(1);
    expect(Object.keys(taken).length).toBeGreaterThanOrEqual(20);
    expect(Object.entries(taken).filter(([, is]) => is !== true)).toEqual([]);
  });

  test('is refused beyond it, where more of it would cost ever more', { timeout: 150_000 }, async () => {
    const grows = ['a wide table', 'a long table', 'code in colours', 'spaces and tabs', 'equal headings'];
    const taken = await render(4);
    expect(
      Object.entries(taken)
        .filter(([, is]) => is === true)
        .map(([name]) => name),
    ).toEqual(grows);
    expect(Object.values(taken).filter((is) => is === 'refused').length).toBe(Object.keys(taken).length - grows.length);
  });

  test('is refused with its line', () => {
    const refused = (source: string) => () => renderMarkdown(source, { locale: 'en', title: 'x' });
    expect(refused(`Words.\n\n${'*a '.repeat(2_000)}`)).toThrow(/^Line 3: more than 1200 signs/);
    expect(refused(`Words.\n\n${'> '.repeat(101)}x`)).toThrow(/^Line 3: more than 100 lists/);
    expect(refused('word '.repeat(11_000))).toThrow(/^Line 1: more than 50000 characters/);
  });

  test('has nothing to do with what people write', () => {
    const rendered = (source: string) => renderMarkdown(source, { locale: 'en', title: 'x' }).html.length;
    const paragraph = `${'Some *words* with [a link](x.md) and \`code\`. '.repeat(30)}\n\n`;
    expect(rendered(paragraph.repeat(5))).toBeGreaterThan(0);
    expect(rendered(`| *a* | \`b\` |\n| --- | --- |\n${'| *c* | [d](e.md) |\n'.repeat(500)}`)).toBeGreaterThan(0);
    expect(rendered(`\`\`\`tsx\n${'<a *b* [c]>\n'.repeat(500)}\`\`\`\n\nWords.`)).toBeGreaterThan(0);
    expect(rendered(`- one\n${'- [ ] item\n'.repeat(500)}`)).toBeGreaterThan(0);
    expect(pathological(1).length).toBeGreaterThanOrEqual(20);
  });
});
