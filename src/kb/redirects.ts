import { audiencesOf, isStaff, type Audience, type Viewer } from '../accounts/index.ts';
import type { Tx } from '../platform/database/index.ts';
import { Refusal } from '../platform/refusal.ts';
import { instant } from '../platform/runtime.ts';
import { articleUrl } from './address.ts';
import type { KbParts } from './parts.ts';
import './authoring/tables.ts';
import { visibleArticles } from './visible.ts';

export function followRedirects({ database: { db }, runtime }: KbParts) {
  /**
   * Where an address leads at which this viewer finds no article; null: nowhere. To a viewer who may not read what it
   * leads to, and never could read what stood there, the address is as unknown as any other.
   *
   * @throws Refusal `gone` for what this viewer could read once and nothing has taken the place of.
   */
  return async (viewer: Viewer, { locale, slug }: { locale: string; slug: string }): Promise<string | null> => {
    const redirect = await db
      .selectFrom('redirect')
      .select(['kind', 'articleId', 'category', 'audience'])
      .where('locale', '=', locale)
      .where('slug', '=', slug)
      .executeTakeFirst();
    if (!redirect || !(isStaff(viewer) || audiencesOf(viewer).includes(redirect.audience))) return null;
    if (redirect.kind === 'gone') throw new Refusal('gone');
    const now = instant(runtime.now());
    const targets = visibleArticles(viewer, db, now).select(['article.locale', 'article.slug']);
    const target =
      redirect.kind === 'article'
        ? await targets.where('article.id', '=', redirect.articleId).executeTakeFirst()
        : await targets
            .where('article.locale', '=', locale)
            .where('article.category', '=', redirect.category ?? '')
            .limit(1)
            .executeTakeFirst();
    if (!target) return null;
    return redirect.kind === 'article'
      ? articleUrl(target.locale, target.slug)
      : `/${locale}/categories/${redirect.category ?? ''}`;
  };
}

/** Makes an address that an article had lead to it. */
export async function leaveRedirect(
  tx: Tx,
  row: { id: string; locale: string; slug: string; audience: Audience },
  slug: string,
  at: string,
): Promise<void> {
  const target = { kind: 'article' as const, articleId: row.id, category: null, audience: row.audience, createdAt: at };
  await tx
    .insertInto('redirect')
    .values({ locale: row.locale, slug, ...target })
    .onConflict((on) => on.columns(['locale', 'slug']).doUpdateSet(target))
    .execute();
  // What leads to its own address leads nowhere.
  await tx
    .deleteFrom('redirect')
    .where('locale', '=', row.locale)
    .where('slug', '=', row.slug)
    .where('articleId', '=', row.id)
    .execute();
}

/** An article is back at its address, which leads nowhere else from now on. */
export async function forgetRedirect(tx: Tx, { locale, slug }: { locale: string; slug: string }): Promise<void> {
  await tx.deleteFrom('redirect').where('locale', '=', locale).where('slug', '=', slug).execute();
}
