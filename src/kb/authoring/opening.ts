import { authorize, may, type Viewer } from '../../accounts/index.ts';
import type { Db } from '../../platform/database/index.ts';
import { Refusal } from '../../platform/refusal.ts';
import { instant } from '../../platform/runtime.ts';
import { articleUrl } from '../address.ts';
import type { Authoring, EditorArticle } from './contract.ts';
import { standingText, stateOf, type ArticleRow, type AuthoringParts } from './held.ts';
import { translationsOf } from './translations.ts';

export function openArticles(parts: AuthoringParts): Pick<Authoring, 'open'> {
  const { db } = parts.database;
  return {
    async open(viewer, { articleId }) {
      authorize(viewer, 'article.suggest');
      const row = await db.selectFrom('article').selectAll().where('id', '=', articleId).executeTakeFirst();
      if (!row) throw new Refusal('not_found');
      const now = instant(parts.runtime.now());
      const [standing, around, translations, categories, helped] = await Promise.all([
        standingText(db, row),
        surroundingsOf(db, row),
        translationsOf(db, parts.locales, [row], now),
        db
          .selectFrom('category')
          .select(['slug', 'title'])
          .where('locale', '=', row.locale)
          .orderBy('position')
          .orderBy('slug')
          .execute(),
        helpedBy(db, row.id),
      ]);
      const { text, isDraft, by, at } = standing;
      return {
        ...factsOf(row, now),
        owner: row.ownerId === null ? null : { personId: row.ownerId, name: around.ownerName ?? '' },
        published: numbered(around.publishedNumber, around.publishedAt),
        latest: numbered(around.latestNumber, around.latestAt),
        ...{ version: row.draftVersion, text, draft: isDraft ? { by, at } : null },
        hasFileConflict: around.conflictId !== null,
        openSuggestions: Number(around.suggestions),
        translations: translations.get(row.translationOf)?.all ?? [],
        ...{ categories: withOwn(categories, row.category), helped, may: mayOf(viewer) },
      };
    },
  };
}

function factsOf(row: ArticleRow, now: string) {
  const { id, locale, category, kind, audience, checkedOn, position, deletedAt, publishAt, unpublishAt } = row;
  const slug = row.deletedSlug ?? row.slug;
  return {
    ...{ articleId: id, locale, slug, url: articleUrl(locale, slug), category, kind, audience },
    ...{ checked: checkedOn, position, deletedAt, publishAt, unpublishAt, state: stateOf(row, now) },
    file: row.sourcePath,
  };
}

function mayOf(viewer: Viewer): EditorArticle['may'] {
  const write = may(viewer, 'article.write');
  return { write, publish: may(viewer, 'article.publish'), suggest: may(viewer, 'article.suggest') };
}

function surroundingsOf(db: Db, row: ArticleRow) {
  return db
    .selectFrom('article')
    .leftJoin('revision as latest', 'latest.id', 'article.latestRevisionId')
    .leftJoin('revision as published', 'published.id', 'article.publishedRevisionId')
    .leftJoin('person as owner', 'owner.id', 'article.ownerId')
    .leftJoin('fileConflict', 'fileConflict.articleId', 'article.id')
    .select(['latest.number as latestNumber', 'latest.createdAt as latestAt', 'owner.name as ownerName'])
    .select(['published.number as publishedNumber', 'published.createdAt as publishedAt'])
    .select('fileConflict.articleId as conflictId')
    .select((is) =>
      is
        .selectFrom('suggestion')
        .select((count) => count.fn.countAll<number>().as('count'))
        .whereRef('suggestion.articleId', '=', 'article.id')
        .where('suggestion.state', '=', 'open')
        .as('suggestions'),
    )
    .where('article.id', '=', row.id)
    .executeTakeFirstOrThrow();
}

async function helpedBy(db: Db, articleId: string): Promise<{ yes: number; of: number }> {
  const { yes, of } = await db
    .selectFrom('feedback')
    .where('articleId', '=', articleId)
    .select((is) => [is.fn.countAll<number>().as('of'), is.fn.sum<number | null>('helpful').as('yes')])
    .executeTakeFirstOrThrow();
  return { yes: Number(yes ?? 0), of: Number(of) };
}

function numbered(number: number | null, at: string | null): { number: number; at: string } | null {
  return number === null || at === null ? null : { number, at };
}

/** A folder without a title in `categories.yaml` is a choice all the same where the article lies in it. */
function withOwn(categories: { slug: string; title: string }[], own: string) {
  return categories.some(({ slug }) => slug === own) ? categories : [...categories, { slug: own, title: own }];
}
