import { z } from 'zod';
import { authorize, type Viewer } from '../../accounts/index.ts';
import { readInput } from '../../platform/fields/index.ts';
import type { ArticleSaved, ArticleText, Authoring, DraftInput } from './contract.ts';
import { changeArticle, refuseConflict, standingText, type AuthoringParts, type Change } from './held.ts';
import { articleId, draftText, sameText, storedText, version } from './texts.ts';

const draftInput = z.object({ articleId, version, ...draftText });
const discardInput = z.object({ articleId, version });

export function keepDrafts(parts: AuthoringParts): Pick<Authoring, 'saveDraft' | 'discardDraft'> {
  return {
    async saveDraft(viewer: Viewer, input: DraftInput): Promise<ArticleSaved> {
      authorize(viewer, 'article.write');
      const { articleId, version, ...text } = readInput(draftInput, input);
      return changeArticle(parts, viewer, articleId, 'unseen', async (change) => {
        const standing = await standingText(change.tx, change.row);
        const saved = () => ({ articleId, version: change.row.draftVersion, savedAt: change.at });
        // Saved already, and the answer was lost; or nothing was typed.
        if (sameText(standing.text, text)) return saved();
        if (version !== change.row.draftVersion) refuseConflict(change.row, text, standing);
        await putDraft(change, text);
        return saved();
      });
    },

    async discardDraft(viewer, input) {
      authorize(viewer, 'article.write');
      const { articleId, version } = readInput(discardInput, input);
      return changeArticle(parts, viewer, articleId, 'unseen', async (change) => {
        const standing = await standingText(change.tx, change.row);
        if (standing.isDraft) {
          if (version !== change.row.draftVersion) refuseConflict(change.row, standing.text, standing);
          await change.tx.deleteFrom('draft').where('articleId', '=', articleId).execute();
          await change.set({ draftVersion: change.row.draftVersion + 1 }, 'quiet');
          await change.record('article.draft_discarded');
        }
        return { articleId, version: change.row.draftVersion, savedAt: change.at };
      });
    },
  };
}

/** Makes a text the article's draft, whatever stood there. */
export async function putDraft({ tx, row, at, actorId, set }: Change, text: ArticleText): Promise<void> {
  const state = { ...storedText(text), authorId: actorId, updatedAt: at };
  await tx
    .insertInto('draft')
    .values({ articleId: row.id, createdAt: at, ...state })
    .onConflict((on) => on.column('articleId').doUpdateSet(state))
    .execute();
  await set({ draftVersion: row.draftVersion + 1 }, 'quiet');
}
