import type { Viewer } from '../../accounts/index.ts';
import { instant } from '../../platform/runtime.ts';
import { articleLines, asLine, type ArticleLine } from '../listing.ts';
import type { KbParts } from '../parts.ts';

/** All that a viewer may read in one locale, topic by topic. */
export interface Directory {
  locale: string;
  topics: { slug: string; title: string; articles: ArticleLine[] }[];
}

/** More would be no overview any longer; search engines of every kind have the site map. */
const MOST = 2_000;

export function directory({ database: { db }, runtime }: KbParts) {
  /** The knowledge base at a glance, for readers that are programs; at most 2,000 articles a locale. */
  return async (viewer: Viewer, { locales }: { locales: readonly string[] }): Promise<Directory[]> => {
    const now = instant(runtime.now());
    const named = await db
      .selectFrom('category')
      .selectAll()
      .where('locale', 'in', locales)
      .orderBy('position')
      .orderBy('slug')
      .execute();
    return Promise.all(
      locales.map(async (locale) => {
        const rows = await articleLines(viewer, db, now, locale)
          .orderBy('article.category')
          .orderBy('article.position')
          .orderBy('revision.title')
          .limit(MOST)
          .execute();
        const byTopic = Map.groupBy(rows.map(asLine), (line) => line.category);
        const own = named.filter((category) => category.locale === locale);
        const unnamed = [...byTopic.keys()].filter((slug) => own.every((category) => category.slug !== slug));
        const topics = [...own, ...unnamed.map((slug) => ({ slug, title: slug }))].map(({ slug, title }) => ({
          ...{ slug, title, articles: byTopic.get(slug) ?? [] },
        }));
        return { locale, topics: topics.filter(({ articles }) => articles.length > 0) };
      }),
    );
  };
}
