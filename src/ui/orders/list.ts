import type { PersonViewer, Viewer } from '../../accounts/index.ts';
import type { Translator } from '../../platform/i18n/index.ts';
import { withQuery } from '../inquiry.ts';

type State = 'moving' | 'delivered' | 'returned' | 'cancelled';

/** What a list can be narrowed to. */
export const orderStates: readonly State[] = ['moving', 'delivered', 'returned', 'cancelled'];

/** The state that an address names; undefined for all, and for whatever is none. */
export function orderStateOf(name: string | null): State | undefined {
  return orderStates.find((state) => state === name);
}

/** Where a list of orders stands. */
export function ordersPath(
  path: string,
  { find, state, after }: { find?: string; state?: State | undefined; after?: string },
): string {
  return withQuery(path, { find, state, after });
}

/** Whose orders these are. */
export function whoseOrders(tr: Translator, viewer: Viewer): string {
  if (viewer.kind !== 'person') return '';
  const account = accountOf(viewer);
  return account === null
    ? tr.t('orders.lead.own', { email: viewer.email })
    : tr.t(account.orders === 'all' ? 'orders.lead.account' : 'orders.lead.account.own', { account: account.name });
}

/** Why there is none, and where the missing one may be. */
export function emptyOrders(
  tr: Translator,
  viewer: PersonViewer,
  { find, state }: { find: string; state: State | undefined },
): { title: string; text: string; href: string; button: string; also?: { href: string; title: string } } {
  const at = `/${tr.locale}/orders`;
  const finding = { href: withQuery(`${at}/find`, { number: find }), button: tr.t('orders.empty.find') };
  const all = { href: at, title: tr.t('orders.none.all') };
  if (find !== '') {
    const words = { title: tr.t('orders.none.title'), text: tr.t('orders.none.text', { query: find }) };
    return { ...words, ...finding, also: all };
  }
  if (state !== undefined) {
    const words = { title: tr.t('orders.none.title'), text: tr.t('orders.none.state') };
    return { ...words, href: at, button: tr.t('orders.none.all') };
  }
  const account = accountOf(viewer);
  if (account === null) {
    const words = { title: tr.t('orders.empty.title'), text: tr.t('orders.empty.text', { email: viewer.email }) };
    const other = viewer.seats.length > 0;
    return { ...words, ...finding, ...(other && { also: switching(tr) }) };
  }
  return {
    title: tr.t('orders.empty.account.title', { account: account.name }),
    text: tr.t('orders.empty.account.text', { account: account.name }),
    ...finding,
    also: switching(tr),
  };
}

function switching(tr: Translator): { href: string; title: string } {
  return { href: `/${tr.locale}/account`, title: tr.t('orders.empty.switch') };
}

function accountOf({ seats, accountId }: PersonViewer) {
  return seats.find((seat) => seat.accountId === accountId) ?? null;
}
