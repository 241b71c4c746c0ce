import { z } from 'zod';
import { authorize } from '../../accounts/index.ts';
import { readInput } from '../../platform/fields/index.ts';
import { instant } from '../../platform/runtime.ts';
import { pictureSizes } from '../images/shown.ts';
import type { Authoring, LinkTarget, Preview } from './contract.ts';
import type { AuthoringParts } from './held.ts';
import { renderSource } from './rendering.ts';
import { draftText } from './texts.ts';

const previewInput = z.object({ source: draftText.source, title: draftText.title, locale: z.string() });

/** Links beyond these are not looked up: no reader follows so many. */
const MOST_LINKS = 500;
const MOST_TARGETS = 20;

/** What the editor asks beside the article itself. */
export function lookAround(parts: AuthoringParts): Pick<Authoring, 'preview' | 'linkTargets' | 'readers' | 'owners'> {
  const { db } = parts.database;
  return {
    async preview(viewer, input): Promise<Preview> {
      authorize(viewer, 'article.suggest');
      const { source, title, locale } = readInput(previewInput, input);
      const { html, minutes, remarks, links } = renderSource(source, {
        ...{ locale, title, pictures: await pictureSizes(db) },
      });
      return { html, minutes, remarks, deadLinks: await deadLinks(locale, links.slice(0, MOST_LINKS)) };
    },

    async linkTargets(viewer, { locale, text }): Promise<LinkTarget[]> {
      authorize(viewer, 'article.suggest');
      const like = `%${text
        .trim()
        .toLowerCase()
        .replaceAll(/[\\%_]/g, '\\$&')}%`;
      const rows = await db
        .selectFrom('article')
        .leftJoin('revision', 'revision.id', 'article.latestRevisionId')
        .leftJoin('draft', 'draft.articleId', 'article.id')
        .select(['article.id', 'slug', 'category', 'audience', 'publishedRevisionId', 'publishAt', 'unpublishAt'])
        .select((is) => is.fn.coalesce('draft.title', 'revision.title').as('title'))
        .where('locale', '=', locale)
        .where('deletedAt', 'is', null)
        .where((is) => {
          const holds = (column: 'revision.title' | 'draft.title' | 'slug') =>
            is(is.fn<string>('lower', [column]), 'like', is.val(like));
          return is.or([holds('revision.title'), holds('draft.title'), holds('slug')]);
        })
        .orderBy('touchedAt', 'desc')
        .orderBy('article.id')
        .limit(MOST_TARGETS)
        .execute();
      return rows.map(({ id, title, slug, category, audience, ...row }) => ({
        ...{ articleId: id, title: title ?? '', slug, category, audience },
        isPublished: isShown(row),
        href: `../${category}/${slug}.md`,
      }));
    },

    async readers(viewer) {
      authorize(viewer, 'article.suggest');
      const rows = await db
        .selectFrom('person')
        .select((is) => [
          is.fn.countAll<number>().as('all'),
          is.fn.sum<number | null>(is.case().when('role', '<>', 'customer').then(1).else(0).end()).as('staff'),
        ])
        .where('verifiedAt', 'is not', null)
        .where('mergedInto', 'is', null)
        .executeTakeFirstOrThrow();
      return [
        { audience: 'public', persons: null },
        { audience: 'customers', persons: Number(rows.all) },
        { audience: 'staff', persons: Number(rows.staff ?? 0) },
      ];
    },

    async owners(viewer) {
      authorize(viewer, 'article.suggest');
      return db
        .selectFrom('person')
        .select(['id as personId', 'name'])
        .where('role', '<>', 'customer')
        .where('verifiedAt', 'is not', null)
        .orderBy('name')
        .orderBy('id')
        .execute();
    },
  };

  async function deadLinks(locale: string, links: { slug: string; line: number }[]): Promise<Preview['deadLinks']> {
    if (links.length === 0) return [];
    const rows = await db
      .selectFrom('article')
      .select(['slug', 'publishedRevisionId', 'publishAt', 'unpublishAt'])
      .where('locale', '=', locale)
      .where(
        'slug',
        'in',
        links.map(({ slug }) => slug),
      )
      .execute();
    const found = new Map(rows.map((row) => [row.slug, row]));
    return links.flatMap(({ slug, line }) => {
      const row = found.get(slug);
      if (row && isShown(row)) return [];
      return [{ slug, line, why: row ? ('unpublished' as const) : ('missing' as const) }];
    });
  }

  function isShown(row: { publishedRevisionId: string | null; publishAt: string | null; unpublishAt: string | null }) {
    const now = instant(parts.runtime.now());
    const { publishedRevisionId, publishAt, unpublishAt } = row;
    return (
      publishedRevisionId !== null &&
      (publishAt === null || publishAt <= now) &&
      (unpublishAt === null || unpublishAt > now)
    );
  }
}
