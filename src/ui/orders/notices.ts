import type { NoticeLine } from '../../orders/index.ts';
import type { Moment, Translator } from '../../platform/i18n/index.ts';

/** A piece of news and what became of it, for colleagues. */
export function noticeLine(tr: Translator, notice: NoticeLine, now: Moment): { what: string; when: string } {
  const { kind, at, settledAt, unsaid } = notice;
  const what = tr.t(`orders.staff.mail.${kind}`);
  if (settledAt === null) return { what, when: tr.t('orders.staff.mail.due') };
  if (unsaid !== null)
    return { what, when: tr.t('orders.staff.mail.unsaid', { why: tr.t(`orders.staff.why.${unsaid}`) }) };
  return { what, when: tr.recent(settledAt < at ? at : settledAt, now) };
}
