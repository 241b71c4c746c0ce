import type { AccountEventView, Member } from '../accounts/index.ts';
import type { Translator } from '../platform/i18n/index.ts';

/** What somebody sees of an account, in words. Owners and managers see all. */
export function sightOf(
  tr: Translator,
  { role, orders, tickets }: Pick<Member, 'role' | 'orders' | 'tickets'>,
): string {
  const all = role !== 'member';
  return tr.t('companies.sees', {
    orders: tr.t(`companies.sees.orders.${all ? 'all' : orders}`),
    tickets: tr.t(`companies.sees.tickets.${all ? 'answer' : tickets}`),
  });
}

/** A change of an account, in words. */
export function changeLine(tr: Translator, { type, actor, person, now }: AccountEventView): string {
  const { role, orders = 'own', tickets = 'own' } = now;
  const seen = sightOf(tr, { role: role ?? 'member', orders, tickets });
  return tr.t(`companies.change.${type}`, {
    actor: actor ?? tr.t('companies.by.us'),
    person: person ?? tr.t('mail.shared.somebody'),
    now: role === undefined ? seen : `${tr.t(`companies.role.${role}`)}, ${seen}`,
  });
}
