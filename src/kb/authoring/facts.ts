import { z } from 'zod';
import { authorize } from '../../accounts/index.ts';
import type { Db, Tx } from '../../platform/database/index.ts';
import { isUniqueViolation } from '../../platform/database/index.ts';
import { optional, readInput } from '../../platform/fields/index.ts';
import { Refusal } from '../../platform/refusal.ts';
import { articleUrl } from '../address.ts';
import { leaveRedirect } from '../redirects.ts';
import type { Authoring } from './contract.ts';
import { changeArticle, refuseDeleted, type AuthoringParts, type Change } from './held.ts';
import { articleId, audience, day, kind, slugField } from './texts.ts';

const factsInput = z.object({
  articleId,
  audience: optional(audience),
  ownerId: z.preprocess((value) => (value === '' ? null : value), z.string().nullish()),
  category: optional(z.string()),
  kind: optional(kind),
  checked: z.preprocess((value) => (value === '' ? null : value), day.nullish()),
  position: optional(z.coerce.number({ error: 'errors.number' }).int({ error: 'errors.number' }).min(-1e6).max(1e6)),
});
const moveInput = z.object({ articleId, slug: slugField });

export function setArticleFacts(parts: AuthoringParts): Pick<Authoring, 'setFacts' | 'move'> {
  return {
    async setFacts(viewer, input) {
      authorize(viewer, 'article.write');
      const { articleId, audience, ownerId, category, kind, checked, position } = readInput(factsInput, input);
      // Who may read it is a matter of publishing.
      if (audience !== undefined) authorize(viewer, 'article.publish');
      await changeArticle(parts, viewer, articleId, 'shown', async (change) => {
        const { tx, row } = change;
        refuseDeleted(row);
        if (category !== undefined) await requireCategory(tx, row.locale, category);
        if (ownerId !== undefined && ownerId !== null) await requireColleague(tx, ownerId);
        const wanted = { audience, category, kind, checkedOn: checked, position };
        const changed = await applyFacts(change, wanted);
        if (changed) {
          await change.set({ updatedAt: change.at });
          await change.tellReaders();
        }
        if (ownerId !== undefined && ownerId !== row.ownerId) {
          await change.record('article.owner_set', { from: row.ownerId, to: ownerId });
          await change.set({ ownerId }, 'quiet');
        }
      });
    },

    async move(viewer, input) {
      authorize(viewer, 'article.publish');
      const { articleId, slug } = readInput(moveInput, input);
      try {
        return await changeArticle(parts, viewer, articleId, 'shown', async (change) => {
          refuseDeleted(change.row);
          const { tx } = change;
          if (slug !== change.row.slug) {
            const from = change.row.slug;
            await change.set({ slug, updatedAt: change.at });
            await leaveRedirect(tx, change.row, from, change.at);
            await change.record('article.moved', { from, to: slug });
            await change.tellReaders();
          }
          return { slug, url: articleUrl(change.row.locale, slug) };
        });
      } catch (error) {
        if (isUniqueViolation(error)) throw slugTaken();
        throw error;
      }
    },
  };
}

const names = {
  audience: 'article.audience_set',
  category: 'article.category_set',
  kind: 'article.kind_set',
  checkedOn: 'article.checked',
  position: 'article.position_set',
} as const;

/** Sets what differs, with an event each. @returns whether anything did. */
async function applyFacts(change: Change, wanted: { [Name in keyof typeof names]: unknown }): Promise<boolean> {
  let changed = false;
  for (const [name, type] of Object.entries(names) as [keyof typeof names, string][]) {
    const from = change.row[name];
    const to = wanted[name];
    if (to === undefined || to === from) continue;
    await change.set({ [name]: to });
    await change.record(type, { from, to });
    changed = true;
  }
  return changed;
}

/** @throws Refusal `invalid` for a category that this locale does not have. */
export async function requireCategory(db: Db | Tx, locale: string, category: string): Promise<void> {
  const known = await db
    .selectFrom('category')
    .select('slug')
    .where('locale', '=', locale)
    .where('slug', '=', category)
    .executeTakeFirst();
  if (known) return;
  // A folder without a title in categories.yaml is one all the same.
  const used = await db
    .selectFrom('article')
    .select('id')
    .where('locale', '=', locale)
    .where('category', '=', category)
    .executeTakeFirst();
  if (!used) throw new Refusal('invalid', { fields: [{ field: 'category', key: 'errors.choice' }] });
}

async function requireColleague(db: Db | Tx, personId: string): Promise<void> {
  const found = await db
    .selectFrom('person')
    .select('id')
    .where('id', '=', personId)
    .where('role', '<>', 'customer')
    .where('verifiedAt', 'is not', null)
    .executeTakeFirst();
  if (!found) throw new Refusal('invalid', { fields: [{ field: 'ownerId', key: 'errors.choice' }] });
}

export function slugTaken(): Refusal {
  return new Refusal('invalid', { fields: [{ field: 'slug', key: 'errors.duplicate' }] });
}
