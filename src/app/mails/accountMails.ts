import type { AccountMail } from '../../accounts/index.ts';
import type { MailPart } from '../../platform/mail/index.ts';
import type { Letter, Letterhead } from './letter.ts';

const pages = { verify: '/enter', link: '/enter', reset: '/forgotten' } as const;

/** The mails about an account: prove an address, sign in, choose a new password, “you have an account already”. */
export function accountMail(head: Letterhead, mail: AccountMail): Letter {
  const { t, site, link } = head;
  const { template, to } = mail;
  const words = { brand: site.brand.name, email: to };
  const letter = { head, template, to, why: t.t('mail.why.asked') };
  const until = 'expiresAt' in mail ? { asked: t.dayAndTime(mail.askedAt), until: t.dayAndTime(mail.expiresAt) } : null;
  const href = 'token' in mail ? link(`${pages[mail.template]}?token=${mail.token}`) : link('/sign-in');
  const body: MailPart[] = [
    { kind: 'paragraph', words: t.t(`mail.${template}.text`, words) },
    { kind: 'button', label: t.t(`mail.${template}.button`), href },
  ];
  if (until && template !== 'known') {
    body.push({ kind: 'note', words: t.t(`mail.${template}.until`, until) });
    body.push({ kind: 'note', words: t.t(`mail.${template}.notYou`) });
  }
  return { ...letter, subject: t.t(`mail.${template}.subject`), heading: t.t(`mail.${template}.heading`), body };
}
