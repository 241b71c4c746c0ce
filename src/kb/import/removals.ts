import { instant } from '../../platform/runtime.ts';
import { holdArticle, recordEvent } from '../authoring/held.ts';
import { noteArticleChange, takeTurn } from '../changes.ts';
import type { KbParts } from '../parts.ts';
import { copyRevision } from '../revisions.ts';
import type { LostFile } from './moves.ts';
import { ask, hasDraft, settled } from './storeArticle.ts';

/**
 * A deleted file takes its article from readers, with a revision that says so; the words stay. An article that was
 * changed in the browser meanwhile stays published, and somebody is asked.
 */
export async function removeArticle(
  parts: KbParts,
  { articleId, path }: LostFile,
): Promise<'removed' | 'conflict' | 'unchanged'> {
  const { database, runtime } = parts;
  return database.transaction(async (tx) => {
    await takeTurn(tx, database.dialect);
    const row = await holdArticle(tx, parts, articleId);
    // Another process was faster, or somebody gave the article another file.
    if (!row || row.sourcePath !== path) return 'unchanged';
    const at = instant(runtime.now());
    if (row.deletedAt === null && (row.editedAt !== null || (await hasDraft(tx, articleId))))
      return ask(tx, row, path, { hash: null, text: null, at });
    const wasShown = row.publishedRevisionId !== null;
    const none = { sourcePath: null, sourceHash: null, touchedAt: at };
    await tx.updateTable('article').set(none).where('id', '=', articleId).execute();
    await settled(tx, articleId);
    if (row.deletedAt !== null) return 'unchanged';
    await withdrawWithRevision(parts, tx, row, path, at);
    await recordEvent(tx, parts, { articleId, type: 'article.file_removed', at, actorId: null, body: { path } });
    if (wasShown) await noteArticleChange(tx, database.dialect, articleId, at);
    return 'removed';
  });
}

type Held = NonNullable<Awaited<ReturnType<typeof holdArticle>>>;
type Tx = Parameters<typeof holdArticle>[0];

/** The last words once more, so that the list of revisions tells when and why they went. */
export async function withdrawWithRevision(
  parts: KbParts,
  tx: Tx,
  row: Held,
  path: string,
  at: string,
  authorId: string | null = null,
): Promise<void> {
  const last = row.publishedRevisionId ?? row.latestRevisionId;
  if (last !== null) await copyRevision(tx, parts.runtime, last, { cause: 'file_removed', note: path, authorId, at });
  const unpublishedAt = row.publishedRevisionId === null ? row.unpublishedAt : at;
  await tx
    .updateTable('article')
    .set({ publishedRevisionId: null, publishAt: null, unpublishAt: null, unpublishedAt, updatedAt: at })
    .where('id', '=', row.id)
    .execute();
}
