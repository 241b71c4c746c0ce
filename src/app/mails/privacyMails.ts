import type { AddressMail } from '../../accounts/index.ts';
import type { ErasureMail } from '../privacy/asking.ts';
import type { Letter, Letterhead } from './letter.ts';

/** We erase you in seven days: the way back is a page with one button. */
export function erasureMail(head: Letterhead, { to, token, dueAt }: ErasureMail): Letter {
  const { t, site, link } = head;
  return {
    head,
    template: 'erasure',
    to,
    subject: t.t('mail.erasure.subject'),
    heading: t.t('mail.erasure.heading'),
    body: [
      { kind: 'paragraph', words: t.t('mail.erasure.text', { brand: site.brand.name, day: t.dayAndTime(dueAt) }) },
      { kind: 'button', label: t.t('mail.erasure.button'), href: link(`/account/keep-data?token=${token}`) },
      { kind: 'note', words: t.t('mail.erasure.note') },
    ],
    why: t.t('mail.why.asked'),
  };
}

/** Is this your new address? And to the old one: it is another now. */
export function addressMail(head: Letterhead, { template, to, token, expiresAt }: AddressMail): Letter {
  const { t, site, link } = head;
  const key = template === 'address' ? 'address' : 'address_changed';
  const words = { brand: site.brand.name, email: to };
  return {
    head,
    template: key,
    to,
    subject: t.t(`mail.${key}.subject`),
    heading: t.t(`mail.${key}.heading`),
    body: [
      { kind: 'paragraph', words: t.t(`mail.${key}.text`, words) },
      ...(token === null
        ? []
        : [
            {
              kind: 'button' as const,
              label: t.t('mail.address.button'),
              href: link(`/account/new-address?token=${token}`),
            },
            { kind: 'note' as const, words: t.t('mail.address.until', { until: t.dayAndTime(expiresAt ?? '') }) },
          ]),
      { kind: 'note', words: t.t(`mail.${key}.notYou`) },
    ],
    why: t.t('mail.why.asked'),
  };
}
