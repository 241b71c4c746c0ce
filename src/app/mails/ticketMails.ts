import type { ReplyForMail } from '../../crm-bridge/index.ts';
import type { MailPart } from '../../platform/mail/index.ts';
import type { Letter, Letterhead } from './letter.ts';

/** We have your question: to a proven address. */
export function openedMail(
  head: Letterhead,
  ticket: { number: string; subject: string; email: string; hours: number },
): Letter {
  const { t, link } = head;
  const { number, hours } = ticket;
  const promise = t.t('ask.promise', { hours });
  return {
    head,
    template: 'opened',
    to: ticket.email,
    subject: t.t('mail.opened.subject', { number }),
    heading: t.t('mail.opened.heading'),
    body: [
      { kind: 'paragraph', words: t.t('mail.opened.text', { number, promise }) },
      { kind: 'message', text: ticket.subject },
      { kind: 'button', label: t.t('mail.opened.button'), href: link(`/tickets/${number}`) },
    ],
    why: t.t('mail.why.ticket', { number }),
  };
}

/** Is this your address? To a guest's, with nothing in it that whoever typed the address chose. */
export function confirmMail(head: Letterhead, guest: { email: string; token: string; expiresAt: string }): Letter {
  const { t, site, link } = head;
  return {
    head,
    template: 'confirm',
    to: guest.email,
    subject: t.t('mail.confirm.subject'),
    heading: t.t('mail.confirm.heading'),
    body: [
      { kind: 'paragraph', words: t.t('mail.confirm.text', { brand: site.brand.name, email: guest.email }) },
      { kind: 'button', label: t.t('mail.confirm.button'), href: link(`/enter?token=${guest.token}`) },
      { kind: 'note', words: t.t('mail.confirm.until', { until: t.dayAndTime(guest.expiresAt) }) },
      { kind: 'note', words: t.t('mail.confirm.notYou') },
    ],
    why: t.t('mail.why.asked'),
  };
}

/** Somebody answered: the words whole, so that nobody has to sign in to read them. */
export function repliedMail(head: Letterhead, { message, ticket, customer, before, mine }: ReplyForMail): Letter {
  const { t, link } = head;
  const { number, subject, state } = ticket;
  const name = message.name;
  const isWaiting = state === 'waiting_for_you';
  return {
    head,
    template: 'replied',
    to: customer.email,
    subject: t.t('mail.reply.subject', { name, subject, number }),
    heading: t.t('mail.reply.heading', { name }),
    body: [
      { kind: 'note', words: `${subject}, ${number}` },
      { kind: 'message', text: message.body },
      { kind: 'paragraph', words: t.t(isWaiting ? 'mail.reply.waiting' : 'mail.reply.open') },
      { kind: 'button', label: t.t('mail.reply.button'), href: link(`/tickets/${number}`) },
      ...earlier(head, before),
    ],
    why: t.t(mine ? 'mail.why.ticket' : 'mail.why.shared', { number }),
    fromName: `${name}, ${head.site.brand.name}`,
  };
}

/** A colleague wrote in a ticket that both read: to whoever asked, and to others who wrote in it. */
export function sharedMail(head: Letterhead, { message, ticket, customer, before, mine }: ReplyForMail): Letter {
  const { t, link } = head;
  const { number, subject } = ticket;
  const name = message.name || t.t('mail.shared.somebody');
  return {
    head,
    template: 'shared',
    to: customer.email,
    subject: t.t('mail.shared.subject', { name, subject, number }),
    heading: t.t(mine ? 'mail.shared.heading.mine' : 'mail.shared.heading', { name }),
    body: [
      { kind: 'note', words: `${subject}, ${number}` },
      { kind: 'message', text: message.body },
      { kind: 'button', label: t.t('mail.reply.button'), href: link(`/tickets/${number}`) },
      ...earlier(head, before),
    ],
    why: t.t(mine ? 'mail.why.ticket' : 'mail.why.shared', { number }),
  };
}

/** The customer's side before it: the reader's own words, or a colleague's. */
function earlier({ t }: Letterhead, before: ReplyForMail['before']): MailPart[] {
  if (!before) return [];
  return [{ kind: 'earlier', who: before.name ?? t.t('mail.you'), when: t.dayAndTime(before.at), text: before.body }];
}
