import { catalogues, isMessageKey, type MessageKey } from './catalogues.ts';
import { htmlLang, type Locale } from './locales.ts';
import { parseMessage, type Message, type Params, type Piece } from './message.ts';
import { moments, type Moments } from './moments.ts';

/** A fault of one field, as a refusal carries it. */
interface Fault {
  readonly field: string;
  readonly key: string;
  readonly params?: Params;
}

/**
 * Everything that is written for a reader of one locale in one time zone. Nothing here throws, whatever it is given: a
 * message must never be why a page fails.
 */
export interface Translator extends Moments {
  readonly locale: Locale;
  /** The value of `lang`: `en`, `zh-CN`. */
  readonly lang: string;
  /** The message with its placeholders filled; tags such as `<link>` are left out, their words stay. */
  t(key: MessageKey, params?: Params): string;
  /** The message cut at its tags, for a sentence that holds a link or a strong word. */
  pieces(key: MessageKey, params?: Params): readonly Piece[];
  /**
   * What to tell about a faulty field. `<key>.<field>` is taken where it exists (`errors.required.email`), then `<key>`,
   * then a plain sentence. `label` is the field's name as the reader sees it.
   */
  fault(fault: Fault, label?: string): string;
  /** `1,284` */
  number(value: number): string;
  /** `92%`, from a share of 0 to 1 */
  percent(share: number): string;
  /** `€1,065.50`: a decimal string with its ISO 4217 currency, exact however large. */
  money(amount: string, currency: string): string;
  /** `2`, `1.5`: a decimal string as a quantity, without the zeros that say nothing. */
  quantity(amount: string): string;
  /** `a, b and c` · `a、b和c` */
  list(items: readonly string[]): string;
  /** `3.1 MB`; a megabyte is 1,048,576 bytes, as in the limits */
  fileSize(bytes: number): string;
}

const parsed = new Map<string, Message>();
const translators = new Map<string, Translator>();

/**
 * The translator of a locale.
 *
 * @param options.timeZone the reader's or the company's IANA zone; unknown ones are read as UTC.
 */
export function translator(locale: Locale, { timeZone = 'UTC' }: { timeZone?: string } = {}): Translator {
  // Looked up before anything is made: `Intl` takes longer over one of its formats than over a page's whole text.
  const kept = translators.get(`${locale} ${timeZone}`);
  if (kept) return kept;
  const times = moments(locale, timeZone);
  if (times.timeZone !== timeZone) return translator(locale, times);
  const made = makeTranslator(locale, times);
  translators.set(`${locale} ${timeZone}`, made);
  return made;
}

function makeTranslator(locale: Locale, times: Moments): Translator {
  const lang = htmlLang(locale);
  const plain = new Intl.NumberFormat(lang);
  const share = new Intl.NumberFormat(lang, { style: 'percent', maximumFractionDigits: 0 });
  // Our English sets no comma before "and".
  const series = new Intl.ListFormat(locale === 'en' ? 'en-GB' : lang, { type: 'conjunction' });
  const size = sizeFormat(lang);
  const amounts = new Intl.NumberFormat(lang, { maximumFractionDigits: 6 });
  const money = moneyFormat(lang);

  const t = (key: MessageKey, params?: Params): string => messageOf(locale, key)?.format(params) ?? '';
  return {
    ...times,
    locale,
    lang,
    t,
    pieces: (key, params) => messageOf(locale, key)?.pieces(params) ?? [],
    fault: (fault, label = '') => {
      const key = [`${fault.key}.${fault.field}`, fault.key].find(isMessageKey) ?? 'errors.invalid';
      return t(key, { label, ...fault.params });
    },
    number: (value) => plain.format(value),
    percent: (value) => share.format(value),
    money: (amount, currency) => money(amount, currency),
    quantity: (amount) => (isDecimal(amount) ? amounts.format(amount) : amount),
    list: (items) => series.format(items),
    fileSize: size,
  };
}

/** Parsed once for each locale; null for a key that no catalogue has, which only an untyped caller can ask for. */
function messageOf(locale: Locale, key: string): Message | null {
  const id = `${locale} ${key}`;
  const kept = parsed.get(id);
  if (kept) return kept;
  const text = catalogues[locale].get(key);
  if (text === undefined) return null;
  const message = parseMessage(text, htmlLang(locale));
  parsed.set(id, message);
  return message;
}

/** What `Intl` reads digit by digit, without going through a binary number. */
function isDecimal(text: string): text is `${number}` {
  return /^-?\d+(?:\.\d+)?$/.test(text);
}

function moneyFormat(lang: string): (amount: string, currency: string) => string {
  const formats = new Map<string, Intl.NumberFormat>();
  return (amount, currency) => {
    if (!isDecimal(amount) || !/^[A-Z]{3}$/.test(currency)) return `${amount} ${currency}`.trim();
    const format = formats.get(currency) ?? new Intl.NumberFormat(lang, { style: 'currency', currency });
    formats.set(currency, format);
    return format.format(amount);
  };
}

const sizes = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;

function sizeFormat(lang: string): (bytes: number) => string {
  const formats = sizes.map(
    (unit, step) =>
      new Intl.NumberFormat(lang, {
        style: 'unit',
        unit,
        unitDisplay: step === 0 ? 'long' : 'short',
        maximumFractionDigits: step < 2 ? 0 : 1,
      }),
  );
  return (bytes) => {
    const known = Number.isFinite(bytes) && bytes > 0 ? bytes : 0;
    const step = known < 1 ? 0 : Math.min(sizes.length - 1, Math.floor(Math.log2(known) / 10));
    return formats[step]?.format(known / 1024 ** step) ?? '';
  };
}
