import { sql } from 'kysely';
import type { Viewer } from '../accounts/index.ts';
import type { Db } from '../platform/database/index.ts';
import { Refusal } from '../platform/refusal.ts';
import { instant } from '../platform/runtime.ts';
import { articleLines, asLine, type ArticleLine } from './listing.ts';
import type { KbParts } from './parts.ts';
import { visibleArticles } from './visible.ts';

/** A topic, with how much of it this viewer may read. */
export interface CategoryLine {
  slug: string;
  title: string;
  description: string;
  /** Articles in this locale, and how many of them the viewer may also read in another. */
  count: number;
  translated: number;
}

export interface HomePage {
  categories: CategoryLine[];
  /** What helped most people lately, best first; while nobody has said anything, what was checked last. */
  needed: ArticleLine[];
  count: number;
  translated: number;
}

export interface CategoryPage {
  category: CategoryLine;
  articles: ArticleLine[];
  /** The same articles by their last change, newest first, a few. */
  recent: ArticleLine[];
  /** How many articles of all topics the viewer may read in this locale. */
  total: number;
}

const NEEDED = 6;
const RECENT = 3;
const LATELY_MS = 30 * 86_400_000;

export function browse({ database: { db }, runtime }: KbParts) {
  return {
    /** The topics that hold something for this viewer, and what is needed most. */
    async home(viewer: Viewer, locale: string): Promise<HomePage> {
      const now = runtime.now();
      const categories = await categoryLines(viewer, db, instant(now), locale);
      const needed = await mostNeeded(viewer, db, now, locale);
      const total = (of: (category: CategoryLine) => number) =>
        categories.reduce((sum, category) => sum + of(category), 0);
      return {
        categories,
        needed,
        count: total((category) => category.count),
        translated: total((category) => category.translated),
      };
    },

    /**
     * One topic and all of it that the viewer may read.
     * @throws Refusal `not_found` for a topic that is unknown, or that holds nothing for this viewer.
     */
    async category(viewer: Viewer, { locale, slug }: { locale: string; slug: string }): Promise<CategoryPage> {
      const now = instant(runtime.now());
      const [category] = await categoryLines(viewer, db, now, locale, slug);
      if (!category) throw new Refusal('not_found');
      const rows = await articleLines(viewer, db, now, locale)
        .where('article.category', '=', slug)
        .orderBy('article.position')
        .orderBy('revision.title')
        .execute();
      const articles = rows.map(asLine);
      const recent = articles.toSorted((a, b) => (a.changedAt < b.changedAt ? 1 : -1)).slice(0, RECENT);
      const { total } = await visibleArticles(viewer, db, now)
        .where('article.locale', '=', locale)
        .select((is) => is.fn.countAll<number | string>().as('total'))
        .executeTakeFirstOrThrow();
      return { category, articles, recent, total: Number(total) };
    },

    /** The lines of some articles, in the order asked for, without those the viewer may not read. */
    async articlesByIds(viewer: Viewer, ids: readonly string[]): Promise<(ArticleLine & { locale: string })[]> {
      if (ids.length === 0) return [];
      const rows = await visibleArticles(viewer, db, instant(runtime.now()))
        .where('article.id', 'in', [...new Set(ids)])
        .select(['article.id', 'article.slug', 'article.kind', 'article.category', 'article.checkedOn'])
        .select(['article.updatedAt', 'article.locale', 'revision.title', 'revision.summary', 'revision.minutes'])
        .execute();
      const byId = new Map(rows.map((row) => [row.id, row]));
      return ids.flatMap((id) => {
        const row = byId.get(id);
        return row ? [{ ...asLine(row), locale: row.locale }] : [];
      });
    },
  };
}

/** Topics that hold something for this viewer, counted through the gate; two queries, however many there are. */
async function categoryLines(
  viewer: Viewer,
  db: Db,
  now: string,
  locale: string,
  only?: string,
): Promise<CategoryLine[]> {
  const groups = visibleArticles(viewer, db, now).select('article.translationOf').where('article.locale', '<>', locale);
  const counts = await visibleArticles(viewer, db, now)
    .where('article.locale', '=', locale)
    .$if(only !== undefined, (query) => query.where('article.category', '=', only ?? ''))
    .select('article.category')
    .select((is) => is.fn.countAll<number>().as('count'))
    .select((is) =>
      is.fn.sum<number>(is.case().when('article.translationOf', 'in', groups).then(1).else(0).end()).as('translated'),
    )
    .groupBy('article.category')
    .execute();
  const named = await db.selectFrom('category').selectAll().where('locale', '=', locale).execute();
  const bySlug = new Map(named.map((category) => [category.slug, category]));
  return counts
    .map(({ category: slug, count, translated }) => {
      const { title = slug, description = '', position = Number.MAX_SAFE_INTEGER } = bySlug.get(slug) ?? {};
      return { slug, title, description, position, count: Number(count), translated: Number(translated) };
    })
    .toSorted((a, b) => a.position - b.position || (a.slug < b.slug ? -1 : 1))
    .map(({ position: _, ...line }) => line);
}

async function mostNeeded(viewer: Viewer, db: Db, now: number, locale: string): Promise<ArticleLine[]> {
  const helped = db
    .selectFrom('feedback')
    .where('createdAt', '>=', instant(now - LATELY_MS))
    .groupBy('articleId')
    .select('articleId')
    .select((is) => is.fn.sum<number>('helpful').as('times'))
    .as('helped');
  const rows = await articleLines(viewer, db, instant(now), locale)
    .leftJoin(helped, 'helped.articleId', 'article.id')
    // Those are said by the banner, as long as they hold.
    .where('article.kind', '<>', 'announcement')
    .orderBy(sql`coalesce(helped.times, 0)`, 'desc')
    .orderBy(sql`coalesce(article.checked_on, '')`, 'desc')
    .orderBy('article.id')
    .limit(NEEDED)
    .execute();
  return rows.map(asLine);
}
