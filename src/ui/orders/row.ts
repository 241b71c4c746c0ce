import type { OrderSummary } from '../../orders/index.ts';
import { comesBy, dayNear, type Moment, type Translator } from '../../platform/i18n/index.ts';
import { whereLine } from './where.ts';

/** What was ordered, in a line. */
export function orderTitle(tr: Translator, { number, products, lineCount }: OrderSummary): string {
  if (products.length === 0) return tr.t('orders.unnamed', { number });
  const more = lineCount - products.length;
  return more > 0 ? tr.t('orders.more', { names: products.join(comma(tr)), count: more }) : tr.list(products);
}

/** Under the state of a row: when it comes or came. */
export function rowNote(tr: Translator, { whereabouts: where }: OrderSummary, now: Moment): string {
  const { state, parcel, parcels, since, promisedAt, expectedAt, place } = where;
  if (state === 'late') {
    if (promisedAt === null) return whereLine(tr, where, now);
    const was = dayNear(tr, promisedAt, now);
    return expectedAt !== null && new Date(expectedAt).getTime() > new Date(now).getTime()
      ? tr.t('orders.row.late', { when: comesBy(tr, expectedAt, now), was })
      : tr.t('orders.row.late.unknown', { was });
  }
  if (state === 'delivered') {
    const when = dayNear(tr, since, now);
    return capital(place === null ? when : tr.t('orders.way.place', { when, place }));
  }
  if (state === 'cancelled' || state === 'returned') return capital(dayNear(tr, since, now));
  const line = whereLine(tr, where, now);
  return parcel !== null && parcels > 1
    ? tr.t('orders.row.parcel', { parcel: tr.t('orders.parcel.of', { parcel, parcels }), line })
    : line;
}

function comma(tr: Translator): string {
  return tr.locale === 'en' ? ', ' : '、';
}

/** Words that begin a line of their own. */
export function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
