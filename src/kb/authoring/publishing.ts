import { z } from 'zod';
import { authorize } from '../../accounts/index.ts';
import { optional, readInput } from '../../platform/fields/index.ts';
import { Refusal } from '../../platform/refusal.ts';
import { pictureSizes } from '../images/shown.ts';
import { addRevision } from '../revisions.ts';
import type { RevisionCause } from '../tables.ts';
import type { ArticleText, Authoring } from './contract.ts';
import {
  changeArticle,
  latestRevision,
  refuseConflict,
  refuseDeleted,
  standingText,
  stateOf,
  type AuthoringParts,
  type Change,
} from './held.ts';
import { renderSource } from './rendering.ts';
import {
  articleId,
  audience,
  draftText,
  finishedText,
  moment,
  noteField,
  readText,
  sameText,
  version,
} from './texts.ts';

const revisionInput = z.object({ articleId, version, note: noteField, ...draftText });
const limit = z.preprocess((value) => (value === '' ? null : value), moment.nullish());
const publishInput = z.object({
  articleId,
  version,
  note: noteField,
  text: optional(z.object(draftText)),
  publishAt: limit,
  unpublishAt: limit,
  audience: optional(audience),
});
const unpublishInput = z.object({ articleId, note: noteField });

export function publishArticles(parts: AuthoringParts): Pick<Authoring, 'saveRevision' | 'publish' | 'unpublish'> {
  return {
    async saveRevision(viewer, input) {
      authorize(viewer, 'article.write');
      const { articleId, version, note = null, ...text } = readInput(revisionInput, input);
      return changeArticle(parts, viewer, articleId, 'unseen', async (change) => {
        const { number } = await settleText(parts, change, { version, text, note, cause: 'browser' });
        return { articleId, version: change.row.draftVersion, savedAt: change.at, number };
      });
    },

    async publish(viewer, input) {
      authorize(viewer, 'article.publish');
      const { articleId, version, text, note = null, ...wanted } = readInput(publishInput, input);
      return changeArticle(parts, viewer, articleId, 'shown', async (change) => {
        refuseDeleted(change.row);
        const revision = await settleText(parts, change, { version, text, note, cause: 'browser' });
        const window = windowOf(change, wanted);
        const { audience = change.row.audience } = wanted;
        await change.set({
          ...{ publishedRevisionId: revision.id, ...window, audience, unpublishedAt: null, updatedAt: change.at },
        });
        await change.record('article.published', { number: revision.number, audience, ...window });
        await change.tellReaders();
        return { articleId, version: change.row.draftVersion, savedAt: change.at, number: revision.number };
      });
    },

    async unpublish(viewer, input) {
      authorize(viewer, 'article.publish');
      const { articleId, note = null } = readInput(unpublishInput, input);
      await changeArticle(parts, viewer, articleId, 'shown', async (change) => {
        if (change.row.publishedRevisionId === null) return;
        await withdraw(change);
        await change.record('article.unpublished', { note });
        await change.tellReaders();
      });
    },
  };
}

/**
 * Takes the article from readers; when it is published again, it is without a window. One whose time had not come, and
 * that they never saw, is a draft again.
 */
export async function withdraw({ row, set, at }: Change): Promise<void> {
  const unpublishedAt = stateOf(row, at) === 'scheduled' ? row.unpublishedAt : at;
  await set({ publishedRevisionId: null, publishAt: null, unpublishAt: null, unpublishedAt, updatedAt: at });
}

/**
 * Makes a revision of what an author has in the editor, unless the newest one says just that; the draft has then had
 * its time.
 *
 * @param text left out: what stands on the server.
 */
export async function settleText(
  parts: AuthoringParts,
  change: Change,
  wanted: { version: number; text: ArticleText | undefined; note: string | null; cause: RevisionCause },
): Promise<{ id: string; number: number }> {
  const { tx, row } = change;
  const standing = await standingText(tx, row);
  const text = wanted.text ?? standing.text;
  const latest = await latestRevision(tx, row);
  if (wanted.version !== row.draftVersion) {
    // The very same was saved already, and the answer was lost.
    if (latest && !standing.isDraft && sameText(readText(latest), text)) return latest;
    refuseConflict(row, text, standing);
  }
  const isNew = !latest || !sameText(readText(latest), text);
  const revision = isNew ? await reviseTo(parts, change, text, wanted) : latest;
  if (standing.isDraft) await tx.deleteFrom('draft').where('articleId', '=', row.id).execute();
  if (isNew || standing.isDraft) await change.set({ draftVersion: row.draftVersion + 1 }, isNew ? undefined : 'quiet');
  return revision;
}

/** Adds a revision by the colleague who acts. @throws Refusal `invalid` for a text that is not finished. */
export async function reviseTo(
  { runtime }: AuthoringParts,
  { tx, row, at, actorId }: Change,
  text: ArticleText,
  { note, cause }: { note: string | null; cause: RevisionCause },
): Promise<{ id: string; number: number }> {
  const { title, summary, keywords, source } = readInput(finishedText, text);
  const rendered = renderSource(source, { locale: row.locale, title, pictures: await pictureSizes(tx) });
  // The front matter of its file goes along: what the portal does not know of it is not lost.
  const head = (await latestRevision(tx, row))?.head ?? null;
  const revision = { title, summary, keywords, source, rendered, authorId: actorId, cause, note, head, at };
  const added = await addRevision(tx, runtime, { articleId: row.id, ...revision });
  row.latestRevisionId = added.id;
  return added;
}

/** From when until when readers see it: what is asked for, else what still holds. */
function windowOf(
  { row, at }: Change,
  wanted: { publishAt?: string | null | undefined; unpublishAt?: string | null | undefined },
): { publishAt: string | null; unpublishAt: string | null } {
  const isVisible = stateOf(row, at) === 'published';
  const publishAt = wanted.publishAt === undefined ? (isVisible ? row.publishAt : null) : wanted.publishAt;
  const standing = row.unpublishAt !== null && row.unpublishAt > at ? row.unpublishAt : null;
  const unpublishAt = wanted.unpublishAt === undefined ? standing : wanted.unpublishAt;
  if (isVisible && publishAt !== null && publishAt > at)
    throw new Refusal('invalid', { fields: [{ field: 'publishAt', key: 'errors.publishedAlready' }] });
  if (unpublishAt !== null && unpublishAt <= (publishAt !== null && publishAt > at ? publishAt : at))
    throw new Refusal('invalid', { fields: [{ field: 'unpublishAt', key: 'errors.later' }] });
  return { publishAt, unpublishAt };
}
