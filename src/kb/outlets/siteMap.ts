import type { Viewer } from '../../accounts/index.ts';
import { instant } from '../../platform/runtime.ts';
import { articleUrl } from '../address.ts';
import type { KbParts } from '../parts.ts';
import { visibleArticles } from '../visible.ts';

/** One page that search engines may take up. */
export interface ListedPage {
  locale: string;
  url: string;
  /** When what it shows last changed; ISO instant, null where nothing says it. */
  changedAt: string | null;
  /** The same page in every locale that this viewer may read, itself included, by locale. */
  versions: { locale: string; url: string }[];
}

export interface SiteMap {
  /** In how many parts the pages are listed; 1 at least. */
  parts: number;
  /** The pages of the part asked for, or all of them where there is one part; else none. */
  pages: ListedPage[];
}

/** Articles a part: a few hundred kilobytes of XML. The protocol allows 50,000. */
const A_PART = 5_000;

export function siteMap(parts: KbParts) {
  /**
   * The pages that this viewer may read: homes, topics, articles.
   * @param part counted from 1; left out: all, when they fit into one. A part that does not exist holds no page.
   */
  return async (
    viewer: Viewer,
    { locales, part }: { locales: readonly string[]; part?: number | undefined },
  ): Promise<SiteMap> => {
    const now = instant(parts.runtime.now());
    const articles = await articleCount(parts, viewer, now);
    const count = Math.max(1, Math.ceil(articles / A_PART));
    const asked = part ?? (count === 1 ? 1 : null);
    if (asked === null || asked > count) return { parts: count, pages: [] };
    const front = asked === 1 ? [...homes(locales), ...(await topics(parts, viewer, now, locales))] : [];
    return { parts: count, pages: [...front, ...(await articlePages(parts, viewer, now, asked))] };
  };
}

async function articleCount({ database: { db } }: KbParts, viewer: Viewer, now: string): Promise<number> {
  const { count } = await visibleArticles(viewer, db, now)
    .select((is) => is.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return Number(count);
}

function homes(locales: readonly string[]): ListedPage[] {
  const versions = locales.map((locale) => ({ locale, url: `/${locale}/` }));
  return versions.map((version) => ({ ...version, changedAt: null, versions }));
}

async function topics(
  { database: { db } }: KbParts,
  viewer: Viewer,
  now: string,
  locales: readonly string[],
): Promise<ListedPage[]> {
  const rows = await visibleArticles(viewer, db, now)
    .where('article.locale', 'in', locales)
    .select(['article.category', 'article.locale'])
    .select((is) => is.fn.max('article.updatedAt').as('changedAt'))
    .groupBy(['article.category', 'article.locale'])
    .orderBy('article.category')
    .orderBy('article.locale')
    .execute();
  const pages = rows.map((row) => ({ ...row, url: `/${row.locale}/categories/${row.category}` }));
  const bySlug = Map.groupBy(pages, (page) => page.category);
  return pages.map(({ category, locale, url, changedAt }) => ({
    ...{ locale, url, changedAt },
    versions: (bySlug.get(category) ?? []).map((page) => ({ locale: page.locale, url: page.url })),
  }));
}

async function articlePages(
  { database: { db } }: KbParts,
  viewer: Viewer,
  now: string,
  part: number,
): Promise<ListedPage[]> {
  const rows = await visibleArticles(viewer, db, now)
    .select(['article.locale', 'article.slug', 'article.updatedAt', 'article.translationOf'])
    .orderBy('article.translationOf')
    .orderBy('article.locale')
    .limit(A_PART)
    .offset((part - 1) * A_PART)
    .execute();
  const [first, last] = [rows[0], rows.at(-1)];
  if (!first || !last) return [];
  // A part may end between two languages of one article, so the versions are asked for by themselves.
  const versions = await visibleArticles(viewer, db, now)
    .where('article.translationOf', '>=', first.translationOf)
    .where('article.translationOf', '<=', last.translationOf)
    .select(['article.locale', 'article.slug', 'article.translationOf'])
    .orderBy('article.locale')
    .execute();
  const byArticle = Map.groupBy(versions, (version) => version.translationOf);
  return rows.map(({ locale, slug, updatedAt, translationOf }) => ({
    locale,
    url: articleUrl(locale, slug),
    changedAt: updatedAt,
    versions: (byArticle.get(translationOf) ?? []).map((version) => ({
      locale: version.locale,
      url: articleUrl(version.locale, version.slug),
    })),
  }));
}
