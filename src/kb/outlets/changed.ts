import type { Viewer } from '../../accounts/index.ts';
import { instant } from '../../platform/runtime.ts';
import { articleLines, asLine, type ArticleLine } from '../listing.ts';
import type { KbParts } from '../parts.ts';

const MOST = 100;

export function changedArticles({ database: { db }, runtime }: KbParts) {
  /** What changed last of what the viewer may read in one locale, newest first; at most 100. */
  return async (viewer: Viewer, { locale }: { locale: string }): Promise<ArticleLine[]> => {
    const rows = await articleLines(viewer, db, instant(runtime.now()), locale)
      .orderBy('article.updatedAt', 'desc')
      .orderBy('article.id')
      .limit(MOST)
      .execute();
    return rows.map(asLine);
  };
}
