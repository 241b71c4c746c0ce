import { sql, type ExpressionBuilder, type SqlBool } from 'kysely';
import { z } from 'zod';
import { authorize } from '../../accounts/index.ts';
import type { Db, Tables } from '../../platform/database/index.ts';
import { instant } from '../../platform/runtime.ts';
import { articleUrl } from '../address.ts';
import type { Authoring } from './contract.ts';
import { actorOf, stateOf, type AuthoringParts } from './held.ts';
import type { ArticleList, ArticleView, ListedArticle } from './listContract.ts';
import { audience, kind } from './texts.ts';
import { translationsOf } from './translations.ts';

/** What nobody looked at for so long is due. */
const CHECK_AFTER_MS = 180 * 86_400_000;

const views = [
  ...(['all', 'mine', 'draft', 'published', 'scheduled', 'changed', 'unpublished', 'conflict', 'suggested'] as const),
  ...(['check_due', 'untranslated', 'deleted'] as const),
] as const satisfies ArticleView[];

/** A filter comes from an address that anybody may have typed: what is no filter filters nothing. */
const filter = z.string().trim().min(1).max(200).optional().catch(undefined);
const listInput = z.object({
  view: z.enum(views).catch('all'),
  locale: filter,
  audience: audience.optional().catch(undefined),
  ownerId: filter,
  category: filter,
  kind: kind.optional().catch(undefined),
  text: filter,
  sort: z.enum(['changed', 'checked']).catch('changed'),
  after: z
    .string()
    .regex(/^[^~]{0,40}~[\w-]{1,64}$/)
    .optional()
    .catch(undefined),
  limit: z.coerce.number().int().min(1).max(100).catch(50),
});
type Wanted = z.output<typeof listInput>;

export function listArticles({ database: { db }, runtime, locales }: AuthoringParts): Pick<Authoring, 'list'> {
  return {
    async list(viewer, input): Promise<ArticleList> {
      authorize(viewer, 'article.suggest');
      const wanted = listInput.parse(input);
      const ms = runtime.now();
      const asked: Asked = {
        ...wanted,
        locales,
        now: instant(ms),
        due: dayOf(ms - CHECK_AFTER_MS),
        me: actorOf(viewer),
      };
      const [rows, counts, categories, owners] = await Promise.all([
        pageOf(db, asked),
        countsOf(db, asked),
        db
          .selectFrom('category')
          .select(['locale', 'slug', 'title'])
          .orderBy('locale')
          .orderBy('position')
          .orderBy('slug')
          .execute(),
        ownersOf(db),
      ]);
      const shown = rows.slice(0, wanted.limit);
      const articles = await describe(db, asked, shown);
      const last = shown.at(-1);
      const next = rows.length > wanted.limit && last ? `${last.sortKey}~${last.id}` : null;
      return { articles, next, counts, categories, owners };
    },
  };
}

interface Asked extends Wanted {
  locales: readonly string[];
  now: string;
  /** The day before which a check is due. */
  due: string;
  me: string;
}

/** The articles that pass the filters, whatever the view, with what their state hangs on. */
function filtered(db: Db, { locale, audience, ownerId, category, kind, text }: Asked) {
  const like = `%${(text ?? '').toLowerCase().replaceAll(/[\\%_]/g, '\\$&')}%`;
  const holds = (column: string) => sql<SqlBool>`lower(${sql.ref(column)}) like ${like} escape '\\'`;
  return db
    .selectFrom('article')
    .leftJoin('draft', 'draft.articleId', 'article.id')
    .leftJoin('revision as latest', 'latest.id', 'article.latestRevisionId')
    .leftJoin('fileConflict', 'fileConflict.articleId', 'article.id')
    .$if(locale !== undefined, (query) => query.where('article.locale', '=', locale ?? ''))
    .$if(audience !== undefined, (query) => query.where('article.audience', '=', audience ?? 'staff'))
    .$if(ownerId !== undefined, (query) => query.where('article.ownerId', '=', ownerId ?? ''))
    .$if(category !== undefined, (query) => query.where('article.category', '=', category ?? ''))
    .$if(kind !== undefined, (query) => query.where('article.kind', '=', kind ?? 'service'))
    .$if(text !== undefined, (query) =>
      query.where((is) =>
        is.or(['draft.title', 'latest.title', 'latest.summary', 'article.slug', 'article.deletedSlug'].map(holds)),
      ),
    );
}

type Joined = Tables & {
  latest: Tables['revision'];
};
type Where = ExpressionBuilder<Joined, 'article' | 'draft' | 'latest' | 'fileConflict'>;

/** What puts an article into a view. `stateOf` says the same of a row that is read. */
function inView(is: Where, view: ArticleView, { now, due, me, locales }: Asked) {
  const alive = is('article.deletedAt', 'is', null);
  const given = is('article.publishedRevisionId', 'is not', null);
  const over = is.and([given, is('article.unpublishAt', '<=', now)]);
  const begun = is.or([is('article.publishAt', 'is', null), is('article.publishAt', '<=', now)]);
  const open = is.or([is('article.unpublishAt', 'is', null), is('article.unpublishAt', '>', now)]);
  const published = is.and([alive, given, begun, open]);
  const both = is.or([
    is('draft.articleId', 'is not', null),
    is('article.latestRevisionId', 'is distinct from', is.ref('article.publishedRevisionId')),
  ]);
  const withdrawn = is.and([
    is('article.publishedRevisionId', 'is', null),
    is('article.unpublishedAt', 'is not', null),
  ]);
  const conditions = {
    all: alive,
    mine: is.and([alive, is('article.ownerId', '=', me)]),
    draft: is.and([alive, is('article.publishedRevisionId', 'is', null), is('article.unpublishedAt', 'is', null)]),
    published,
    scheduled: is.and([alive, is('article.publishAt', '>', now), given, open]),
    changed: is.and([alive, given, both]),
    unpublished: is.and([alive, is.or([withdrawn, over])]),
    conflict: is('fileConflict.articleId', 'is not', null),
    suggested: is.and([alive, hasSuggestion]),
    check_due: is.and([published, is.or([is('article.checkedOn', 'is', null), is('article.checkedOn', '<', due)])]),
    untranslated: is.and([alive, lacksTranslation(locales)]),
    deleted: is('article.deletedAt', 'is not', null),
  };
  return conditions[view];
}

const hasSuggestion = sql<SqlBool>`exists (select 1 from suggestion
  where suggestion.article_id = article.id and suggestion.state = 'open')`;

/** Another language is missing, or this one is behind the leading one. */
function lacksTranslation(locales: readonly string[]) {
  return sql<SqlBool>`((select count(*) from article as twin
    where twin.translation_of = article.translation_of and twin.deleted_at is null) < ${sql.lit(locales.length)}
    or article.locale <> ${locales[0] ?? ''} and exists (select 1 from article as leader
      join revision as edit on edit.article_id = leader.id and edit.number > 1
      where leader.translation_of = article.translation_of and leader.locale = ${locales[0] ?? ''}
        and leader.deleted_at is null and edit.created_at > coalesce(latest.created_at, '')))`;
}

function pageOf(db: Db, asked: Asked) {
  const { view, sort, after, limit } = asked;
  const key = sort === 'changed' ? sql<string>`article.touched_at` : sql<string>`coalesce(article.checked_on, '')`;
  const [at = '', id = ''] = after?.split('~') ?? [];
  const beyond =
    sort === 'changed'
      ? sql<SqlBool>`(${key} < ${at} or (${key} = ${at} and article.id < ${id}))`
      : sql<SqlBool>`(${key} > ${at} or (${key} = ${at} and article.id > ${id}))`;
  const direction = sort === 'changed' ? 'desc' : 'asc';
  return filtered(db, asked)
    .leftJoin('revision as published', 'published.id', 'article.publishedRevisionId')
    .leftJoin('category', (on) =>
      on.onRef('category.locale', '=', 'article.locale').onRef('category.slug', '=', 'article.category'),
    )
    .leftJoin('person as owner', 'owner.id', 'article.ownerId')
    .where((is) => inView(is as unknown as Where, view, asked))
    .$if(after !== undefined, (query) => query.where(beyond))
    .selectAll('article')
    .select([
      'draft.title as draftTitle',
      'draft.articleId as draftOf',
      'latest.title',
      'latest.number as latestNumber',
    ])
    .select(['published.number as publishedNumber', 'category.title as categoryTitle', 'owner.name as ownerName'])
    .select(['fileConflict.articleId as conflictId', key.as('sortKey')])
    .orderBy(key, direction)
    .orderBy('article.id', direction)
    .limit(limit + 1)
    .execute();
}

async function countsOf(db: Db, asked: Asked): Promise<Record<ArticleView, number>> {
  const row = await filtered(db, asked)
    .select((is) =>
      views.map((view) =>
        is.fn
          .sum<number | null>(
            is
              .case()
              .when(inView(is as unknown as Where, view, asked))
              .then(1)
              .else(0)
              .end(),
          )
          .as(view),
      ),
    )
    .executeTakeFirst();
  const found: Partial<Record<string, number | null>> = row ?? {};
  return Object.fromEntries(views.map((view) => [view, Number(found[camel(view)] ?? found[view] ?? 0)])) as Record<
    ArticleView,
    number
  >;
}

/** Columns come back in camel case. */
const camel = (view: string): string => view.replace(/_(\w)/, (_, letter: string) => letter.toUpperCase());

type PageRow = Awaited<ReturnType<typeof pageOf>>[number];

/** The rows with what comes from other tables: one query each, whatever the number of rows. */
async function describe(db: Db, { now, due, locales }: Asked, rows: readonly PageRow[]): Promise<ListedArticle[]> {
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  const [translations, opinions, suggested] = await Promise.all([
    translationsOf(db, locales, rows, now),
    db
      .selectFrom('feedback')
      .where('articleId', 'in', ids)
      .groupBy('articleId')
      .select('articleId')
      .select((is) => [is.fn.countAll<number>().as('of'), is.fn.sum<number>('helpful').as('yes')])
      .execute(),
    db
      .selectFrom('suggestion')
      .where('articleId', 'in', ids)
      .where('state', '=', 'open')
      .groupBy('articleId')
      .select(['articleId', (is) => is.fn.countAll<number>().as('count')])
      .execute(),
  ]);
  return rows.map((row) => {
    const languages = translations.get(row.translationOf)?.all ?? [];
    const opinion = opinions.find(({ articleId }) => articleId === row.id);
    const slug = row.deletedSlug ?? row.slug;
    return {
      ...{ articleId: row.id, locale: row.locale, slug, url: articleUrl(row.locale, slug) },
      title: row.draftTitle ?? row.title ?? '',
      category: { slug: row.category, title: row.categoryTitle ?? row.category },
      ...{ kind: row.kind, audience: row.audience, state: stateOf(row, now) },
      owner: row.ownerId === null ? null : { personId: row.ownerId, name: row.ownerName ?? '' },
      ...{ publishAt: row.publishAt, unpublishAt: row.unpublishAt },
      ...{ publishedNumber: row.publishedNumber, latestNumber: row.latestNumber },
      isChanged:
        row.publishedRevisionId !== null && (row.draftOf !== null || row.latestRevisionId !== row.publishedRevisionId),
      hasFileConflict: row.conflictId !== null,
      openSuggestions: Number(suggested.find(({ articleId }) => articleId === row.id)?.count ?? 0),
      ...{ checked: row.checkedOn, changedAt: row.touchedAt },
      isCheckDue: stateOf(row, now) === 'published' && (row.checkedOn === null || row.checkedOn < due),
      translations: languages
        .filter(({ locale }) => locale !== row.locale)
        .map(({ locale, articleId, state, behind }) => ({ locale, articleId, state, behind })),
      behind: languages.find(({ locale }) => locale === row.locale)?.behind ?? 0,
      helped: { yes: Number(opinion?.yes ?? 0), of: Number(opinion?.of ?? 0) },
    };
  });
}

async function ownersOf(db: Db) {
  return db
    .selectFrom('person')
    .select(['id as personId', 'name'])
    .where('id', 'in', (is) => is.selectFrom('article').select('ownerId').where('ownerId', 'is not', null))
    .orderBy('name')
    .orderBy('id')
    .execute();
}

const dayOf = (ms: number): string => instant(ms).slice(0, 10);
