import type { Moment, Piece } from '../platform/i18n/index.ts';

/** Text in which some words are the reader's own: `hit` words are marked. */
export type Segments = readonly { readonly text: string; readonly hit?: boolean }[];

/** A text cut where the reader's words stand. `marks` are ranges of UTF-16 offsets in order. */
export function segmentsOf(text: string, marks: readonly (readonly [start: number, end: number])[]): Segments {
  const segments: { text: string; hit?: boolean }[] = [];
  let done = 0;
  for (const [start, end] of marks) {
    if (start > done) segments.push({ text: text.slice(done, start) });
    segments.push({ text: text.slice(start, end), hit: true });
    done = end;
  }
  if (done < text.length) segments.push({ text: text.slice(done) });
  return segments;
}

/** A row that leads somewhere: name left, distance right. */
export interface Way {
  href: string;
  title: string;
  /** What stands right: minutes to read, number of articles. */
  distance?: string;
  /** What stands right instead, when it is a state. */
  state?: { look: StateLook; word: string };
  note?: string;
}

/** The shape and colour of a state word; plain is a hollow blaze. */
export type StateLook = 'plain' | 'ok' | 'waiting' | 'late' | 'info' | 'move';

/** What a customer reads of a ticket. */
export type TicketState = 'open' | 'waiting_for_you' | 'solved' | 'closed';

/** What is wrong with a field, in words. */
export interface FieldMessage {
  field: string;
  message: string;
}

/** A stored file that may be fetched. `size` in bytes. */
export interface FileView {
  href: string;
  name: string;
  size: number;
  image?: boolean;
}

/** A file that waits to be sent with a form that came back. */
export interface StagedFile {
  id: string;
  name: string;
  size: number;
  image?: boolean;
}

/** One entry of a conversation, oldest first in lists of them. */
export type ThreadEntry =
  | {
      kind: 'message';
      id: string;
      /** `mine` stands right and tinted, `staff-only` dashed and amber; the latter only ever at the desk. */
      side: 'mine' | 'theirs' | 'staff-only';
      name: string;
      note?: string;
      at: Moment;
      /** Plain text as it was written; blank lines part paragraphs. */
      body: string;
      files?: readonly FileView[];
    }
  | { kind: 'event'; id: string; at: Moment; text: string };

/** A step that was passed before, as on a trail. `href` is where the message's `<link>` leads. */
export interface TrailStep {
  look?: 'here' | 'ahead' | 'late';
  text: string | readonly Piece[];
  href?: string;
  note?: string;
}

/** Plain text cut into paragraphs where lines are blank; never empty. */
export function paragraphs(text: string): string[] {
  const found = text
    .replaceAll('\r\n', '\n')
    .split(/\n[^\S\n]*\n+/)
    .filter((part) => part.trim() !== '');
  return found.length > 0 ? found : [text];
}

/** The first letters of a name for its square: two of a Latin name, the last two of a Chinese one. */
export function initials(name: string): string {
  const trimmed = name.trim();
  if (/^\p{Script=Han}+$/u.test(trimmed)) return [...trimmed].slice(-2).join('');
  const words = trimmed.split(/\s+/).filter(Boolean);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : words;
  return letters
    .map((word) => [...(word ?? '')][0] ?? '')
    .join('')
    .toUpperCase();
}
