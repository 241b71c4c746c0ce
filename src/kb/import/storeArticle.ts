import { isUniqueViolation, type Tx } from '../../platform/database/index.ts';
import { instant, newId } from '../../platform/runtime.ts';
import { noteArticleChange } from '../changes.ts';
import type { RenderedMarkdown } from '../markdown/index.ts';
import type { KbParts } from '../parts.ts';
import { addRevision } from '../revisions.ts';
import type { ContentFile } from './contentFolder.ts';
import type { FrontMatter } from './frontMatter.ts';

/** An article's file, read and rendered. */
export interface ReadArticle extends ContentFile {
  hash: string;
  matter: FrontMatter;
  source: string;
  rendered: RenderedMarkdown;
}

export type StoreOutcome = 'new' | 'changed' | 'unchanged';

/**
 * Publishes what a file says as a new revision, with the change that the search engines are owed, all in one
 * transaction. Another process that imports the same file at the same time leads to one revision.
 */
export async function storeArticle(parts: KbParts, article: ReadArticle): Promise<StoreOutcome> {
  const attempt = () => parts.database.transaction((tx) => publish(parts, tx, article));
  try {
    return await attempt();
  } catch (error) {
    // Somebody else inserted the same article between our look and our write; now it is there to be seen.
    if (isUniqueViolation(error)) return attempt();
    throw error;
  }
}

async function publish({ runtime, database }: KbParts, tx: Tx, article: ReadArticle): Promise<StoreOutcome> {
  const at = instant(runtime.now());
  const look = tx
    .selectFrom('article')
    .select(['id', 'sourceHash'])
    .where('locale', '=', article.locale)
    .where('slug', '=', article.slug);
  const known = await (database.dialect === 'postgres' ? look.forUpdate() : look).executeTakeFirst();
  if (known?.sourceHash === article.hash) return 'unchanged';
  const id = known?.id ?? newId(runtime);
  const state = { ...articleState(article), updatedAt: at };
  if (known) await tx.updateTable('article').set(state).where('id', '=', id).execute();
  else {
    const { locale, slug } = article;
    const translationOf = (await translationGroup(tx, article)) ?? newId(runtime);
    await tx
      .insertInto('article')
      .values({ id, locale, slug, translationOf, createdAt: at, ...state })
      .execute();
  }
  const { matter, source, rendered } = article;
  const { title, summary, keywords } = matter;
  const text = { title, summary, keywords, source, rendered };
  const revision = await addRevision(tx, runtime, {
    ...{ articleId: id, ...text, authorId: null, cause: 'file' as const, head: null, at },
  });
  await tx.updateTable('article').set({ publishedRevisionId: revision.id }).where('id', '=', id).execute();
  await noteArticleChange(tx, database.dialect, id, at);
  return known ? 'changed' : 'new';
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
