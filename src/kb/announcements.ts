import type { Viewer } from '../accounts/index.ts';
import { instant } from '../platform/runtime.ts';
import { articleUrl } from './address.ts';
import type { KbParts } from './parts.ts';
import { visibleArticles } from './visible.ts';

/** What everybody it is for should know now, as a banner shows it. */
export interface Announcement {
  articleId: string;
  url: string;
  title: string;
  summary: string;
  /** Since when it holds; ISO instant. */
  since: string;
}

/** More at once would be read by nobody. */
const MOST = 3;

export function announcementsOf({ database: { db }, runtime }: KbParts) {
  /** The announcements in force for a viewer in one locale, the latest first, a few. One query. */
  return async (viewer: Viewer, locale: string): Promise<Announcement[]> => {
    const rows = await visibleArticles(viewer, db, instant(runtime.now()))
      .where('article.locale', '=', locale)
      .where('article.kind', '=', 'announcement')
      .select(['article.id', 'article.slug', 'revision.title', 'revision.summary'])
      .select((is) => is.fn.coalesce('article.publishAt', 'article.createdAt').as('since'))
      .orderBy('since', 'desc')
      .orderBy('article.id')
      .limit(MOST)
      .execute();
    return rows.map(({ id, slug, title, summary, since }) => ({
      articleId: id,
      url: articleUrl(locale, slug),
      title,
      summary,
      since,
    }));
  };
}
