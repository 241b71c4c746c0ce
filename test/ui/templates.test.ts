import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { catalogues } from '../../src/platform/i18n/index.ts';

const folder = new URL('../../src/ui/', import.meta.url);
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
const read = (file: string): string => readFileSync(new URL(file, folder), 'utf8');
const templates = files.filter((file) => file.endsWith('.astro'));

describe('the templates', () => {
  test.each(templates)('%s holds nothing inline, so that the content security policy stays static', (file) => {
    const text = read(file);
    expect(text).not.toMatch(/\sstyle=|<style|is:inline|define:vars|\son[a-z]+=["{]/);
    for (const script of text.match(/<script[^>]*>/g) ?? [])
      expect(script).toMatch(/ src="(?:\.\.\/)+scripts\/\w+\.ts"/);
  });

  test('put HTML in place only from our own constants, and what the renderer of articles has sanitised', () => {
    const found = templates.flatMap((file) => read(file).match(/set:html=\{[^}]*\}/g) ?? []);
    expect(found).toEqual(['set:html={icons[name]}', 'set:html={sanitised}']);
  });

  test('take no address from the request', () => {
    for (const file of templates) expect(read(file), file).not.toMatch(/Astro\.(url|request|site)/);
  });

  test('name only messages that exist', () => {
    for (const file of files.filter((name) => /\.(astro|ts)$/.test(name))) {
      for (const [, key] of read(file).matchAll(/\b(?:t|pieces)\(\s*'([\w.]+)'/g)) {
        expect(catalogues.en.has(key ?? ''), `${file}: ${key}`).toBe(true);
      }
    }
  });
});

describe('the style sheets', () => {
  test('load nothing from elsewhere', () => {
    for (const file of files.filter((name) => name.endsWith('.css'))) {
      expect(read(file), file).not.toMatch(/@import|url\((?!["']?data:)/);
    }
  });
});
