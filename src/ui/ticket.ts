import type { TicketView } from '../crm-bridge/index.ts';
import type { Translator } from '../platform/i18n/index.ts';
import type { ThreadEntry } from './views.ts';

/**
 * A ticket's messages as a customer reads them.
 * @param reader.personId whose words are “you”; a colleague's stand under their name.
 */
export function ticketEntries(
  tr: Translator,
  ticket: TicketView,
  { brand, personId }: { brand: string; personId: string | null },
): ThreadEntry[] {
  const isOwn = (authorId: string | null): boolean => authorId === null || authorId === personId;
  return ticket.messages.map((message) => ({
    kind: 'message',
    id: message.id,
    side: message.from === 'customer' ? 'mine' : 'theirs',
    name:
      message.from === 'company'
        ? message.name || brand
        : isOwn(message.authorId) || message.name === ''
          ? tr.t('common.you')
          : message.name,
    ...(message.from === 'company' && message.name && { note: brand }),
    at: message.at,
    body: message.body,
    files: message.attachments.map(({ id, name, size, type }) => ({
      href: `/files/${id}`,
      name,
      size,
      image: type.startsWith('image/'),
    })),
  }));
}

/** What a ticket's state means for its customer, in a sentence. */
export function ticketSentence(tr: Translator, ticket: TicketView, say: { promise: string; brand: string }): string {
  const answered = ticket.messages.findLast((message) => message.from === 'company');
  if (ticket.state === 'waiting_for_you') {
    return tr.t('tickets.state.waiting_for_you.text', { name: answered?.name || say.brand });
  }
  if (ticket.state === 'solved') return tr.t('tickets.solve.note');
  if (ticket.state === 'closed') return tr.t('tickets.state.closed.text');
  if (!answered) return tr.t('tickets.state.open.text', { promise: say.promise });
  return ticket.assignee === null ? '' : tr.t('tickets.state.open.working', { name: ticket.assignee });
}
