import addressparser from 'nodemailer/lib/addressparser';
import { Park } from '../jobs/index.ts';

/** One address and nothing else: no list, no group, no comment, no quoting, no line break. */
const ADDRESS = /^[^\s@<>()[\]\\,;:"\p{Cc}\p{Zl}\p{Zp}]{1,64}@[^\s@<>()[\]\\,;:"\p{Cc}\p{Zl}\p{Zp}]{1,253}$/u;
const CONTROLS = /[\p{Cc}\p{Zl}\p{Zp}]+/gu;
/** What the mailer or the mail library sets itself. */
const OWN_HEADERS = new Set(
  'from sender to cc bcc subject date message-id reply-to mime-version auto-submitted return-path received'.split(' '),
);

/** @throws Park: a mail to such an address can never be sent. */
export function oneMailAddress(text: string): string {
  if (!ADDRESS.test(text)) throw new Park('The address is not one that mail can be sent to.');
  return text;
}

/** `Name <address>` taken apart. @throws Error when it is not one mailbox. */
export function mailbox(text: string): { name: string; address: string } {
  const [first, ...others] = addressparser(text, { flatten: true });
  if (!first || others.length > 0 || !ADDRESS.test(first.address))
    throw new Error(`“${text}” is not one mail address.`);
  return { name: onOneLine(first.name), address: first.address };
}

/** Words for a header: line breaks and other control characters become blanks. */
export function onOneLine(text: string): string {
  return text.replaceAll(CONTROLS, ' ').trim();
}

/** @throws Park for a header that mail sets itself, or that would begin another. */
export function checkedHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  for (const [name, value] of Object.entries(headers)) {
    const isOurs = OWN_HEADERS.has(name.toLowerCase()) || /^content-/i.test(name);
    if (isOurs || !/^[A-Za-z][A-Za-z0-9-]{0,70}$/.test(name) || /[\p{Cc}\p{Zl}\p{Zp}]/u.test(value)) {
      throw new Park(`The header “${onOneLine(name).slice(0, 40)}” cannot be sent.`);
    }
  }
  return { ...headers };
}
