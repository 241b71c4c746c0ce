import { describe, expect, test } from 'vitest';
import { negotiateLocale } from '../../../src/platform/i18n/index.ts';

describe('negotiateLocale', () => {
  test.each([
    ['zh', 'zh-cn'],
    ['zh-CN,zh;q=0.9,en;q=0.8', 'zh-cn'],
    ['zh-Hans-SG', 'zh-cn'],
    ['zh-TW', 'zh-cn'],
    ['zh-Hant-HK', 'zh-cn'],
    ['en-GB,en;q=0.9,zh;q=0.8', 'en'],
    ['fr-CH, fr;q=0.9, zh-CN;q=0.8', 'zh-cn'],
    ['de', 'en'],
    ['zh;q=0, en', 'en'],
    ['*', 'en'],
    ['', 'en'],
    [null, 'en'],
    [undefined, 'en'],
  ])('%j gives %s', (header, locale) => {
    expect(negotiateLocale(header)).toBe(locale);
  });

  test.each([
    'zh;q=banana',
    ';;;,,,===',
    '__proto__, constructor',
    '\u0000\uffff\ud800',
    `${'a-'.repeat(50_000)}`,
    `${'x,'.repeat(50_000)}zh`,
    'zh-'.repeat(300),
  ])('a hostile header is harmless', (header) => {
    expect(['en', 'zh-cn']).toContain(negotiateLocale(header));
  });
});
