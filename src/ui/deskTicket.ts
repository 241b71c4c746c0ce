import type { DeskTicket, MessageView, Touch } from '../crm-bridge/index.ts';
import { isMessageKey, type Moment, type Translator } from '../platform/i18n/index.ts';
import { articleOf, textOf, titleOf, verdictOf } from './touchLines.ts';
import type { ThreadEntry, TrailStep } from './views.ts';

/** The conversation as the desk shows it: messages, notes and what happened to the case, oldest first. */
export function deskThread(tr: Translator, ticket: DeskTicket, viewerId: string): ThreadEntry[] {
  const messages = ticket.messages.map((message) => messageEntry(tr, ticket, message, viewerId));
  const cases = ticket.cases
    .filter(({ connector }) => connector !== 'desk') // the ticket is its own case there
    .map((link): ThreadEntry => {
      const words = { connector: connectorName(tr, link.connector), reference: link.reference };
      return {
        kind: 'event',
        id: `${link.connector}:${link.reference}`,
        at: link.createdAt,
        text: tr.t('staff.ticket.case.made', words),
      };
    });
  return [...messages, ...cases].sort((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0));
}

function messageEntry(tr: Translator, ticket: DeskTicket, message: MessageView, viewerId: string): ThreadEntry {
  const { id, at, body, from, visibility } = message;
  const side = visibility === 'staff' ? 'staff-only' : from === 'company' ? 'mine' : 'theirs';
  const via = `staff.ticket.via.${message.channel}`;
  const origin = isMessageKey(via) ? beside(tr, ticket.customer.email, tr.t(via)) : ticket.customer.email;
  const note = side === 'staff-only' ? tr.t('staff.ticket.noteHead') : side === 'theirs' ? origin : '';
  return {
    kind: 'message',
    id,
    side,
    name: message.authorId === viewerId ? tr.t('common.you') : message.name || ticket.customer.name,
    ...(note && { note }),
    at,
    body,
    files: message.attachments.map((file) => ({
      href: `/files/${file.id}`,
      name: file.name,
      size: file.size,
      image: file.type.startsWith('image/'),
    })),
  };
}

/** A fault in the words of the desk: whoever writes there knows what the ticket is about. */
export function deskFault<Fault extends { field: string; key: string }>(fault: Fault): Fault {
  if (fault.field === 'visibility') return { ...fault, key: 'staff.ticket.fault.visibility' };
  const empty = fault.field === 'body' && fault.key === 'errors.required';
  return empty ? { ...fault, key: 'staff.ticket.fault.body' } : fault;
}

/** The way to a ticket: what was searched, read and said before, then the ticket itself. */
export function wayHere(tr: Translator, ticket: DeskTicket, now: Moment): TrailStep[] {
  const before = ticket.story.flatMap((touch) => stepOf(tr, touch, ticket.story));
  return [...before, { look: 'here', text: tr.t('staff.ticket.way.opened'), note: tr.recent(ticket.openedAt, now) }];
}

function stepOf(tr: Translator, touch: Touch, story: readonly Touch[]): TrailStep[] {
  const time = tr.time(touch.occurredAt);
  if (touch.type === 'search.asked') {
    const verdict = verdictOf(tr, touch);
    const note = verdict ? beside(tr, time, verdict) : time;
    return [{ text: tr.t('staff.ticket.way.searched', { query: textOf(touch, 'text') }), note }];
  }
  if (touch.type === 'article.read') {
    const rated = ratingAfter(touch, story);
    const href = articleOf(touch);
    return [
      {
        text: tr.pieces('staff.ticket.way.read', { title: titleOf(tr, touch) }),
        ...(href !== undefined && { href }),
        note: rated ? beside(tr, time, opinionOf(tr, rated)) : time,
        ...(rated && rated.body?.['helpful'] !== true && { look: 'late' as const }),
      },
    ];
  }
  if (touch.type === 'inquiry.answered') return [{ text: tr.t('staff.ticket.way.answered'), note: time }];
  return [];
}

/** What was said of the article that was read, before the ticket was opened. */
function ratingAfter(read: Touch, story: readonly Touch[]): Touch | undefined {
  const article = textOf(read, 'articleId');
  return story.findLast(({ type, body }) => type === 'article.rated' && body?.['articleId'] === article);
}

function opinionOf(tr: Translator, rated: Touch): string {
  if (rated.body?.['helpful'] === true) return tr.t('staff.ticket.way.rated.yes');
  const reason = textOf(rated, 'comment');
  return reason ? tr.t('staff.ticket.way.rated.because', { reason }) : tr.t('staff.ticket.way.rated.no');
}

function beside(tr: Translator, first: string, second: string): string {
  return tr.t('staff.beside', { first, second });
}

/** A connector's name as colleagues know it. */
export function connectorName(tr: Translator, name: string): string {
  const key = `staff.connector.${name}`;
  return isMessageKey(key) ? tr.t(key) : name;
}
