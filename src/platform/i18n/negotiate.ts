import { match } from '@formatjs/intl-localematcher';
import Negotiator from 'negotiator';
import { defaultLocale, type Locale } from './locales.ts';

/** Longer headers are no browser's: what lies beyond is not read. */
const LONGEST_HEADER = 1000;
const MOST_LANGUAGES = 12;

/** Readers of traditional Chinese are nearer to our Chinese than to our English. */
const served: Record<string, Locale> = { en: 'en', 'zh-CN': 'zh-cn', 'zh-Hant': 'zh-cn', yue: 'zh-cn' };

/**
 * The locale for a visitor who has not chosen one.
 *
 * @param acceptLanguage the `Accept-Language` header as it came, or nothing; it may hold anything.
 * @returns the nearest locale, the default one where none is near; never throws.
 */
export function negotiateLocale(acceptLanguage: string | null | undefined): Locale {
  if (typeof acceptLanguage !== 'string' || acceptLanguage === '') return defaultLocale;
  const headers = { 'accept-language': acceptLanguage.slice(0, LONGEST_HEADER) };
  const wanted = new Negotiator({ headers }).languages().filter(isLanguageTag).slice(0, MOST_LANGUAGES);
  if (wanted.length === 0) return defaultLocale;
  return served[match(wanted, Object.keys(served), 'en')] ?? defaultLocale;
}

/** `Intl` throws on what is no language tag; a header may hold such. */
function isLanguageTag(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}
