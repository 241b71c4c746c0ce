import type { Accounts } from '../../accounts/index.ts';
import type { OrderViews, ViewMail } from '../../orders/index.ts';
import type { Database } from '../../platform/database/index.ts';
import type { Locale } from '../../platform/i18n/index.ts';
import type { JobContext, Queue } from '../../platform/jobs/index.ts';
import type { MailPart } from '../../platform/mail/index.ts';
import type { Letter, Letterhead } from './letter.ts';

export interface OrderViewMailDeps {
  queue: Queue;
  accounts: Accounts;
  orderViews: OrderViews;
  database: Database;
  letterhead(locale: Locale): Letterhead;
  send(context: JobContext, letter: Letter, about: { personId: string; order: string }): Promise<void>;
}

/** Somebody asked for an order without an account: only here it is found out whether it is theirs. */
export function handleOrderViewMails(deps: OrderViewMailDeps): void {
  const { queue, accounts, orderViews, database, letterhead, send } = deps;
  queue.handle('mail.order_view', async (job, context) => {
    const matched = await orderViews.decide((job.payload as { requestId: string }).requestId);
    if (!matched) return;
    const { email, number } = matched;
    const proven = await accounts.personByEmail(database.db, email);
    const locale = proven?.locale ?? matched.locale;
    const { personId, ...view } = await database.transaction(async (tx) => {
      // Who orders is a customer, and may become one with an account: what they look at is theirs then, too.
      const { personId } = proven
        ? { personId: proven.id }
        : await accounts.guest(tx, { email, name: matched.customerName, locale });
      return { personId, ...(await orderViews.grant(tx, matched, personId)) };
    });
    await send(context, orderViewMail(letterhead(locale), { number, email, ...view }), { personId, order: number });
  });
}

/**
 * The way to one order, to that order's own address. Nothing in it was chosen by whoever asked: the number is written as
 * the company writes it.
 */
function orderViewMail(head: Letterhead, order: { number: string; email: string } & ViewMail): Letter {
  const { t, site, link } = head;
  const { number, email, token, expiresAt, code } = order;
  const digits: MailPart[] = code
    ? [
        { kind: 'note', words: t.t('mail.orderView.digits') },
        { kind: 'code', digits: `${code.digits.slice(0, 3)} ${code.digits.slice(3)}` },
        { kind: 'note', words: t.t('mail.orderView.digitsUntil', { until: t.time(code.until) }) },
      ]
    : [];
  return {
    head,
    template: 'orderView',
    to: email,
    subject: t.t('mail.orderView.subject', { number }),
    heading: t.t('mail.orderView.heading', { number }),
    body: [
      { kind: 'paragraph', words: t.t('mail.orderView.text', { brand: site.brand.name, number }) },
      { kind: 'button', label: t.t('mail.orderView.button'), href: link(`/orders/view/${token}`) },
      { kind: 'note', words: t.t('mail.orderView.until', { until: t.dayAndTime(expiresAt) }) },
      ...digits,
      { kind: 'note', words: t.t('mail.orderView.notYou') },
    ],
    why: t.t('mail.why.asked'),
  };
}
