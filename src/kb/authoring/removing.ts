import { z } from 'zod';
import { authorize } from '../../accounts/index.ts';
import { isUniqueViolation, type Tx } from '../../platform/database/index.ts';
import { optional, readInput } from '../../platform/fields/index.ts';
import { Refusal } from '../../platform/refusal.ts';
import { forgetRedirect } from '../redirects.ts';
import type { Authoring, RedirectTarget } from './contract.ts';
import { requireCategory, slugTaken } from './facts.ts';
import { changeArticle, stateOf, type ArticleRow, type AuthoringParts } from './held.ts';
import { withdraw } from './publishing.ts';
import { articleId, slugField } from './texts.ts';

const removeInput = z.object({
  articleId,
  redirect: z.discriminatedUnion(
    'to',
    [
      z.object({ to: z.literal('article'), articleId: z.string({ error: 'errors.required' }) }),
      z.object({ to: z.literal('category'), category: z.string({ error: 'errors.required' }) }),
      z.object({ to: z.literal('gone') }),
    ],
    { error: 'errors.choice' },
  ),
});
const undeleteInput = z.object({ articleId, slug: optional(slugField) });

export function removeArticles(parts: AuthoringParts): Pick<Authoring, 'remove' | 'undelete'> {
  return {
    async remove(viewer, input) {
      authorize(viewer, 'article.publish');
      const { articleId, redirect } = readInput(removeInput, input);
      await changeArticle(parts, viewer, articleId, 'shown', async (change) => {
        const { tx, row, at } = change;
        if (row.deletedAt !== null) return;
        const { slug } = row;
        const target = await targetOf(tx, row, redirect);
        // Readers who never could read it learn nothing of it now either.
        const state = stateOf(row, at);
        const audience = state === 'draft' || state === 'scheduled' ? 'staff' : row.audience;
        if (row.publishedRevisionId !== null) await withdraw(change);
        await change.set({ slug: `~${row.id}`, deletedSlug: slug, deletedAt: at });
        const place = { ...target, audience, createdAt: at };
        await tx
          .insertInto('redirect')
          .values({ locale: row.locale, slug, ...place })
          .onConflict((on) => on.columns(['locale', 'slug']).doUpdateSet(place))
          .execute();
        // Addresses it had before lead where it leads, for nobody more.
        const former = audience === 'staff' ? { ...target, audience } : target;
        await tx.updateTable('redirect').set(former).where('articleId', '=', row.id).execute();
        await change.record('article.deleted', { slug, redirect });
        await change.tellReaders();
      });
    },

    async undelete(viewer, input) {
      authorize(viewer, 'article.publish');
      const wanted = readInput(undeleteInput, input);
      try {
        return await changeArticle(parts, viewer, wanted.articleId, 'shown', async (change) => {
          const { tx, row } = change;
          if (row.deletedAt === null) return { slug: row.slug };
          const slug = wanted.slug ?? row.deletedSlug ?? row.slug;
          await change.set({ slug, deletedSlug: null, deletedAt: null, updatedAt: change.at });
          await forgetRedirect(tx, { locale: row.locale, slug });
          await change.record('article.undeleted', { slug });
          await change.tellReaders();
          return { slug };
        });
      } catch (error) {
        if (isUniqueViolation(error)) throw slugTaken();
        throw error;
      }
    },
  };
}

type Target = Pick<RedirectRow, 'kind' | 'articleId' | 'category'>;
interface RedirectRow {
  kind: RedirectTarget['to'];
  articleId: string | null;
  category: string | null;
}

/** @throws Refusal `invalid` for a target that is not there, is deleted, or is the article itself. */
async function targetOf(tx: Tx, row: ArticleRow, redirect: RedirectTarget): Promise<Target> {
  if (redirect.to === 'gone') return { kind: 'gone', articleId: null, category: null };
  if (redirect.to === 'category') {
    await requireCategory(tx, row.locale, redirect.category);
    return { kind: 'category', articleId: null, category: redirect.category };
  }
  const target = await tx
    .selectFrom('article')
    .select('id')
    .where('id', '=', redirect.articleId)
    .where('id', '<>', row.id)
    .where('deletedAt', 'is', null)
    .executeTakeFirst();
  if (!target) throw new Refusal('invalid', { fields: [{ field: 'redirect.articleId', key: 'errors.choice' }] });
  return { kind: 'article', articleId: target.id, category: null };
}
