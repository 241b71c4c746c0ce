import type { Db } from '../../platform/database/index.ts';
import type { ArticleState } from '../tables.ts';
import { stateOf } from './held.ts';

/** One language of an article. */
export interface Translation {
  locale: string;
  articleId: string | null;
  slug: string | null;
  state: ArticleState | null;
  /** Revisions that the leading language got since this one was last worked on. */
  behind: number;
}

/**
 * The languages of some articles by their `translationOf`, in the site's order, those not there included; two queries,
 * however many articles. The first of the site's locales leads where it is there: the others follow it, and are behind
 * when it was edited after they were. Its first revision is no edit.
 */
export async function translationsOf(
  db: Db,
  locales: readonly string[],
  articles: readonly { translationOf: string }[],
  now: string,
): Promise<Map<string, { all: Translation[] }>> {
  const groups = [...new Set(articles.map(({ translationOf }) => translationOf))];
  if (groups.length === 0) return new Map();
  const rows = await db
    .selectFrom('article')
    .leftJoin('revision as latest', 'latest.id', 'article.latestRevisionId')
    .select(['article.id', 'locale', 'slug', 'translationOf', 'deletedAt', 'publishedRevisionId', 'unpublishedAt'])
    .select(['publishAt', 'unpublishAt', 'latest.createdAt as latestAt'])
    .where('translationOf', 'in', groups)
    .where('deletedAt', 'is', null)
    .execute();
  const leaders = rows.filter((row) => row.locale === locales[0]);
  const edits = await editsOf(db, leaders);
  const byGroup = new Map<string, { all: Translation[] }>();
  for (const group of groups) {
    const own = rows.filter((row) => row.translationOf === group);
    const led = edits.get(leaders.find((row) => row.translationOf === group)?.id ?? '') ?? [];
    const all = locales.map((locale) => {
      const row = own.find((one) => one.locale === locale);
      if (!row) return { locale, articleId: null, slug: null, state: null, behind: 0 };
      const behind = locale === locales[0] ? 0 : led.filter((at) => at > (row.latestAt ?? '')).length;
      return { locale, articleId: row.id, slug: row.slug, state: stateOf(row, now), behind };
    });
    byGroup.set(group, { all });
  }
  return byGroup;
}

/** When each of some articles was edited, by their ids. */
async function editsOf(db: Db, articles: readonly { id: string }[]): Promise<Map<string, string[]>> {
  const edits = new Map<string, string[]>();
  if (articles.length === 0) return edits;
  const rows = await db
    .selectFrom('revision')
    .select(['articleId', 'createdAt'])
    .where(
      'articleId',
      'in',
      articles.map(({ id }) => id),
    )
    .where('number', '>', 1)
    .execute();
  for (const { articleId, createdAt } of rows) edits.set(articleId, [...(edits.get(articleId) ?? []), createdAt]);
  return edits;
}
