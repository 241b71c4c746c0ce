import type { Viewer } from '../accounts/index.ts';
import type { Db } from '../platform/database/index.ts';
import { articleUrl } from './address.ts';
import type { ArticleKind } from './tables.ts';
import { visibleArticles } from './visible.ts';

/** An article as a line of a list. */
export interface ArticleLine {
  articleId: string;
  slug: string;
  url: string;
  title: string;
  summary: string;
  kind: ArticleKind;
  category: string;
  minutes: number;
  /** The day (`2026-10-12`) somebody last made sure that it is true. */
  checked: string | null;
  /** When it last changed; ISO instant. */
  changedAt: string;
}

/** The lines of what a viewer may read in one locale. */
export function articleLines(viewer: Viewer, db: Db, now: string, locale: string) {
  return visibleArticles(viewer, db, now)
    .where('article.locale', '=', locale)
    .select(['article.id', 'article.slug', 'article.kind', 'article.category', 'article.checkedOn'])
    .select(['article.updatedAt', 'article.locale', 'revision.title', 'revision.summary', 'revision.minutes']);
}

interface LineRow {
  id: string;
  slug: string;
  locale: string;
  kind: ArticleKind;
  category: string;
  checkedOn: string | null;
  updatedAt: string;
  title: string;
  summary: string;
  minutes: number;
}

export function asLine({
  id,
  slug,
  locale,
  kind,
  category,
  checkedOn,
  updatedAt,
  title,
  summary,
  minutes,
}: LineRow): ArticleLine {
  const url = articleUrl(locale, slug);
  return {
    articleId: id,
    slug,
    url,
    title,
    summary,
    kind,
    category,
    minutes,
    checked: checkedOn,
    changedAt: updatedAt,
  };
}
