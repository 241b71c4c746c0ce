import type { Tx } from '../platform/database/index.ts';
import { newId, type Runtime } from '../platform/runtime.ts';
import { noteImages } from './images/shown.ts';
import type { RenderedMarkdown } from './markdown/index.ts';
import { renderingOf } from './remake.ts';
import type { RevisionCause } from './tables.ts';

/** What a revision is made of. */
export interface NewRevision {
  articleId: string;
  title: string;
  summary: string;
  keywords: readonly string[];
  source: string;
  /** What the renderer made of `source`. */
  rendered: RenderedMarkdown;
  /** Null: it came from a file. */
  authorId: string | null;
  cause: RevisionCause;
  note?: string | null;
  /** The file's text before the source, where there is a file. */
  head: string | null;
  at: string;
  /** The article is new, so there is no number to look for. */
  isFirst?: boolean;
}

/**
 * Writes an article's next revision and makes it the latest; what readers see does not change by it. The caller holds
 * the article's row.
 */
export async function addRevision(
  tx: Tx,
  runtime: Runtime,
  { articleId, rendered, keywords, at, note = null, isFirst = false, ...text }: NewRevision,
): Promise<{ id: string; number: number }> {
  const id = newId(runtime);
  const number = isFirst ? 1 : await nextNumber(tx, articleId);
  await tx
    .insertInto('revision')
    .values({
      id,
      articleId,
      number,
      ...text,
      keywords: keywords.join('\n'),
      ...renderingOf(rendered),
      note,
      createdAt: at,
    })
    .execute();
  await noteImages(tx, id, rendered.images);
  await tx.updateTable('article').set({ latestRevisionId: id }).where('id', '=', articleId).execute();
  return { id, number };
}

/** Writes a revision once more as the latest one, with another reason. */
export async function copyRevision(
  tx: Tx,
  runtime: Runtime,
  revisionId: string,
  reason: { cause: RevisionCause; note: string | null; authorId: string | null; at: string },
): Promise<void> {
  const { at, ...why } = reason;
  const copied = await tx.selectFrom('revision').selectAll().where('id', '=', revisionId).executeTakeFirstOrThrow();
  const id = newId(runtime);
  const number = await nextNumber(tx, copied.articleId);
  await tx
    .insertInto('revision')
    .values({ ...copied, ...why, id, number, createdAt: at })
    .execute();
  const images = await tx.selectFrom('revisionImage').select('name').where('revisionId', '=', revisionId).execute();
  await noteImages(
    tx,
    id,
    images.map(({ name }) => name),
  );
  await tx.updateTable('article').set({ latestRevisionId: id }).where('id', '=', copied.articleId).execute();
}

/** The caller holds the article's row, so nobody else takes the same. */
async function nextNumber(tx: Tx, articleId: string): Promise<number> {
  const last = await tx
    .selectFrom('revision')
    .select((is) => is.fn.max('number').as('number'))
    .where('articleId', '=', articleId)
    .executeTakeFirst();
  return Number(last?.number ?? 0) + 1;
}
