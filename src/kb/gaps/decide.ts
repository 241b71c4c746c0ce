import { anonymous, authorize, type Viewer } from '../../accounts/index.ts';
import { Refusal } from '../../platform/refusal.ts';
import { instant } from '../../platform/runtime.ts';
import type { Authoring } from '../authoring/contract.ts';
import type { KbParts } from '../parts.ts';
import type { Search } from '../search/search.ts';

/** Wordings that a draft is given. */
const WORDINGS = 8;

export function decideGaps({ database, runtime }: KbParts, authoring: Pick<Authoring, 'create'>, search: Search) {
  const { db } = database;

  async function gapOf(id: string) {
    const gap = await db.selectFrom('gap').selectAll().where('id', '=', id).executeTakeFirst();
    if (!gap) throw new Refusal('not_found');
    return gap;
  }

  return {
    /**
     * Starts an article about a gap in the topic that lies nearest, with the customers' words as its title and keywords,
     * and in a comment that readers never see. Where one was started already, that one goes on.
     * @throws Refusal `not_found`; what `authoring.create` throws.
     */
    async write(viewer: Viewer, input: { gapId: string }): Promise<{ articleId: string }> {
      authorize(viewer, 'gap.close');
      const gap = await gapOf(input.gapId);
      if (gap.articleId !== null) return { articleId: gap.articleId };
      const asked = await wordingsOf(gap.id);
      const { articleId } = await authoring.create(viewer, {
        locale: gap.locale,
        category: await nearestTopic(gap),
        title: gap.question,
        keywords: asked,
        source: `<!--\n${asked.map((words) => `- ${asComment(words)}`).join('\n')}\n-->\n`,
      });
      // Two who press at once: one draft is the gap's, the other a draft like any.
      await db
        .updateTable('gap')
        .set({ articleId, state: 'drafted', closedAt: null })
        .where('id', '=', gap.id)
        .where('articleId', 'is', null)
        .execute();
      return { articleId };
    },

    /** Says that nothing will be written about it; asked again, it stays closed. */
    async dismiss(viewer: Viewer, input: { gapId: string }): Promise<void> {
      authorize(viewer, 'gap.close');
      await gapOf(input.gapId);
      const closedAt = instant(runtime.now());
      await db.updateTable('gap').set({ state: 'dismissed', closedAt }).where('id', '=', input.gapId).execute();
    },

    /** Opens a closed gap again. */
    async reopen(viewer: Viewer, input: { gapId: string }): Promise<void> {
      authorize(viewer, 'gap.close');
      const { articleId } = await gapOf(input.gapId);
      const state = articleId === null ? 'open' : 'drafted';
      await db.updateTable('gap').set({ state, closedAt: null }).where('id', '=', input.gapId).execute();
    },
  };

  /** Where the article lies that comes nearest; else the first topic. */
  async function nearestTopic({ locale, question }: { locale: string; question: string }): Promise<string> {
    const { hits } = await search(anonymous, { text: question, locale, limit: 1, touch: false });
    if (hits[0]) return hits[0].category.slug;
    const first = await db
      .selectFrom('category')
      .select('slug')
      .where('locale', '=', locale)
      .orderBy('position')
      .orderBy('slug')
      .executeTakeFirst();
    return first?.slug ?? '';
  }

  async function wordingsOf(gapId: string): Promise<string[]> {
    const rows = await db
      .selectFrom('gapAsker')
      .where('gapId', '=', gapId)
      .where('question', '<>', '') // of somebody who was erased
      .groupBy('question')
      .select('question')
      .orderBy((is) => is.fn.countAll(), 'desc')
      .orderBy('question')
      .limit(WORDINGS)
      .execute();
    return rows.map(({ question }) => question);
  }
}

/** Words that cannot end the comment they stand in. */
function asComment(words: string): string {
  return words.replaceAll('--', '- -').replaceAll('>', '＞');
}
