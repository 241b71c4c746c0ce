import type { Order, Whereabouts } from '../../orders/index.ts';
import { comesBy, dayNear, daysBetween, momentNear, type Moment, type Translator } from '../../platform/i18n/index.ts';
import type { StateLook } from '../views.ts';
import { isComing, orderStateLook, orderStateWord } from './states.ts';

/** The headline of an order: where it is, when it comes, and what there is to know beside. */
export interface WhereView {
  look: StateLook;
  word: string;
  line: string;
  text: readonly string[];
  tone: 'is-late' | 'is-ok' | 'is-stale' | undefined;
}

/**
 * @param silentSince when the last word reached us, if its source has fallen silent since; else null.
 */
export function whereView(tr: Translator, order: Order, now: Moment, silentSince: string | null = null): WhereView {
  const { whereabouts: where } = order;
  const look = orderStateLook(where.state);
  const isStale = silentSince !== null && order.moving;
  return {
    look,
    word: orderStateWord(tr, where.state),
    line: whereLine(tr, where, now),
    text: [
      ...lateText(tr, where, now),
      ...parcelText(tr, where),
      ...(where.note === null || !asksWhy.has(where.state) ? [] : [said(tr, where.note)]),
      ...others(tr, order, now),
      ...(isStale ? [tr.t('orders.where.stale', { when: momentNear(tr, silentSince, now) })] : []),
    ],
    tone: toneOf(look, isStale),
  };
}

/** Where the carrier's words explain what is wrong or wanted; elsewhere they stand with the scans. */
export const asksWhy: ReadonlySet<string> = new Set([
  'late',
  'exception',
  'expired',
  'attempt_failed',
  'available_for_pickup',
]);

/** The carrier's own words as a sentence. */
function said(tr: Translator, note: string): string {
  const sentence = tr.t('orders.where.said', { note });
  return /[.。!?！？…]$/u.test(sentence) ? sentence : `${sentence}${tr.locale === 'en' ? '.' : '。'}`;
}

function toneOf(look: StateLook, isStale: boolean): WhereView['tone'] {
  if (look === 'late') return 'is-late';
  if (isStale) return 'is-stale';
  return look === 'ok' ? 'is-ok' : undefined;
}

/** The one sentence. */
export function whereLine(tr: Translator, where: Whereabouts, now: Moment): string {
  const { state, since, place } = where;
  const when = momentNear(tr, since, now);
  if (state === 'late') return lateLine(tr, where, now);
  if (state === 'delivered') return tr.t('orders.where.delivered', { when });
  if (state === 'cancelled' || state === 'returned')
    return tr.t(`orders.where.${state}`, { when: dayNear(tr, since, now, { long: true }) });
  if (state === 'available_for_pickup')
    return place === null ? tr.t('orders.where.pickup') : tr.t('orders.where.pickup.at', { place });
  if (state === 'exception' || state === 'expired')
    return tr.t(`orders.where.${state}`, { when: dayNear(tr, since, now, { long: true }) });
  const coming = comingLine(tr, where, now);
  if (coming !== null) return coming;
  if (state === 'out_for_delivery') return tr.t('orders.where.van', { when });
  if (state === 'attempt_failed') return tr.t('orders.where.attempt');
  if (state === 'in_transit' || state === 'shipped' || state === 'part_shipped')
    return place === null
      ? tr.t('orders.where.since', { when: dayNear(tr, since, now, { long: true }) })
      : tr.t('orders.where.seen', { place });
  return tr.t(`orders.where.${state}`);
}

/** When it comes; null when nobody said so. */
function comingLine(tr: Translator, { state, expectedAt }: Whereabouts, now: Moment): string | null {
  if (expectedAt === null) return null;
  if (isPast(expectedAt, now)) return tr.t('orders.where.due', { when: dayNear(tr, expectedAt, now, { long: true }) });
  const when = comesBy(tr, expectedAt, now, { long: true });
  return tr.t(state === 'attempt_failed' ? 'orders.where.again' : 'orders.where.arrives', { when });
}

function lateLine(tr: Translator, { expectedAt, promisedAt, daysLate, since }: Whereabouts, now: Moment): string {
  if (expectedAt !== null && !isPast(expectedAt, now)) {
    const when = comesBy(tr, expectedAt, now, { long: true });
    if (promisedAt !== null && tr.date(promisedAt) === tr.date(expectedAt))
      return tr.t('orders.where.late.hours', { when });
    const days = promisedAt === null ? (daysLate ?? 1) : daysBetween(tr, promisedAt, expectedAt);
    return tr.t('orders.where.late', { when, days });
  }
  return tr.t('orders.where.late.unknown', { when: dayNear(tr, promisedAt ?? since, now, { long: true }) });
}

function lateText(tr: Translator, { state, expectedAt, note }: Whereabouts, now: Moment): string[] {
  if (state !== 'late') return [];
  const sorry = tr.t('orders.where.late.sorry');
  if ((expectedAt !== null && !isPast(expectedAt, now)) || note !== null) return [sorry];
  return [sorry, tr.t('orders.where.late.none')];
}

function parcelText(tr: Translator, { parcel, parcels, carrier }: Whereabouts): string[] {
  if (parcel === null) return [];
  if (parcels < 2) return carrier === null ? [] : [tr.t('orders.where.carrier', { carrier })];
  return [
    carrier === null
      ? tr.t('orders.where.left', { parcel, parcels })
      : tr.t('orders.where.parcel', { parcel, parcels, carrier }),
  ];
}

/** What of the other parcels one wants to know in the same breath; three at most. */
function others(tr: Translator, { shipments, whereabouts, moving }: Order, now: Moment): string[] {
  if (!moving) return [];
  return shipments
    .flatMap((shipment, index) => {
      const parcel = index + 1;
      if (parcel === whereabouts.parcel) return [];
      if (!isComing(shipment.state)) return [tr.t('orders.where.arrived', { parcel })];
      if (shipment.expectedAt === null || isPast(shipment.expectedAt, now)) return [];
      return [tr.t('orders.where.follows', { parcel, when: comesBy(tr, shipment.expectedAt, now, { long: true }) })];
    })
    .slice(0, 3);
}

function isPast(at: string, now: Moment): boolean {
  return new Date(at).getTime() < new Date(now).getTime();
}
