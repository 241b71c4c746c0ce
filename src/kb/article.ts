import { authorize, type Audience, type Viewer } from '../accounts/index.ts';
import type { Db } from '../platform/database/index.ts';
import { instant } from '../platform/runtime.ts';
import { articleUrl } from './address.ts';
import { articleLines, asLine, type ArticleLine } from './listing.ts';
import { readableSource, type ContentsEntry } from './markdown/index.ts';
import type { KbParts } from './parts.ts';
import { safeRendering } from './remake.ts';
import type { ArticleKind } from './tables.ts';
import { visibleArticles } from './visible.ts';

/** An article as a reader gets it. */
export interface ArticlePage {
  articleId: string;
  revisionId: string;
  slug: string;
  locale: string;
  url: string;
  title: string;
  summary: string;
  kind: ArticleKind;
  audience: Audience;
  category: { slug: string; title: string };
  keywords: string[];
  /** Sanitised. */
  html: string;
  contents: ContentsEntry[];
  /** Its Markdown as it was written, without what its authors keep to themselves. */
  source: string;
  minutes: number;
  /** The day (`2026-10-12`) somebody last made sure that it is true. */
  checked: string | null;
  /** When it last changed; ISO instant. */
  changedAt: string;
  /** The same article in other locales, as far as this viewer may read them. */
  translations: { locale: string; slug: string; url: string }[];
  /** Where a reader may go next: what it links to first, then its topic. */
  related: ArticleLine[];
  /** Slugs it links to that lead nowhere for this viewer. */
  unresolvedLinks: string[];
  /** What readers said of it. */
  helped: { yes: number; of: number };
}

export interface ArticleInput {
  locale: string;
  slug: string;
  /** The inquiry this reading belongs to. */
  inquiry?: string | undefined;
  /** False for robots, HEAD and prefetches: no touch. */
  touch?: boolean;
}

const RELATED = 5;

export function readArticle(parts: KbParts) {
  const { runtime, touches } = parts;
  const { db } = parts.database;
  /**
   * One article.
   * @throws Refusal `not_found` when there is none, or none for this viewer, in this locale.
   */
  return async (viewer: Viewer, input: ArticleInput): Promise<ArticlePage> => {
    const now = instant(runtime.now());
    const found = await articleRow(viewer, db, now, input);
    authorize(viewer, 'article.read', found ? { audience: found.audience, published: true } : null);
    const row = await safeRendering(parts, found as NonNullable<typeof found>); // authorize throws without one
    const links = JSON.parse(row.links) as string[];
    const [translations, neighbours, helped] = await Promise.all([
      translationsOf(viewer, db, now, row),
      neighboursOf(viewer, db, now, row, links),
      db
        .selectFrom('feedback')
        .where('articleId', '=', row.id)
        .select((is) => [is.fn.countAll<number>().as('of'), is.fn.sum<number | null>('helpful').as('yes')])
        .executeTakeFirstOrThrow(),
    ]);
    const reachable = new Set(neighbours.map((line) => line.slug));
    if (input.touch !== false) {
      const body = {
        articleId: row.id,
        revisionId: row.revisionId,
        locale: row.locale,
        slug: row.slug,
        title: row.title,
      };
      touches.record(viewer, { type: 'article.read', inquiry: input.inquiry, body });
    }
    return {
      articleId: row.id,
      revisionId: row.revisionId,
      slug: row.slug,
      locale: row.locale,
      url: articleUrl(row.locale, row.slug),
      title: row.title,
      summary: row.summary,
      kind: row.kind,
      audience: row.audience,
      category: { slug: row.category, title: row.categoryTitle ?? row.category },
      keywords: row.keywords === '' ? [] : row.keywords.split('\n'),
      html: row.html,
      contents: JSON.parse(row.contents) as ContentsEntry[],
      // Made when it is asked for: the page, which is read most, never asks.
      get source() {
        return readableSource(row.source);
      },
      minutes: row.minutes,
      checked: row.checkedOn,
      changedAt: row.updatedAt,
      translations,
      related: neighbours.slice(0, RELATED),
      unresolvedLinks: links.filter((slug) => slug !== row.slug && !reachable.has(slug)),
      helped: { yes: Number(helped.yes ?? 0), of: Number(helped.of) },
    };
  };
}

function articleRow(viewer: Viewer, db: Db, now: string, { locale, slug }: ArticleInput) {
  return visibleArticles(viewer, db, now)
    .leftJoin('category', (on) =>
      on.onRef('category.locale', '=', 'article.locale').onRef('category.slug', '=', 'article.category'),
    )
    .where('article.locale', '=', locale)
    .where('article.slug', '=', slug)
    .select(['article.id', 'article.slug', 'article.locale', 'article.kind', 'article.audience', 'article.category'])
    .select(['article.checkedOn', 'article.updatedAt', 'article.translationOf', 'category.title as categoryTitle'])
    .select(['revision.id as revisionId', 'revision.title', 'revision.summary', 'revision.keywords', 'revision.html'])
    .select(['revision.contents', 'revision.links', 'revision.minutes', 'revision.source', 'revision.rendererVersion'])
    .executeTakeFirst();
}

async function translationsOf(viewer: Viewer, db: Db, now: string, row: { translationOf: string; locale: string }) {
  const others = await visibleArticles(viewer, db, now)
    .where('article.translationOf', '=', row.translationOf)
    .where('article.locale', '<>', row.locale)
    .select(['article.locale', 'article.slug'])
    .orderBy('article.locale')
    .execute();
  return others.map(({ locale, slug }) => ({ locale, slug, url: articleUrl(locale, slug) }));
}

/** What it links to, in the order of the text, then a few others of its topic; the same query tells which links hold. */
async function neighboursOf(
  viewer: Viewer,
  db: Db,
  now: string,
  row: { id: string; locale: string; category: string },
  links: readonly string[],
): Promise<ArticleLine[]> {
  const topic = articleLines(viewer, db, now, row.locale)
    .where('article.category', '=', row.category)
    .where('article.id', '<>', row.id)
    .orderBy('article.position')
    .orderBy('article.id')
    .limit(RELATED);
  const linked =
    links.length === 0
      ? []
      : await articleLines(viewer, db, now, row.locale)
          .where('article.slug', 'in', [...links])
          .where('article.id', '<>', row.id)
          .execute();
  const lines = linked.map(asLine).toSorted((a, b) => links.indexOf(a.slug) - links.indexOf(b.slug));
  const known = new Set(lines.map((line) => line.articleId));
  return [...lines, ...(await topic.execute()).map(asLine).filter((line) => !known.has(line.articleId))];
}
