import type { Page } from 'playwright-core';
import type { Locale } from '../../src/platform/i18n/index.ts';
import { hashToken } from '../../src/platform/secrets/index.ts';
import { addOrder, hurry, tokenIn } from '../app/orderLookUpSetup.ts';
import { readMail } from '../support/mail.ts';
import type { TestPortal } from '../support/portal.ts';
import type { State } from './states.ts';

/** What was asked for without an account. */
export interface LookUps {
  /** Fresh; wrong digits were typed once; five times; an hour ago; from an older link. */
  requests: Record<'fresh' | 'wrong' | 'tried' | 'late' | 'renewed', string>;
  view: string;
}

export async function makeLookUps({ app, mails }: TestPortal, locale: Locale): Promise<LookUps> {
  const asking = { client: { address: `192.0.2.${locale.length}`, userAgent: null }, locale };
  const number = `KW-30001-${locale}`;
  const email = `track-${locale}@harbour.example`;
  await addOrder(app, { number, email });
  const ask = async () => (await app.orderLookUp.ask(asking, { number, email })).request;
  const requests = { fresh: await ask(), wrong: await ask(), tried: await ask(), late: await ask() };
  for (let n = 0; n < 5; n++) await app.orderLookUp.enter(requests.tried, '000000');
  await app.database.db
    .updateTable('orderViewRequest')
    .set({ createdAt: new Date(Date.now() - 3_600_000).toISOString() })
    .where('hash', '=', hashToken(requests.late))
    .execute();
  // However long the other states take, it is too early for this one.
  await app.database.db
    .updateTable('orderViewRequest')
    .set({ createdAt: new Date(Date.now() + 600_000).toISOString() })
    .where('hash', '=', hashToken(requests.fresh))
    .execute();
  await hurry(app);
  await app.queue.runDue();
  const { request: renewed } = await app.orderLookUp.renew(asking, 'unknown');
  const view = tokenIn(
    mails()
      .map(readMail)
      .findLast(({ to }) => to === email),
  );
  return { requests: { ...requests, renewed }, view };
}

/** Each state of finding an order without an account. */
export function lookUpStates(
  { requests, view }: LookUps,
  locale: Locale,
  openFolds: (page: Page) => Promise<void>,
): State[] {
  const at = (path: string): string => `/${locale}${path}`;
  const is = (name: string, who: State['who'], path: string, more: Partial<State> = {}): State => ({
    name,
    who,
    path,
    ...more,
  });
  return [
    is('order, find', 'guest', at('/orders/find')),
    is('order, find, faulty', 'guest', at('/orders/find'), { form: { number: '', email: 'x' }, status: 422 }),
    is('order, code', 'guest', at(`/orders/find/code?request=${requests.fresh}`)),
    is('order, code, wrong', 'guest', at('/orders/find/code'), {
      form: { request: requests.wrong, code: '000 000' },
      status: 422,
    }),
    is('order, code, too early again', 'guest', at('/orders/find/code'), {
      form: { request: requests.fresh, intent: 'again' },
      status: 429,
    }),
    is('order, code, tried', 'guest', at(`/orders/find/code?request=${requests.tried}`)),
    is('order, code, late', 'guest', at(`/orders/find/code?request=${requests.late}`)),
    is('order, code, of a link', 'guest', at(`/orders/find/code?request=${requests.renewed}`)),
    is('order, code, over', 'guest', at('/orders/find/code?request=unknown'), { status: 410 }),
    is('order by link', 'guest', at(`/orders/view/${view}`), { act: openFolds }),
    is('order by link, over', 'guest', at('/orders/view/unknown'), { status: 410 }),
  ];
}
