import type { Brand } from '../platform/config/index.ts';
import type { Locale } from '../platform/i18n/index.ts';

/** How people reach the company beside the portal, in one language. */
export interface Contact {
  phone: { text: string; href: string } | undefined;
  hours: string | undefined;
  mail: string | undefined;
}

/** The contact that a site's configuration names. */
export function contactOf({ phone, hours, mail }: Brand, locale: Locale): Contact {
  const number = wordsIn(phone, locale);
  return {
    phone: number === undefined ? undefined : { text: number, href: `tel:${number.replace(/[^\d+]/g, '')}` },
    hours: wordsIn(hours, locale),
    mail,
  };
}

/** A text of the configuration in one language, where it is worded. */
export function wordsIn(text: Brand['phone'], locale: Locale): string | undefined {
  return typeof text === 'object' ? text[locale] : text;
}
