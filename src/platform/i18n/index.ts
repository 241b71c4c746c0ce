/** Messages, dates and numbers for readers of English and Chinese. The words are data: `messages/<locale>/<area>.json`. */
export { catalogues, isMessageKey, type MessageKey } from './catalogues.ts';
export { comesBy, dayNear, daysBetween, momentNear } from './days.ts';
export { defaultLocale, hreflang, htmlLang, isLocale, localeName, locales, type Locale } from './locales.ts';
export { parseMessage, type Message, type Params, type Piece, type PlaceholderKind } from './message.ts';
export { isTimeZone, type Moment, type Moments } from './moments.ts';
export { negotiateLocale } from './negotiate.ts';
export { translator, type Translator } from './translator.ts';
