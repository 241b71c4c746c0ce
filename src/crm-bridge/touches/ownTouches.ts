import type { Selectable } from 'kysely';
import type { Db } from '../../platform/database/index.ts';
import { open } from '../../platform/secrets/index.ts';
import type { Channel, TouchTable } from '../tables.ts';
import type { SubjectKeys } from './subjectKeys.ts';
import type { Touch } from './touch.ts';

const PAGE = 50;

/** A page of somebody's own contacts, and what there is in all. */
export interface OwnTouchesPage {
  touches: Touch[];
  /** Cursor of the next, older page; null at the end. */
  next: string | null;
  /** How many of each channel; channels without any are left out. */
  counts: { channel: Channel; count: number }[];
  /** When the first one was; null when there is none. */
  since: string | null;
}

/**
 * The log as the person whom it is about reads it: every contact between them and the company. What colleagues did among
 * themselves is no contact, and their notes leave the desk on no way.
 */
export function createOwnTouches({ reports, keys }: { reports: Db; keys: SubjectKeys }) {
  async function subjectsOf(personIds: readonly string[]): Promise<string[]> {
    const all: string[] = [];
    for (const personId of personIds) all.push(...(await keys.subjectsOf(reports, personId)));
    return all;
  }

  const contacts = (subjects: readonly string[]) =>
    reports.selectFrom('touch').where('subject', 'in', subjects).where('direction', '<>', 'internal');

  async function readable(row: Selectable<TouchTable>): Promise<Touch> {
    const key = await keys.reading(reports, row);
    const body = key
      ? (JSON.parse(Buffer.from(open(key, row.body, `touch:${row.id}`)).toString()) as Touch['body'])
      : null;
    const { id, occurredAt, type, channel, direction, actor, inquiry } = row;
    return { id, occurredAt, type, channel, direction, actor, inquiry, body };
  }

  async function page(
    subjects: readonly string[],
    { channel, before, limit = PAGE }: { channel?: string | undefined; before?: string | undefined; limit?: number },
  ): Promise<Pick<OwnTouchesPage, 'touches' | 'next'>> {
    if (subjects.length === 0) return { touches: [], next: null };
    let query = contacts(subjects).selectAll();
    if (channel !== undefined) query = query.where('channel', '=', channel as Channel);
    const [at, id] = before?.split('~') ?? [];
    if (at && id) query = query.where((eb) => eb(eb.refTuple('occurredAt', 'id'), '<', eb.tuple(at, id)));
    const rows = await query
      .orderBy('occurredAt', 'desc')
      .orderBy('id', 'desc')
      .limit(limit + 1)
      .execute();
    const touches: Touch[] = [];
    for (const row of rows.slice(0, limit)) touches.push(await readable(row));
    const last = touches.at(-1);
    return { touches, next: rows.length > limit && last ? `${last.occurredAt}~${last.id}` : null };
  }

  return {
    /** The newest first, 50 a page. @param about.channel one channel alone. */
    async read(
      personIds: readonly string[],
      about: { channel?: string | undefined; before?: string | undefined } = {},
    ): Promise<OwnTouchesPage> {
      const subjects = await subjectsOf(personIds);
      const read = await page(subjects, about);
      if (subjects.length === 0) return { ...read, counts: [], since: null };
      const counted = await contacts(subjects)
        .select((eb) => ['channel', eb.fn.countAll<number>().as('count'), eb.fn.min('occurredAt').as('since')])
        .groupBy('channel')
        .execute();
      const counts = counted
        .map(({ channel, count }) => ({ channel, count: Number(count) }))
        .sort((a, b) => b.count - a.count);
      const since = counted.map((row) => row.since).sort()[0] ?? null;
      return { ...read, counts, since };
    },

    /** All of them, the newest first, some hundred at a time. */
    async *all(personIds: readonly string[]): AsyncGenerator<Touch> {
      const subjects = await subjectsOf(personIds);
      let before: string | undefined;
      do {
        const { touches, next } = await page(subjects, { before, limit: 500 });
        yield* touches;
        before = next ?? undefined;
      } while (before !== undefined);
    },
  };
}

export type OwnTouches = ReturnType<typeof createOwnTouches>;
