import type { Invoice } from '../../orders/index.ts';
import type { Translator } from '../../platform/i18n/index.ts';
import type { StateLook } from '../views.ts';

/** Whether an invoice is paid, until when it is to be, or since when it should have been. */
export function invoiceState(tr: Translator, invoice: Invoice): { look: StateLook; word: string } {
  const { state, dueAt, overdue } = invoice;
  if (state === 'paid') return { look: 'ok', word: tr.t('orders.invoice.paid') };
  if (state === 'void') return { look: 'plain', word: tr.t('orders.invoice.void') };
  if (dueAt === null) return { look: 'waiting', word: tr.t('orders.invoice.open') };
  const date = tr.shortDate(dueAt);
  return overdue
    ? { look: 'late', word: tr.t('orders.invoice.overdue', { date }) }
    : { look: 'waiting', word: tr.t('orders.invoice.due', { date }) };
}
