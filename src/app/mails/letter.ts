import type { Translator } from '../../platform/i18n/index.ts';
import { composeMail, type MailPart, type Words } from '../../platform/mail/index.ts';
import type { Site } from '../site.ts';

/** What all mails to one reader share. */
export interface Letterhead {
  t: Translator;
  site: Site;
  /** The address of a page in the reader's language: `link('/tickets/W-2087')`. */
  link(path: string): string;
}

/** A mail in its parts. */
export interface Letter {
  head: Letterhead;
  /** Its name in the log of touches: `replied`. */
  template: string;
  to: string;
  subject: string;
  heading: string;
  body: readonly MailPart[];
  /** Why the reader gets it. */
  why: Words;
  fromName?: string;
}

/** Puts head and foot around a letter. */
export function letterFor({ head, to, subject, heading, body, why, fromName }: Letter) {
  const { t, site } = head;
  const { name, helpName, imprint, phone } = site.brand;
  const worded = (text: typeof helpName): string | undefined => (typeof text === 'object' ? text[t.locale] : text);
  const help = worded(helpName);
  const sender = [worded(imprint) ?? name, worded(phone)].filter((part) => part !== undefined).join(', ');
  const mail = composeMail({
    lang: t.lang,
    brand: help === undefined ? { name } : { name, help },
    subject,
    heading,
    body,
    foot: [why, sender],
  });
  return { ...mail, to, ...(fromName !== undefined && { fromName }) };
}
