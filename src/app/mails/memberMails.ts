import type { MemberInvitationMail } from '../../accounts/index.ts';
import { Retry } from '../../platform/jobs/index.ts';
import type { AccessMailDeps } from './accessMails.ts';
import type { Letter, Letterhead } from './letter.ts';

/** When an address that had its one mail of the day is asked about again, in seconds. */
const LATER_SECONDS = 6 * 3_600;

/** The mails that invite somebody into a company's account. */
export function handleMemberMails({ queue, accounts, letterhead, send }: AccessMailDeps): void {
  queue.handle('mail.member', async (job, context) => {
    const mail = await accounts.composeMemberInvitation((job.payload as { requestId: string }).requestId);
    if (mail === 'later') throw new Retry('The address had its one mail of the day.', LATER_SECONDS);
    if (mail) await send(context, memberMail(letterhead(mail.locale), mail), { personId: mail.personId });
  });
}

function memberMail(head: Letterhead, mail: MemberInvitationMail): Letter {
  const { t, site, link } = head;
  const { account, invitedBy, token } = mail;
  const words = { account, brand: site.brand.name };
  const page = `/invitation?id=${mail.invitation}`;
  const text =
    invitedBy === null ? t.t('mail.member.text', words) : t.t('mail.member.text.by', { ...words, name: invitedBy });
  return {
    head,
    template: 'member',
    to: mail.to,
    subject: t.t('mail.member.subject', words),
    heading: t.t('mail.member.heading', words),
    body: [
      { kind: 'paragraph', words: text },
      { kind: 'button', label: t.t('mail.member.button'), href: link(token ? `/enter?token=${token.token}` : page) },
      { kind: 'note', words: t.t('mail.member.until', { until: t.dayAndTime(mail.endsAt) }) },
      ...(token
        ? [
            { kind: 'note' as const, words: t.t('mail.member.token', { until: t.dayAndTime(token.expiresAt) }) },
            { kind: 'note' as const, words: link(page) },
          ]
        : []),
      { kind: 'note', words: t.t('mail.member.notYou') },
    ],
    why: t.t('mail.why.asked'),
  };
}
