import type { AccessNotice, Accounts, ActingMail, InvitationMail } from '../../accounts/index.ts';
import type { Locale } from '../../platform/i18n/index.ts';
import type { JobContext, Queue } from '../../platform/jobs/index.ts';
import type { Letter, Letterhead } from './letter.ts';

export interface AccessMailDeps {
  queue: Queue;
  accounts: Accounts;
  letterhead(locale: Locale): Letterhead;
  send(context: JobContext, letter: Letter, about: { personId: string | null }): Promise<void>;
}

/** Mails about who may come in: invitations of colleagues, changes of a second step, colleagues who acted for a customer. */
export function handleAccessMails({ queue, accounts, letterhead, send }: AccessMailDeps): void {
  queue.handle('mail.invite', async (job, context) => {
    const mail = await accounts.composeInvitation((job.payload as { id: string }).id);
    if (mail) await send(context, invitationMail(letterhead(mail.locale), mail), { personId: null });
  });
  queue.handle('mail.access', async (job, context) => {
    const notice = await accounts.composeAccessNotice((job.payload as { id: string }).id);
    if (notice) await send(context, accessMail(letterhead(notice.locale), notice), { personId: notice.personId });
  });
  queue.handle('mail.acting', async (job, context) => {
    const mail = await accounts.composeActing((job.payload as { id: string }).id);
    if (mail) await send(context, actingMail(letterhead(mail.locale), mail), { personId: mail.personId });
  });
}

/** Somebody is asked to become a colleague. */
function invitationMail(head: Letterhead, mail: InvitationMail): Letter {
  const { t, site, link } = head;
  const brand = site.brand.name;
  const words = { brand, role: t.t(`access.role.${mail.role}`) };
  const text =
    mail.invitedBy === null
      ? t.t('mail.invite.text.nobody', words)
      : t.t('mail.invite.text', { ...words, inviter: mail.invitedBy });
  return {
    head,
    template: 'invite',
    to: mail.to,
    subject: t.t('mail.invite.subject', { brand }),
    heading: t.t('mail.invite.heading', { brand }),
    body: [
      { kind: 'paragraph', words: text },
      { kind: 'button', label: t.t('mail.invite.button'), href: link(`/join?token=${mail.token}`) },
      { kind: 'note', words: t.t('mail.invite.until', { until: t.dayAndTime(mail.expiresAt) }) },
      { kind: 'note', words: t.t('mail.invite.notYou', { brand }) },
    ],
    why: t.t('mail.why.invited', { brand }),
  };
}

/** Somebody's second step was turned on, off, or taken away. */
function accessMail(head: Letterhead, { change, at, to }: AccessNotice): Letter {
  const { t, site, link } = head;
  return {
    head,
    template: `access-${change}`,
    to,
    subject: t.t(`mail.access.${change}.subject`),
    heading: t.t(`mail.access.${change}.heading`),
    body: [
      {
        kind: 'paragraph',
        words: t.t(`mail.access.${change}.text`, { when: t.dayAndTime(at), brand: site.brand.name }),
      },
      { kind: 'button', label: t.t('mail.access.button'), href: link('/account/security') },
      { kind: 'note', words: t.t('mail.access.notYou') },
    ],
    why: t.t('mail.why.security'),
  };
}

/** A colleague acts for the customer: who, when and why. */
function actingMail(head: Letterhead, { colleague: name, reason, beganAt, to }: ActingMail): Letter {
  const { t, site, link } = head;
  const words = { name, brand: site.brand.name, when: t.dayAndTime(beganAt) };
  return {
    head,
    template: 'acting',
    to,
    subject: t.t('mail.acting.subject', { name }),
    heading: t.t('mail.acting.heading', { name }),
    body: [
      { kind: 'paragraph', words: t.t('mail.acting.text', words) },
      { kind: 'message', text: reason },
      { kind: 'button', label: t.t('mail.acting.button'), href: link('/account/security') },
      { kind: 'note', words: t.t('mail.acting.notYou') },
    ],
    why: t.t('mail.why.security'),
  };
}
