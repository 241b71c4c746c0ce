import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { catalogues, htmlLang, locales, parseMessage, type Locale } from '../../../src/platform/i18n/index.ts';

const folder = new URL('../../../src/platform/i18n/messages/', import.meta.url);

describe('the catalogues', () => {
  test('hold the same files, and every file is loaded', () => {
    const files = Object.fromEntries(locales.map((locale) => [locale, readdirSync(new URL(locale, folder)).sort()]));
    expect(files['zh-cn']).toEqual(files.en);
    const areas = new Set([...catalogues.en.keys()].map((key) => `${key.split('.')[0]}.json`));
    expect([...areas].sort()).toEqual(files.en);
  });

  test('hold the same keys', () => {
    expect([...catalogues['zh-cn'].keys()].sort()).toEqual([...catalogues.en.keys()].sort());
  });

  test('use the same placeholders for the same things', () => {
    const different = [...catalogues.en.keys()].filter((key) => placeholders('en', key) !== placeholders('zh-cn', key));
    expect(different).toEqual([]);
  });

  test.each(locales)('are valid ICU messages without exclamation marks or stray spaces (%s)', (locale) => {
    for (const [key, text] of catalogues[locale]) {
      expect(() => parseMessage(text, htmlLang(locale)), key).not.toThrow();
      expect(text, key).not.toMatch(/[!！]|^\s|\s$|\s{2}/);
    }
  });

  test('Chinese uses full-width punctuation and no space between Han and Latin', () => {
    for (const [key, text] of catalogues['zh-cn']) {
      const message = parseMessage(text, 'zh-CN');
      const values = [...message.placeholders].map(([name, kind]) => [name, kind === 'count' ? 2 : 'x']);
      const words = message.format(Object.fromEntries(values));
      expect(words, key).not.toMatch(/\p{Script=Han}[,;:?()]|[,;:?]\p{Script=Han}/u);
      expect(words, key).not.toMatch(/\p{Script=Han} \w|\w \p{Script=Han}/u);
    }
  });
});

/** Names only: English counts where Chinese may print the bare number, but both must name the same things. */
function placeholders(locale: Locale, key: string): string {
  const text = catalogues[locale].get(key) ?? '';
  return [...parseMessage(text, htmlLang(locale)).placeholders.keys()].sort().join(' ');
}

test('every fault that the code names has words', () => {
  const source = new URL('../../../src/', import.meta.url);
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const named = files.flatMap((file) =>
    [
      ...readFileSync(new URL(file, source), 'utf8').matchAll(
        /'(errors\.\w+)'|\bkey: '((?:accounts|ask|tickets)\.[\w.]+)'/g,
      ),
    ].map(([, fault, key]) => `${file} ${fault ?? key}`),
  );
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter((entry) => !catalogues.en.has(entry.split(' ')[1] ?? ''))).toEqual([]);
});
