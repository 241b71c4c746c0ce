import type { Selectable } from 'kysely';
import { authorize, type Viewer } from '../../accounts/index.ts';
import type { Db } from '../../platform/database/index.ts';
import { open } from '../../platform/secrets/index.ts';
import type { Channel, TouchTable } from '../tables.ts';
import type { SubjectKeys } from './subjectKeys.ts';
import type { Touch } from './touch.ts';

const PAGE = 50;
/** The way to one ticket is told whole; nobody searches for longer than this. */
const LONGEST_STORY = 100;

export interface TimelineFilter {
  /** A `next` of a newer page. */
  before?: string | undefined;
  channel?: Channel | undefined;
}

export interface TimelinePage {
  touches: Touch[];
  /** Cursor of the next, older page; null at the end. */
  next: string | null;
}

/** Reading the log back. Reads go to the report handle: they may be long, and nobody waits for them in a queue. */
export function createTimeline({ reports, keys }: { reports: Db; keys: SubjectKeys }) {
  async function readable(row: Selectable<TouchTable>): Promise<Touch> {
    const key = await keys.reading(reports, row);
    const body = key
      ? (JSON.parse(Buffer.from(open(key, row.body, `touch:${row.id}`)).toString()) as Touch['body'])
      : null;
    const { id, occurredAt, type, channel, direction, actor, inquiry } = row;
    return { id, occurredAt, type, channel, direction, actor, inquiry, body };
  }

  /** One after the other: the first row brings the key that the others need, too. */
  async function readAll(rows: readonly Selectable<TouchTable>[]): Promise<Touch[]> {
    const touches: Touch[] = [];
    for (const row of rows) touches.push(await readable(row));
    return touches;
  }

  return {
    /** Every contact with one customer, newest first, 50 a page. */
    async ofPerson(viewer: Viewer, personId: string, { before, channel }: TimelineFilter = {}): Promise<TimelinePage> {
      authorize(viewer, 'customer.read');
      const subjects = await keys.subjectsOf(reports, personId);
      if (subjects.length === 0) return { touches: [], next: null };
      let query = reports.selectFrom('touch').selectAll().where('subject', 'in', subjects);
      if (channel) query = query.where('channel', '=', channel);
      const [at, id] = before?.split('~') ?? [];
      if (at && id) query = query.where((eb) => eb(eb.refTuple('occurredAt', 'id'), '<', eb.tuple(at, id)));
      const rows = await query
        .orderBy('occurredAt', 'desc')
        .orderBy('id', 'desc')
        .limit(PAGE + 1)
        .execute();
      const touches = await readAll(rows.slice(0, PAGE));
      const last = touches.at(-1);
      return { touches, next: rows.length > PAGE && last ? `${last.occurredAt}~${last.id}` : null };
    },
    /** How many contacts there were in each channel, the most used first. */
    async channels(viewer: Viewer, personId: string): Promise<{ channel: Channel; count: number }[]> {
      authorize(viewer, 'customer.read');
      const subjects = await keys.subjectsOf(reports, personId);
      if (subjects.length === 0) return [];
      const rows = await reports
        .selectFrom('touch')
        .select((eb) => ['channel', eb.fn.countAll<number>().as('count')])
        .where('subject', 'in', subjects)
        .groupBy('channel')
        .execute();
      return rows
        .map(({ channel, count }) => ({ channel, count: Number(count) }))
        .toSorted((one, other) => other.count - one.count);
    },
    /** The articles somebody read last, each once. */
    async lastRead(viewer: Viewer, personId: string, limit: number): Promise<Touch[]> {
      authorize(viewer, 'customer.read');
      const subjects = await keys.subjectsOf(reports, personId);
      if (subjects.length === 0) return [];
      const rows = await reports
        .selectFrom('touch')
        .selectAll()
        .where('subject', 'in', subjects)
        .where('type', '=', 'article.read')
        .orderBy('occurredAt', 'desc')
        .limit(limit * 3) // some are read again and again
        .execute();
      const read = new Map<unknown, Touch>();
      for (const touch of await readAll(rows)) {
        const { article, slug } = touch.body ?? {};
        if (!read.has(article ?? slug)) read.set(article ?? slug, touch);
      }
      return [...read.values()].slice(0, limit);
    },
    /** What was searched and read in one inquiry, oldest first. The caller has authorised whose it is. */
    async ofInquiry(inquiry: string): Promise<Touch[]> {
      const rows = await reports
        .selectFrom('touch')
        .selectAll()
        .where('inquiry', '=', inquiry)
        .orderBy('occurredAt')
        .orderBy('id')
        .limit(LONGEST_STORY)
        .execute();
      return readAll(rows);
    },
  };
}

export type Timeline = ReturnType<typeof createTimeline>;
