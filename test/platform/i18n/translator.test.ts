import { describe, expect, test } from 'vitest';
import {
  catalogues,
  isMessageKey,
  locales,
  translator,
  type MessageKey,
  type Params,
} from '../../../src/platform/i18n/index.ts';

const en = translator('en', { timeZone: 'Europe/Berlin' });
const zh = translator('zh-cn', { timeZone: 'Europe/Berlin' });
const moment = '2026-11-05T10:32:00.000Z';

describe('messages', () => {
  test('fill placeholders and count', () => {
    expect(en.t('ask.promise', { hours: 1 })).toBe('A person replies within 1 working hour, by e-mail and here.');
    expect(zh.t('ask.promise', { hours: 4 })).toBe('同事会在4个工作小时内，通过邮件和本页回复您。');
    expect(en.t('search.count', { count: 1284 })).toBe('1,284 articles, English');
  });

  test('a message with tags is given in pieces, or flat', () => {
    expect(zh.pieces('search.answer.from', { title: '椅子' })).toEqual(['出自', { tag: 'link', text: '《椅子》' }]);
    expect(en.t('search.answer.from', { title: 'Chairs' })).toBe('From Chairs');
  });

  test('a value is never read as markup or as a message', () => {
    const title = "<link>{evil, plural, '</link> # <b>";
    expect(en.pieces('search.answer.from', { title })).toEqual(['From ', { tag: 'link', text: title }]);
  });

  test('no message of either language throws on odd or missing values', () => {
    const odd: unknown[] = [null, NaN, -1, 'x', Symbol('s'), Object.create(null)];
    for (const locale of locales) {
      const tr = translator(locale);
      for (const key of catalogues[locale].keys()) {
        if (!isMessageKey(key)) throw new Error(key);
        expect(typeof tr.t(key)).toBe('string');
        if (!catalogues[locale].get(key)?.includes('{')) continue;
        for (const value of odd) expect(typeof tr.t(key, everyParam(value))).toBe('string');
      }
    }
  });

  test('an unknown key of an untyped caller gives nothing', () => {
    expect(en.t('no.such.key' as MessageKey)).toBe('');
    expect(en.t('__proto__' as MessageKey)).toBe('');
  });
});

describe('field faults', () => {
  test('prefer the words for that field', () => {
    expect(en.fault({ field: 'email', key: 'errors.required' })).toBe('Give an e-mail address, so that we can answer');
    expect(zh.fault({ field: 'x', key: 'errors.tooLong', params: { max: 200 } }, '问题')).toBe(
      '“问题”最多200个字符，请写短一些',
    );
  });

  test('fall back to a plain sentence', () => {
    expect(en.fault({ field: 'x', key: 'nobody.wrote.this' }, 'Name')).toBe('“Name” cannot be taken as it is.');
  });
});

describe('dates, times and numbers', () => {
  test('as English writes them', () => {
    expect(en.date(moment)).toBe('5 Nov 2026');
    expect(en.shortDate(moment)).toBe('5 Nov');
    expect(en.day(moment)).toBe('Thu 5 Nov');
    expect(en.time('2026-11-05T08:05:00Z')).toBe('09:05');
    expect(en.dayAndTime(moment)).toBe('Thu 5 Nov, 11:32');
    expect(en.dateTime(moment)).toBe('5 Nov 2026, 11:32');
  });

  test('as Chinese writes them', () => {
    expect(zh.date(moment)).toBe('2026年11月5日');
    expect(zh.day(moment)).toBe('11月5日（周四）');
    expect(zh.time('2026-11-05T08:05:00Z')).toBe('9:05');
    expect(zh.dayAndTime(moment)).toBe('11月5日（周四）11:32');
    expect(zh.dateTime(moment)).toBe('2026年11月5日11:32');
  });

  test('near ones by name, across midnight of the reader, far ones with the year', () => {
    const now = '2026-11-05T23:30:00Z';
    expect(en.recent('2026-11-05T23:05:00Z', now)).toBe('Today, 00:05');
    expect(zh.recent(moment, now)).toBe('昨天11:32');
    expect(en.recent('2026-03-01T10:00:00Z', now)).toBe('Sun 1 Mar, 11:00');
    expect(en.recent('2025-03-01T10:00:00Z', now)).toBe('1 Mar 2025, 11:00');
  });

  test('relative, until a week has passed', () => {
    expect(en.relative(moment, '2026-11-05T10:57:00Z')).toBe('25 minutes ago');
    expect(zh.relative(moment, '2026-11-05T10:57:00Z')).toBe('25分钟前');
    expect(zh.relative(moment, '2026-11-06T11:00:00Z')).toBe('昨天');
    expect(en.relative(moment, '2026-11-20T10:57:00Z')).toBe('5 Nov');
    expect(en.relative(moment, '2027-01-20T10:57:00Z')).toBe('5 Nov 2026');
  });

  test('lists, numbers, shares and sizes', () => {
    expect(en.list(['a', 'b', 'c'])).toBe('a, b and c');
    expect(zh.list(['甲', '乙', '丙'])).toBe('甲、乙和丙');
    expect(en.number(1284)).toBe('1,284');
    expect(en.percent(0.921)).toBe('92%');
    expect([0, 512, 3_250_586, 25 * 1024 ** 2].map(en.fileSize)).toEqual(['0 bytes', '512 bytes', '3.1 MB', '25 MB']);
  });

  test('what is no moment, no zone or no number does no harm', () => {
    for (const at of ['', 'yesterday', NaN, Infinity, 9e15, new Date('x')]) {
      expect([en.date(at), zh.recent(at, 0), en.relative(at, 0), en.recent(0, at), en.iso(at)]).toContain('');
    }
    expect(translator('en', { timeZone: '../../etc' }).time(moment)).toBe('10:32');
    expect([NaN, -5, Infinity].map(en.fileSize)).toEqual(['0 bytes', '0 bytes', '0 bytes']);
  });
});

/** Every name that any message uses, all with the same odd value. */
function everyParam(value: unknown): Params {
  const text = [...catalogues.en.values()].join('\n');
  const names = [...text.matchAll(/\{(\w+)/g)].flatMap((found) => found[1] ?? []);
  return Object.fromEntries(names.map((name) => [name, value])) as Params;
}
