import { sql } from 'kysely';
import { z } from 'zod';
import { authorize, type Viewer } from '../../accounts/index.ts';
import type { Db } from '../../platform/database/index.ts';
import { optional, readInput } from '../../platform/fields/index.ts';
import type { KbParts } from '../parts.ts';
import type { GapState } from './tables.ts';

/** `open` holds what is drafted, too: it is open until readers find the answer. */
export type GapView = 'open' | 'closed';

export interface GapListInput {
  view?: string | undefined;
  locale?: string | undefined;
  /** The `next` of the page before. */
  after?: string | undefined;
}

export interface GapLine {
  gapId: string;
  locale: string;
  /** As it was first typed, with `…` where something personal stood. */
  question: string;
  /** Other ways in which it was asked, latest first; three at most. */
  alsoAsked: string[];
  /** How many inquiries asked it, and how many of them got nothing at all. */
  inquiries: number;
  foundNothing: number;
  state: GapState;
  firstAskedAt: string;
  lastAskedAt: string;
  closedAt: string | null;
  /** What is being written about it, or answers it. */
  article: { articleId: string; slug: string; locale: string; title: string } | null;
}

export interface GapList {
  view: GapView;
  gaps: GapLine[];
  /** The largest count of all in this view; bars are drawn against it. */
  most: number;
  counts: Record<GapView, number>;
  /** Open ones, by locale. */
  open: { locale: string; count: number }[];
  next: string | null;
}

const PAGE = 30;
const PHRASES = 3;

const listInput = z.object({
  view: optional(z.enum(['open', 'closed'])),
  locale: optional(z.string().max(20)),
  after: optional(z.string().regex(/^\d{1,9}:[\w-]{36}$/, { error: 'errors.unreadable' })),
});

export function listGaps({ database: { db } }: KbParts) {
  /** What was asked in vain, what most inquiries asked first. A fixed number of queries. */
  return async (viewer: Viewer, input: GapListInput): Promise<GapList> => {
    authorize(viewer, 'gap.read');
    const { view = 'open', locale, after } = readInput(listInput, input);
    const states: GapState[] = view === 'open' ? ['open', 'drafted'] : ['answered', 'dismissed'];
    const all = db
      .selectFrom('gap')
      .where('state', 'in', states)
      .$if(locale !== undefined, (query) => query.where('gap.locale', '=', locale ?? ''));
    const [count = '', id = ''] = after?.split(':') ?? [];
    const rows = await all
      .$if(after !== undefined, (query) =>
        query.where((is) =>
          is.or([
            is('gap.inquiries', '<', Number(count)),
            is.and([is('gap.inquiries', '=', Number(count)), is('gap.id', '<', id)]),
          ]),
        ),
      )
      .leftJoin('article', 'article.id', 'gap.articleId')
      .leftJoin('revision', 'revision.id', 'article.publishedRevisionId')
      .selectAll('gap')
      .select(['article.slug', 'article.locale as articleLocale', 'revision.title'])
      .orderBy('gap.inquiries', 'desc')
      .orderBy('gap.id', 'desc')
      .limit(PAGE + 1)
      .execute();
    const page = rows.slice(0, PAGE);
    const last = rows.length > PAGE ? page.at(-1) : undefined;
    const [asked, top, open, counts] = await Promise.all([
      phrasesOf(
        db,
        page.map((row) => row.id),
      ),
      all.select((is) => is.fn.max('gap.inquiries').as('most')).executeTakeFirst(),
      openByLocale(db),
      countsOf(db),
    ]);
    return {
      view,
      gaps: page.map(({ words: _, articleId, slug, articleLocale, title, id: gapId, ...row }) => {
        const { phrases = [], foundNothing = 0 } = asked.get(gapId) ?? {};
        const isThere = articleId !== null && slug !== null && articleLocale !== null;
        return {
          gapId,
          ...row,
          foundNothing,
          alsoAsked: phrases.filter((phrase) => phrase !== row.question).slice(0, PHRASES),
          article: isThere ? { articleId, slug, locale: articleLocale, title: title ?? row.question } : null,
        };
      }),
      most: Number(top?.most ?? 0),
      counts,
      open,
      next: last ? `${last.inquiries}:${last.id}` : null,
    };
  };
}

/** How each gap was worded, latest first, and how many of its inquiries found nothing at all; two queries for a page. */
async function phrasesOf(db: Db, ids: readonly string[]) {
  const found = new Map<string, { phrases: string[]; foundNothing: number }>();
  if (ids.length === 0) return found;
  const nothing = await db
    .selectFrom('gapAsker')
    .where('gapId', 'in', ids)
    .where('verdict', '=', 'none')
    .groupBy('gapId')
    .select('gapId')
    .select((is) => is.fn.countAll<number>().as('count'))
    .execute();
  const counted = new Map(nothing.map(({ gapId, count }) => [gapId, Number(count)]));
  const ranked = db
    .selectFrom('gapAsker')
    .where('gapId', 'in', ids)
    .where('question', '<>', '') // of somebody who was erased
    .groupBy(['gapId', 'question'])
    .select(['gapId', 'question'])
    .select(sql<number>`row_number() over (partition by gap_id order by max(asked_at) desc, question)`.as('place'))
    .as('ranked');
  const rows = await db
    .selectFrom(ranked)
    .where('ranked.place', '<=', PHRASES + 1) // one may be the question itself
    .select(['ranked.gapId', 'ranked.question'])
    .orderBy('ranked.place')
    .execute();
  for (const id of ids) found.set(id, { phrases: [], foundNothing: counted.get(id) ?? 0 });
  for (const { gapId, question } of rows) found.get(gapId)?.phrases.push(question);
  return found;
}

async function openByLocale(db: Db): Promise<GapList['open']> {
  const rows = await db
    .selectFrom('gap')
    .where('state', 'in', ['open', 'drafted'])
    .groupBy('locale')
    .select('locale')
    .select((is) => is.fn.countAll<number>().as('count'))
    .orderBy('locale')
    .execute();
  return rows.map(({ locale, count }) => ({ locale, count: Number(count) }));
}

async function countsOf(db: Db): Promise<Record<GapView, number>> {
  const rows = await db
    .selectFrom('gap')
    .groupBy('state')
    .select('state')
    .select((is) => is.fn.countAll<number>().as('count'))
    .execute();
  const of = (...states: GapState[]) =>
    rows.reduce((sum, { state, count }) => sum + (states.includes(state) ? Number(count) : 0), 0);
  return { open: of('open', 'drafted'), closed: of('answered', 'dismissed') };
}
