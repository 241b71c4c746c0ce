import type { Selectable } from 'kysely';
import type { Dialect, Tx } from '../../platform/database/index.ts';
import { instant, newId, type Runtime } from '../../platform/runtime.ts';
import { recordEvent } from '../authoring/held.ts';
import { noteArticleChange } from '../changes.ts';
import type { KbParts } from '../parts.ts';
import { forgetRedirect, leaveRedirect } from '../redirects.ts';
import { addRevision } from '../revisions.ts';
import type { ArticleTable } from '../tables.ts';
import { fileTextOf, type FileState } from './fileText.ts';
import type { ReadArticle } from './readArticle.ts';

/** What became of a file: `moved` is another place and the same words, `conflict` waits for a decision. */
export type StoreOutcome = 'new' | 'changed' | 'moved' | 'conflict' | 'unchanged';

/**
 * Takes one file in, inside a transaction that has its turn: a new or changed file becomes a new published revision,
 * with the change that the search engines are owed. An article that was changed in the browser meanwhile stays as it
 * is, and somebody is asked. Another process that took the same file leads to one revision.
 *
 * @param movedFrom where the file was before, as far as that was found out.
 */
export async function storeArticle(
  parts: KbParts,
  tx: Tx,
  article: ReadArticle,
  movedFrom: string | undefined,
): Promise<StoreOutcome> {
  const row = await articleOf(tx, parts.database.dialect, article, movedFrom);
  if (!row) return insert(parts, tx, article);
  if (row.sourceHash === article.hash) {
    await keepHead(tx, row, article);
    return 'unchanged';
  }
  const at = instant(parts.runtime.now());
  const standing = await standingState(tx, row);
  const where = { sourcePath: article.path, sourceHash: article.hash, touchedAt: at };
  const isHere = row.slug === article.slug && row.category === article.category;
  if (standing && isHere && fileTextOf(standing) === article.text) {
    // The file says what the article says already: an export came back.
    await tx
      .updateTable('article')
      .set({ ...where, editedAt: null })
      .where('id', '=', row.id)
      .execute();
    const head = article.text.slice(0, article.text.length - standing.source.length);
    await tx.updateTable('revision').set({ head }).where('id', '=', standing.revisionId).execute();
    await settled(tx, row.id);
    return 'unchanged';
  }
  if (row.editedAt !== null || row.deletedAt !== null || (await hasDraft(tx, row.id)))
    return ask(tx, row, article.path, { hash: article.hash, text: article.text, at });
  return takeFile(parts, tx, row, article, null);
}

type ArticleRow = Selectable<ArticleTable>;

/** Revisions of a version that did not keep front matters get theirs. */
async function keepHead(tx: Tx, { latestRevisionId }: ArticleRow, { head, source }: ReadArticle): Promise<void> {
  await tx
    .updateTable('revision')
    .set({ head })
    .where('id', '=', latestRevisionId)
    .where('cause', '=', 'file')
    .where('head', 'is', null)
    .where('source', '=', source)
    .execute();
}

/** The article of a file: the one that came from it, else the one at its address, else the one whose file this was. */
async function articleOf(
  tx: Tx,
  dialect: Dialect,
  { path, locale, slug }: ReadArticle,
  movedFrom: string | undefined,
): Promise<ArticleRow | undefined> {
  const all = tx
    .selectFrom('article')
    .selectAll()
    .where((is) =>
      is.or([
        is('sourcePath', 'in', movedFrom === undefined ? [path] : [path, movedFrom]),
        is.and([is('locale', '=', locale), is('slug', '=', slug)]),
      ]),
    );
  const rows = await (dialect === 'postgres' ? all.forUpdate() : all).execute();
  const isAt = (row: ArticleRow) => row.locale === locale && row.slug === slug;
  return rows.find((row) => row.sourcePath === path) ?? rows.find(isAt) ?? rows[0];
}

async function insert(parts: KbParts, tx: Tx, article: ReadArticle): Promise<StoreOutcome> {
  const { runtime, database } = parts;
  const at = instant(runtime.now());
  const id = newId(runtime);
  const { locale, slug } = article;
  const translationOf = (await translationGroup(tx, article)) ?? newId(runtime);
  const state = { ...articleState(article), createdAt: at, updatedAt: at, touchedAt: at };
  await tx
    .insertInto('article')
    .values({ id, locale, slug, translationOf, ...state })
    .execute();
  await publish(tx, runtime, id, article, at, null);
  await noteArticleChange(tx, database.dialect, id, at);
  return 'new';
}

/**
 * Makes an article what its file says, whatever it was.
 * @param by the colleague who decided so; null: nobody had to.
 */
export async function takeFile(
  parts: KbParts,
  tx: Tx,
  row: ArticleRow,
  article: ReadArticle,
  by: string | null,
): Promise<'changed' | 'moved'> {
  const { runtime, database } = parts;
  const at = instant(runtime.now());
  const standing = await standingState(tx, row);
  const isSaid = standing !== null && standing.head === article.head && standing.source === article.source;
  const isShown = row.publishedRevisionId === (article.matter.draft ? null : standing?.revisionId);
  const state = { ...articleState(article), slug: article.slug, updatedAt: at, touchedAt: at, editedAt: null };
  await tx
    .updateTable('article')
    .set({ ...state, deletedAt: null, deletedSlug: null, draftVersion: row.draftVersion + 1 })
    .where('id', '=', row.id)
    .execute();
  if (!isSaid || !isShown || row.deletedAt !== null) await publish(tx, runtime, row.id, article, at, row);
  const from = row.deletedSlug ?? row.slug;
  if (from !== article.slug) {
    await leaveRedirect(tx, { ...row, ...state }, from, at);
    const body = { from, to: article.slug, file: article.path };
    await recordEvent(tx, parts, { articleId: row.id, type: 'article.moved', at, actorId: by, body });
  }
  if (row.deletedAt !== null) await forgetRedirect(tx, article);
  await settled(tx, row.id);
  await noteArticleChange(tx, database.dialect, row.id, at);
  return isSaid && isShown ? 'moved' : 'changed';
}

/** @param before the article as it was; null: it is new. */
async function publish(
  tx: Tx,
  runtime: Runtime,
  articleId: string,
  { matter, head, source, rendered }: ReadArticle,
  at: string,
  before: ArticleRow | null,
): Promise<void> {
  const { title, summary, keywords, draft } = matter;
  const text = { title, summary, keywords, source, head, rendered };
  const isFirst = before === null;
  const why = { authorId: null, cause: 'file' as const, at, isFirst };
  const { id } = await addRevision(tx, runtime, { articleId, ...text, ...why });
  const withdrawnAt = before?.publishedRevisionId ? at : (before?.unpublishedAt ?? null);
  const shown = draft
    ? { publishedRevisionId: null, unpublishedAt: withdrawnAt }
    : { publishedRevisionId: id, unpublishedAt: null };
  await tx.updateTable('article').set(shown).where('id', '=', articleId).execute();
}

/** The group of the same file in another locale: the rest of the path ties translations together. */
async function translationGroup(tx: Tx, { path, locale, slug }: ReadArticle): Promise<string | null> {
  const sameName = await tx
    .selectFrom('article')
    .select(['translationOf', 'sourcePath', 'locale'])
    .where('slug', '=', slug)
    .where('locale', '<>', locale)
    .execute();
  const rest = path.slice(locale.length);
  return sameName.find((row) => row.sourcePath === row.locale + rest)?.translationOf ?? null;
}

function articleState({ category, matter, path, hash }: ReadArticle) {
  return {
    category,
    kind: matter.kind,
    audience: matter.audience,
    publishAt: matter.publish ?? null,
    unpublishAt: matter.unpublish ?? null,
    sourcePath: path,
    sourceHash: hash,
    checkedOn: matter.checked ?? null,
    position: matter.order,
  };
}

/** What an article's file would say: of what readers get, else of the newest revision. Null: there is no revision. */
async function standingState(tx: Tx, row: ArticleRow): Promise<(FileState & { revisionId: string }) | null> {
  const id = row.publishedRevisionId ?? row.latestRevisionId;
  if (id === null) return null;
  const revision = await tx
    .selectFrom('revision')
    .select(['id as revisionId', 'title', 'summary', 'keywords', 'source', 'head'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  const { kind, audience, checkedOn, position, publishAt, unpublishAt } = row;
  const isPublished = row.publishedRevisionId !== null;
  return { ...revision, kind, audience, checkedOn, position, publishAt, unpublishAt, isPublished };
}

export async function hasDraft(tx: Tx, articleId: string): Promise<boolean> {
  const draft = await tx.selectFrom('draft').select('articleId').where('articleId', '=', articleId).executeTakeFirst();
  return draft !== undefined;
}

/** Notes that somebody has to decide between a file and the browser. The same state of the file is asked about once. */
export async function ask(
  tx: Tx,
  row: ArticleRow,
  path: string,
  file: { hash: string | null; text: string | null; at: string },
): Promise<'conflict'> {
  const state = { path, hash: file.hash, text: file.text, foundAt: file.at };
  await tx
    .insertInto('fileConflict')
    .values({ articleId: row.id, ...state })
    .onConflict((on) =>
      on
        .column('articleId')
        .doUpdateSet(state)
        .where((is) =>
          is.or([is('fileConflict.hash', 'is distinct from', file.hash), is('fileConflict.path', '<>', path)]),
        ),
    )
    .execute();
  return 'conflict';
}

/** File and article agree again. */
export async function settled(tx: Tx, articleId: string): Promise<void> {
  await tx.deleteFrom('fileConflict').where('articleId', '=', articleId).execute();
}
