import type { Accounts, MailKind } from '../../accounts/index.ts';
import type { Bridge } from '../../crm-bridge/index.ts';
import type { OrderViews } from '../../orders/index.ts';
import type { Database, Db } from '../../platform/database/index.ts';
import { translator, type Locale, type Translator } from '../../platform/i18n/index.ts';
import { Park, type Job, type JobContext, type Queue } from '../../platform/jobs/index.ts';
import type { Mailer } from '../../platform/mail/index.ts';
import type { Privacy } from '../privacy/index.ts';
import type { Promises } from '../promises.ts';
import type { Site } from '../site.ts';
import { handleAccessMails } from './accessMails.ts';
import { accountMail } from './accountMails.ts';
import { handleMemberMails } from './memberMails.ts';
import { addressMail, erasureMail } from './privacyMails.ts';
import { letterFor, type Letter, type Letterhead } from './letter.ts';
import { handleOrderViewMails } from './orderViewMails.ts';
import { tellOrders, type TellOrdersDeps } from './tellOrders.ts';
import { confirmMail, openedMail, repliedMail, sharedMail } from './ticketMails.ts';

export interface MailDeps extends Pick<TellOrdersDeps, 'orders' | 'watch' | 'mayMail' | 'runtime'> {
  queue: Queue;
  privacy: Privacy;
  mailer: Mailer;
  accounts: Accounts;
  bridge: Bridge;
  orderViews: OrderViews;
  database: Database;
  site: Site;
  promises: Promises;
  publicUrl: string;
}

/**
 * Sends the mails that are owed. Jobs carry ids alone: what is written, to whom, and any token are found when the mail
 * goes out, so that the queue holds no personal data and a token is as fresh as can be.
 */
export function handleMails(deps: MailDeps): void {
  const { queue, privacy, mailer, accounts, bridge, orderViews, database, site, promises, publicUrl } = deps;

  function letterhead(locale: Locale): Letterhead & { t: Translator } {
    const t = translator(locale, { timeZone: site.brand.timeZone });
    return { t, site, link: (path: string) => `${publicUrl}/${locale}${path}` };
  }

  /** Sends one letter and notes it in the log of touches, both under the job's key. */
  async function send(
    context: JobContext,
    letter: Letter,
    about: { personId: string | null; ticket?: string; order?: string },
    also: (tx: Db) => Promise<void> = () => Promise.resolve(),
  ): Promise<void> {
    await mailer.send({ ...letterFor(letter), key: context.key, signal: context.signal });
    const { ticket, order } = about;
    await context.finish(async (tx) => {
      await also(tx);
      await bridge.touches.recordIn(tx, {
        type: 'mail.sent',
        channel: 'mail',
        direction: 'outbound',
        sourceKind: 'outbound',
        actor: 'system',
        personId: about.personId,
        body: {
          mail: letter.template,
          ...(ticket !== undefined && { ticket }),
          ...(order !== undefined && { order }),
        },
      });
    });
  }

  async function ticketOf(job: Job) {
    const ticket = await bridge.ticketForMail((job.payload as { ticketId: string }).ticketId);
    if (!ticket) throw new Park('The ticket is gone.');
    return ticket;
  }

  tellOrders({ ...deps, letterhead, send });

  queue.handle('mail.opened', async (job, context) => {
    const { number, subject, customer } = await ticketOf(job);
    const opened = { number, subject, email: customer.email, hours: await promises.hours(customer.id) };
    await send(context, openedMail(letterhead(customer.locale), opened), { personId: customer.id, ticket: number });
  });

  queue.handle('mail.confirm', async (job, context) => {
    const { number, confirmed, customer } = await ticketOf(job);
    if (confirmed) return; // the address was proven on another way meanwhile
    const { id: personId, email, locale } = customer;
    const returnTo = `/${locale}/tickets/${number}`;
    const token = await database.transaction((tx) => accounts.mintEnterToken(tx, { personId, returnTo }));
    await send(context, confirmMail(letterhead(locale), { email, ...token }), { personId, ticket: number });
  });

  /** One reader's mail about a message; they may have left the company, or want no such mails. */
  async function tellOf(
    job: Job,
    context: JobContext,
    { from, kind, letter }: { from: 'company' | 'customer'; kind: MailKind; letter: typeof repliedMail },
  ): Promise<void> {
    const { messageId, personId } = job.payload as { messageId: string; personId?: string };
    const message = await bridge.replyForMail(messageId, { from, personId });
    if (!message) throw new Park('The answer is gone.');
    // Nothing of the ticket goes to an address that nobody has proven; its one mail of the day has the way in.
    if (!message.mayRead || !(await accounts.mayMail(message.customer.id, kind))) return;
    const head = letterhead(message.customer.locale);
    await send(context, letter(head, message), { personId: message.customer.id, ticket: message.ticket.number });
  }

  queue.handle('mail.replied', (job, context) =>
    tellOf(job, context, { from: 'company', kind: 'ticket_replies', letter: repliedMail }),
  );
  queue.handle('mail.shared', (job, context) =>
    tellOf(job, context, { from: 'customer', kind: 'colleagues', letter: sharedMail }),
  );

  handleAccessMails({ queue, accounts, letterhead, send });
  handleOrderViewMails({ queue, accounts, orderViews, database, letterhead, send });
  handleMemberMails({ queue, accounts, letterhead, send });

  for (const kind of ['mail.enter', 'mail.reset'] as const) {
    queue.handle(kind, async (job, context) => {
      const mail = await accounts.composeMail((job.payload as { requestId: string }).requestId);
      if (mail) await send(context, accountMail(letterhead(mail.locale), mail), { personId: mail.personId });
    });
  }

  queue.handle('mail.erasure', async (job, context) => {
    const mail = await privacy.composeErasureMail((job.payload as { erasureId: string }).erasureId);
    if (mail) await send(context, erasureMail(letterhead(mail.locale), mail), { personId: mail.personId });
  });

  for (const [kind, template] of [
    ['mail.address', 'address'],
    ['mail.address_changed', 'addressChanged'],
  ] as const) {
    queue.handle(kind, async (job, context) => {
      const mail = await accounts.composeAddressMail((job.payload as { id: string }).id, template);
      if (mail) await send(context, addressMail(letterhead(mail.locale), mail), { personId: mail.personId });
    });
  }
}
