import { noStanding, type Accounts, type PersonViewer } from '../../accounts/index.ts';
import type { OrderReading, OrderWatch, Telling, UnsaidWhy } from '../../orders/index.ts';
import { Park, type JobContext, type Queue } from '../../platform/jobs/index.ts';
import { isLocale, type Locale } from '../../platform/i18n/index.ts';
import type { Db } from '../../platform/database/index.ts';
import type { Runtime } from '../../platform/runtime.ts';
import type { Site } from '../site.ts';
import type { Letter, Letterhead } from './letter.ts';
import { orderMail } from './orderMails.ts';

export interface TellOrdersDeps {
  queue: Queue;
  accounts: Pick<Accounts, 'customerOf'>;
  /** Whether somebody wants mails about their orders. */
  mayMail(personId: string): Promise<boolean>;
  orders: OrderReading;
  watch: OrderWatch;
  site: Site;
  runtime: Runtime;
  letterhead(locale: Locale): Letterhead;
  /** Sends a letter, then writes what it led to and the touch in the transaction that marks the job done. */
  send(
    context: JobContext,
    letter: Letter,
    about: { personId: string | null; order: string },
    also: (tx: Db) => Promise<void>,
  ): Promise<void>;
}

/**
 * The mails about orders. A job finds out when it runs what there is to tell and to whom: what is no longer true is not
 * mailed, and neither is what its reader may no longer see, or does not want.
 */
export function tellOrders(deps: TellOrdersDeps): void {
  const { queue, accounts, mayMail, orders, watch, site, runtime, letterhead, send } = deps;

  queue.handle('mail.order', async (job, context) => {
    const { orderId } = job.payload as { orderId: string };
    const telling = await watch.telling.take(orderId, context.key);
    if (!telling) throw new Park('The order is gone.');
    const [news] = telling.news;
    if (!news) return;
    if (telling.notBefore !== null) return postpone(context, telling, telling.notBefore);
    const found = await readerOf(telling);
    if (typeof found === 'string') return watch.telling.unsaid(orderId, context.key, found);
    const { viewer, unproven } = found;
    const order = await orders.read(viewer, telling.number);
    // It came in the moment between: the page says so, and a mail that says otherwise is not sent.
    if (news.kind === 'late' && order.whereabouts.state !== 'late')
      return watch.telling.unsaid(orderId, context.key, 'over');
    const letter = orderMail(letterhead(viewer.locale), order, news, {
      to: viewer.email,
      unproven,
      now: runtime.now(),
    });
    const about = { personId: unproven ? null : viewer.personId, order: order.number };
    await send(context, letter, about, (tx) => watch.telling.told(tx, orderId, context.key));
  });

  /** Another mail of this order went meanwhile: the rest waits for its day, under a key of its own. */
  async function postpone(context: JobContext, { orderId }: Telling, at: number): Promise<void> {
    await context.finish(async (tx) => {
      const key = `mail.order:${orderId}:rest:${at}`;
      await queue.enqueue(tx, { kind: 'mail.order', key, payload: { orderId }, runAt: at });
    });
  }

  /** Who is told, with the very eyes that look at the page; or why nobody is. */
  async function readerOf({
    number,
    customerEmail,
  }: Telling): Promise<{ viewer: PersonViewer; unproven: boolean } | UnsaidWhy> {
    if (customerEmail === null) return 'hidden';
    const viewer = await accounts.customerOf(customerEmail);
    if (viewer) {
      if (!(await mayMail(viewer.personId))) return 'unwanted';
      return (await orders.numberIn(viewer, number)) === null ? 'hidden' : { viewer, unproven: false };
    }
    if (!site.orderMails.unprovenAddresses) return 'unproven';
    const [locale] = site.brand.locales;
    return { viewer: whoeverOwns(customerEmail, isLocale(locale) ? locale : 'en'), unproven: true };
  }
}

/** What an address would see if somebody had proven it. */
function whoeverOwns(email: string, locale: Locale): PersonViewer {
  const nobody = { personId: '', name: '', role: 'customer' as const };
  return { kind: 'person', ...nobody, email, verified: true, locale, ...noStanding };
}
