import type { Translator } from '../../platform/i18n/index.ts';
import { withQuery } from '../inquiry.ts';

/** Where the desk's list of late orders stands. */
export function lateOrdersPath({ find, after }: { find?: string; after?: string }): string {
  return withQuery('/staff/tickets', { view: 'late', find, after });
}

/** What an empty list of late orders says, and the way on. */
export function emptyLate(tr: Translator, find: string): { title: string; text: string; href: string; button: string } {
  if (find !== '') {
    const words = { title: tr.t('orders.none.title'), text: tr.t('orders.late.empty.find', { query: find }) };
    return { ...words, href: lateOrdersPath({}), button: tr.t('orders.late.all') };
  }
  const words = { title: tr.t('orders.late.empty.title'), text: tr.t('orders.late.empty') };
  return { ...words, href: '/staff/tickets', button: tr.t('staff.empty.toOpen') };
}
