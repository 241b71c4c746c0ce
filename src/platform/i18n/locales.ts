/** The languages the product is written in. Neither is the original of the other. */
export const locales = ['en', 'zh-cn'] as const;

export type Locale = (typeof locales)[number];

/** What is shown to a visitor whose languages we do not have. */
export const defaultLocale: Locale = 'en';

interface LocaleFacts {
  /** For `<html lang>` and every `Intl` formatter. */
  tag: string;
  /** For `<link rel=alternate hreflang>`: the script, since both mainland and Singapore readers are meant. */
  hreflang: string;
  /** Its own name, in its own language, short enough for a header. */
  name: string;
}

const facts: Record<Locale, LocaleFacts> = {
  en: { tag: 'en', hreflang: 'en', name: 'English' },
  'zh-cn': { tag: 'zh-CN', hreflang: 'zh-Hans', name: '中文' },
};

/** Whether a piece of a path, a cookie or a form names one of our locales. */
export function isLocale(value: unknown): value is Locale {
  return typeof value === 'string' && Object.hasOwn(facts, value);
}

/** `en` or `zh-CN`: the value of `lang`, and what `Intl` is asked with. */
export function htmlLang(locale: Locale): string {
  return facts[locale].tag;
}

/** `en` or `zh-Hans`: the value of `hreflang`. */
export function hreflang(locale: Locale): string {
  return facts[locale].hreflang;
}

/** The language's own name: `English`, `中文`. */
export function localeName(locale: Locale): string {
  return facts[locale].name;
}
