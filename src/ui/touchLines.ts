import type { Touch } from '../crm-bridge/index.ts';
import { isLocale, isMessageKey, type Translator } from '../platform/i18n/index.ts';
import type { TicketState } from './views.ts';

/** A touch as one sentence. */
export interface TouchLine {
  text: string;
  href?: string | undefined;
  note?: string | undefined;
  /** Something went wrong with it. */
  late?: boolean;
}

interface Told {
  tr: Translator;
  touch: Touch;
  /** The colleague who acted. */
  who: string;
  nameOf(personId: string): string;
}

const sentences: Readonly<Record<string, (told: Told) => TouchLine>> = {
  'search.asked': ({ tr, touch }) => ({
    text: tr.t('staff.touch.search.asked', { query: textOf(touch, 'text') }),
    note: verdictOf(tr, touch),
  }),
  'article.read': ({ tr, touch }) => ({
    text: tr.t('staff.touch.article.read', { title: titleOf(tr, touch) }),
    href: articleOf(touch),
  }),
  'article.rated': ({ tr, touch }) => {
    const helped = touch.body?.['helpful'] === true;
    const reason = textOf(touch, 'comment');
    return {
      text: tr.t(helped ? 'staff.touch.article.rated.yes' : 'staff.touch.article.rated.no', {
        title: titleOf(tr, touch),
      }),
      href: articleOf(touch),
      note: reason ? tr.t('staff.touch.article.rated.because', { reason }) : undefined,
      late: !helped,
    };
  },
  'ticket.opened': ({ tr, touch }) => ({
    ...aboutTicket(touch),
    text: tr.t('staff.touch.ticket.opened', ticketOf(touch)),
    note: textOf(touch, 'subject') || undefined,
  }),
  'ticket.answered': ({ tr, touch }) => ({
    ...aboutTicket(touch),
    text: tr.t('staff.touch.ticket.answered', ticketOf(touch)),
    note: touch.body?.['reopenedFrom'] === undefined ? undefined : tr.t('staff.touch.ticket.answered.reopened'),
  }),
  'ticket.replied': ({ tr, touch, who }) => ({
    ...aboutTicket(touch),
    text: tr.t('staff.touch.ticket.replied', { ...ticketOf(touch), name: who }),
  }),
  'ticket.noted': ({ tr, touch, who }) => ({
    ...aboutTicket(touch),
    text: tr.t('staff.touch.ticket.noted', { ...ticketOf(touch), name: who }),
  }),
  'ticket.assigned': ({ tr, touch, who, nameOf }) => {
    const assignee = textOf(touch, 'assignee');
    const self = touch.actor === `staff:${assignee}`;
    const words = { ...ticketOf(touch), name: who };
    if (!assignee) return { ...aboutTicket(touch), text: tr.t('staff.touch.ticket.assigned.nobody', words) };
    if (self) return { ...aboutTicket(touch), text: tr.t('staff.touch.ticket.assigned.self', words) };
    const given = { ...words, assignee: nameOf(assignee) };
    return { ...aboutTicket(touch), text: tr.t('staff.touch.ticket.assigned', given) };
  },
  'call.logged': ({ tr, touch, who }) => ({
    text: tr.t(touch.direction === 'outbound' ? 'customers.touch.we_called' : 'customers.touch.called', {
      what: textOf(touch, 'what'),
    }),
    note: notedBy(tr, touch, who),
  }),
  'visit.logged': ({ tr, touch, who }) => ({
    text: tr.t('customers.touch.visit', { what: textOf(touch, 'what') }),
    note: notedBy(tr, touch, who),
  }),
  'letter.logged': ({ tr, touch, who }) => ({
    text: tr.t('customers.touch.letter', { what: textOf(touch, 'what') }),
    note: notedBy(tr, touch, who),
  }),
  'customer.handed_over': ({ tr, touch, who, nameOf }) => ({
    text: tr.t('customers.touch.handed_over', {
      name: who,
      from: nameOf(textOf(touch, 'from')),
      to: nameOf(textOf(touch, 'to')),
    }),
  }),
  'ticket.state_changed': ({ tr, touch, who }) => ({
    ...aboutTicket(touch),
    text: tr.t('staff.touch.ticket.state_changed', {
      ...ticketOf(touch),
      name: who,
      state: stateOf(tr, textOf(touch, 'to')),
    }),
  }),
  'ticket.solved': ({ tr, touch }) => ({
    ...aboutTicket(touch),
    text: tr.t('staff.touch.ticket.solved', ticketOf(touch)),
  }),
  'order.event': ({ tr, touch }) => {
    const parcel = parcelOf(touch);
    const state = parcel?.state ?? textOf(touch, 'state');
    const key = `orders.state.${state}`;
    return {
      ...aboutOrder(touch),
      text: tr.t('staff.touch.order.event', {
        number: textOf(touch, 'order'),
        state: isMessageKey(key) ? tr.t(key) : state,
      }),
      note: parcel && tr.t('staff.touch.order.event.parcel', parcel),
      late: state === 'exception' || state === 'expired',
    };
  },
  'order.viewed': ({ tr, touch }) => ({
    ...aboutOrder(touch),
    text: tr.t('staff.touch.order.viewed', { number: textOf(touch, 'order') }),
  }),
  'order.late': ({ tr, touch }) => ({
    ...aboutOrder(touch),
    text: tr.t('staff.touch.order.late', { number: textOf(touch, 'order') }),
    late: true,
  }),
  'account.acting_began': ({ tr, touch, who }) => ({
    text: tr.t('staff.touch.account.acting_began', { name: who }),
    note: textOf(touch, 'reason') || undefined,
  }),
  'account.acting_ended': ({ tr, who }) => ({ text: tr.t('staff.touch.account.acting_ended', { name: who }) }),
  'inquiry.answered': ({ tr, touch }) => {
    const title = textOf(touch, 'title');
    return {
      text: title ? tr.t('staff.touch.inquiry.answered.by', { title }) : tr.t('staff.touch.inquiry.answered'),
    };
  },
  'mail.sent': ({ tr, touch }) => {
    const key = `staff.touch.mail.${textOf(touch, 'mail')}`;
    const order = textOf(touch, 'order');
    return {
      ...(order ? aboutOrder(touch) : aboutTicket(touch)),
      text: isMessageKey(key) ? tr.t(key, order ? { number: order } : ticketOf(touch)) : tr.t('staff.touch.mail.other'),
    };
  },
};

/**
 * A touch in the reader's language. A type that has no sentence is shown plainly, as it is called.
 * @param colleagues names of those who may have acted.
 */
export function touchLine(
  tr: Translator,
  touch: Touch,
  colleagues: readonly { id: string; name: string }[] = [],
): TouchLine {
  if (touch.body === null) return { text: touch.type, note: tr.t('staff.touch.forgotten') };
  const nameOf = (personId: string): string =>
    colleagues.find(({ id }) => id === personId)?.name ?? tr.t('staff.touch.colleague');
  const sentence = Object.hasOwn(sentences, touch.type) ? sentences[touch.type] : undefined;
  return sentence?.({ tr, touch, who: nameOf(touch.actor.replace(/^staff:/, '')), nameOf }) ?? plainLine(touch);
}

/** Signs of a body that are shown when no sentence is there for it. */
const MOST_PLAIN = 200;

/** A type that nobody foresaw, as it is called, with the words that came along. */
function plainLine({ type, body }: Touch): TouchLine {
  const words = Object.entries(body ?? {}).flatMap(([name, value]) =>
    typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
      ? name === 'value'
        ? String(value)
        : `${name}: ${String(value)}`
      : [],
  );
  const note = [...words.join(' · ').replaceAll(/\s+/gu, ' ')].slice(0, MOST_PLAIN).join('');
  return { text: type, note: note || undefined };
}

/** The search's verdict in a word; undefined for a touch without one. */
export function verdictOf(tr: Translator, touch: Touch): string | undefined {
  const key = `staff.verdict.${textOf(touch, 'verdict')}`;
  return isMessageKey(key) ? tr.t(key) : undefined;
}

/** Where the article of a touch is read; undefined when the touch names none. */
export function articleOf(touch: Touch): string | undefined {
  const [locale, slug] = [textOf(touch, 'locale'), textOf(touch, 'slug')];
  return isLocale(locale) && slug ? `/${locale}/articles/${encodeURIComponent(slug)}` : undefined;
}

/** The title in a touch. */
export function titleOf(tr: Translator, touch: Touch): string {
  return textOf(touch, 'title') || tr.t('staff.touch.article.unnamed');
}

/** A text of a touch's body; empty when it holds none of that name. */
export function textOf(touch: Touch, name: string): string {
  const value = touch.body?.[name];
  return typeof value === 'string' ? value : '';
}

/** The colleague who logged a contact, and what it was about. */
function notedBy(tr: Translator, touch: Touch, name: string): string {
  const about = textOf(touch, 'about');
  return about ? tr.t('customers.touch.note.about', { name, about }) : tr.t('customers.touch.note', { name });
}

/** The parcel that an order's event is about, when it is about one alone. */
function parcelOf(touch: Touch): { carrier: string; tracking: string; state: string } | undefined {
  const parcels: unknown = touch.body?.['parcels'];
  if (!Array.isArray(parcels) || parcels.length !== 1) return undefined;
  const { carrier, tracking, state } = parcels[0] as Record<string, unknown>;
  return { carrier: String(carrier), tracking: String(tracking), state: String(state) };
}

function ticketOf(touch: Touch): { number: string } {
  return { number: textOf(touch, 'ticket') };
}

function aboutTicket(touch: Touch): { href: string | undefined } {
  const { number } = ticketOf(touch);
  return { href: number ? `/staff/tickets/${number}` : undefined };
}

function aboutOrder(touch: Touch): { href: string } {
  return { href: `/staff/orders/${encodeURIComponent(textOf(touch, 'order'))}` };
}

const states: readonly TicketState[] = ['open', 'waiting_for_you', 'solved', 'closed'];

function stateOf(tr: Translator, state: string): string {
  const known = states.find((name) => name === state);
  return known ? tr.t(`staff.state.${known}`) : state;
}
