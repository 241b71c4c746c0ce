import type { Moment } from '../platform/i18n/index.ts';
import type { ThreadEntry } from './views.ts';

/** From this many messages on the middle is folded away. */
const FOLD_FROM = 8;
const SHOWN_AT_THE_END = 3;

/** A conversation cut for showing: the first message, what is folded, and the end. */
export interface Fold {
  first: readonly ThreadEntry[];
  folded: readonly ThreadEntry[];
  last: readonly ThreadEntry[];
}

/**
 * Where a conversation is folded.
 *
 * @param entries oldest first, messages and events.
 * @param readUntil whatever came later is unread and stays open.
 */
export function foldOf(entries: readonly ThreadEntry[], readUntil?: Moment): Fold {
  const places = entries.flatMap((entry, place) => (entry.kind === 'message' ? [place] : []));
  const start = (places[0] ?? 0) + 1;
  const end = places.at(-SHOWN_AT_THE_END) ?? entries.length;
  if (places.length < FOLD_FROM) return { first: [], folded: [], last: entries };
  const unread = readUntil === undefined ? -1 : entries.findIndex((entry) => time(entry.at) > time(readUntil));
  const cut = unread < 0 ? end : Math.min(end, unread);
  if (cut <= start) return { first: [], folded: [], last: entries };
  return { first: entries.slice(0, start), folded: entries.slice(start, cut), last: entries.slice(cut) };
}

function time(at: Moment): number {
  return typeof at === 'number' ? at : new Date(at).getTime();
}
