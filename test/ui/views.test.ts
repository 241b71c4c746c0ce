import { locales, translator } from '../../src/platform/i18n/index.ts';
import { describe, expect, test } from 'vitest';
import { addressesOf } from '../../src/ui/addresses.ts';
import { fieldMessages, messageFor } from '../../src/ui/faults.ts';
import { themeOf } from '../../src/ui/theme.ts';
import { foldOf } from '../../src/ui/thread.ts';
import { initials, paragraphs, type ThreadEntry } from '../../src/ui/views.ts';

const publicUrl = 'https://help.kitewood.example/';

describe('the addresses of a page', () => {
  test('stand under the configured address, without a query', () => {
    const page = addressesOf({ publicUrl, locales, locale: 'en', path: '/search?q=chair#x' });
    expect(page.canonical).toBe('https://help.kitewood.example/en/search');
    expect(page.alternates.map((other) => other.hreflang)).toEqual(['en', 'zh-Hans', 'x-default']);
    expect(page.switches).toEqual([{ locale: 'zh-cn', href: '/zh-cn/search?q=chair#x' }]);
  });

  test('name the page where it has another path in the other language', () => {
    const page = addressesOf({
      publicUrl,
      locales,
      locale: 'zh-cn',
      path: '/articles/a',
      elsewhere: { en: '/articles/b' },
    });
    expect(page.alternates).toContainEqual({
      hreflang: 'x-default',
      href: 'https://help.kitewood.example/en/articles/b',
    });
    expect(page.canonical).toBe('https://help.kitewood.example/zh-cn/articles/a');
  });

  test('lead home where the page is not written in the other language', () => {
    const page = addressesOf({ publicUrl, locales, locale: 'zh-cn', path: '/articles/a', elsewhere: { en: null } });
    expect(page.switches).toEqual([{ locale: 'en', href: '/en/' }]);
    expect(page.alternates.map((other) => other.hreflang)).toEqual(['zh-Hans', 'x-default']);
  });

  test('a path is never another site', () => {
    expect(addressesOf({ publicUrl, locales, locale: 'en', path: '//evil.example' }).switches[0]?.href).toBe(
      '/zh-cn//evil.example',
    );
  });
});

describe('field faults', () => {
  const tr = translator('en');

  test('stand in the order of the form and name the field as the reader sees it', () => {
    const faults = [
      { field: 'order', key: 'errors.tooLong', params: { max: 40 } },
      { field: 'subject', key: 'errors.required' },
    ];
    const messages = fieldMessages(tr, faults, { subject: 'Your question', order: 'Order number' });
    expect(messages.map((message) => message.field)).toEqual(['subject', 'order']);
    expect(messageFor(messages, 'order')).toBe('At most 40 characters: shorten “Order number”');
    expect(messageFor(messages, 'email')).toBeUndefined();
  });

  test('fall back to the catalogue for a label', () => {
    const [message] = fieldMessages(tr, [{ field: 'locale', key: 'errors.unreadable' }]);
    expect(message?.message).toContain('“Language”');
  });
});

describe('a conversation', () => {
  const entries = (count: number): ThreadEntry[] =>
    Array.from({ length: count }, (_, place) => ({
      kind: 'message',
      id: String(place),
      side: 'mine',
      name: 'Mei',
      at: place * 1000,
      body: 'x',
    }));
  const shape = (list: readonly ThreadEntry[], readUntil?: number): number[] => {
    const fold = foldOf(list, readUntil);
    return [fold.first.length, fold.folded.length, fold.last.length];
  };

  test('is shown whole up to 7 messages, then as the first, a fold, the last three', () => {
    expect(shape(entries(0))).toEqual([0, 0, 0]);
    expect(shape(entries(7))).toEqual([0, 0, 7]);
    expect(shape(entries(8))).toEqual([1, 4, 3]);
  });

  test('never folds what is unread', () => {
    expect(shape(entries(10), 3500)).toEqual([1, 3, 6]);
    expect(shape(entries(10), -1)).toEqual([0, 0, 10]);
    expect(shape(entries(10), 9000)).toEqual([1, 6, 3]);
  });

  test('events count as no message, and nothing is lost', () => {
    const mixed = entries(9).flatMap((entry): ThreadEntry[] => [
      entry,
      { kind: 'event', id: 'e', at: entry.at, text: 'x' },
    ]);
    const { first, folded, last } = foldOf(mixed);
    expect([...first, ...folded, ...last]).toEqual(mixed);
    expect(last.filter((entry) => entry.kind === 'message')).toHaveLength(3);
  });
});

describe('words', () => {
  test('paragraphs part at blank lines and lose nothing else', () => {
    expect(paragraphs('one\r\ntwo\n \n\n  three  ')).toEqual(['one\ntwo', '  three  ']);
    expect(paragraphs('')).toEqual(['']);
    expect(paragraphs('\n\n')).toEqual(['\n\n']);
  });

  test('initials', () => {
    expect(['Mei Lin', '林美', '欧阳娜娜', 'Hyacinth von Featherstone', 'plato', '', '  '].map(initials)).toEqual([
      'ML',
      '林美',
      '娜娜',
      'HF',
      'P',
      '',
      '',
    ]);
  });

  test('a theme is one of three, whatever the cookie says', () => {
    expect(['dark', 'light', 'auto', 'blue', '', undefined, ['dark']].map(themeOf)).toEqual([
      'dark',
      'light',
      'auto',
      'auto',
      'auto',
      'auto',
      'auto',
    ]);
  });
});
