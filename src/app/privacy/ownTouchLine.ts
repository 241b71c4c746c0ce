import type { Touch } from '../../crm-bridge/index.ts';
import { isLocale, isMessageKey, type Translator } from '../../platform/i18n/index.ts';

/** A touch as one sentence to the person whom it is about. */
export interface OwnTouchLine {
  id: string;
  at: string;
  channel: Touch['channel'];
  text: string;
  href: string | undefined;
  note: string | undefined;
}

/** Says what happened in the reader's language; a type that has no sentence yet is named as it is called. */
export function ownTouchLine(tr: Translator, touch: Touch): OwnTouchLine {
  const { id, occurredAt: at, channel, type, body } = touch;
  const line = { id, at, channel, href: hrefOf(tr, touch) };
  if (body === null) return { ...line, text: type, note: tr.t('data.touch.forgotten') };
  const params = { title: tr.t('data.touch.article'), ticket: '', order: '', number: '', text: '', ...plain(body) };
  const key = [`data.touch.${type}.${textOf(body, 'mail')}`, `data.touch.${type}`].find(isMessageKey);
  return { ...line, text: tr.t(key ?? 'data.touch.other', { ...params, type }), note: noteOf(touch, body) };
}

function noteOf({ type }: Touch, body: NonNullable<Touch['body']>): string | undefined {
  if (type === 'ticket.opened') return textOf(body, 'subject') || undefined;
  if (type === 'article.rated') return textOf(body, 'comment') || undefined;
  return textOf(body, 'what') || textOf(body, 'note') || textOf(body, 'words') || textOf(body, 'summary') || undefined;
}

function hrefOf(tr: Translator, { body }: Touch): string | undefined {
  if (!body) return undefined;
  const ticket = textOf(body, 'ticket');
  if (/^W-\d+$/.test(ticket)) return `/${tr.locale}/tickets/${ticket}`;
  const [locale, slug] = [textOf(body, 'locale'), textOf(body, 'slug')];
  return isLocale(locale) && slug ? `/${locale}/articles/${encodeURIComponent(slug)}` : undefined;
}

function textOf(body: NonNullable<Touch['body']>, name: string): string {
  const value = body[name];
  return typeof value === 'string' ? value : '';
}

function plain(body: NonNullable<Touch['body']>): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(body).filter((entry): entry is [string, string | number] =>
      ['string', 'number'].includes(typeof entry[1]),
    ),
  );
}
