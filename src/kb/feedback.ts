import { z } from 'zod';
import { authorize, type Viewer } from '../accounts/index.ts';
import type { Tx } from '../platform/database/index.ts';
import { inquiryId, optional, paragraphs, readInput } from '../platform/fields/index.ts';
import { instant, newId } from '../platform/runtime.ts';
import type { KbParts } from './parts.ts';
import { visibleArticles } from './visible.ts';

export interface FeedbackInput {
  articleId: string;
  helpful: boolean;
  /** What was missing, up to 2,000 characters. */
  comment?: string | undefined;
  inquiry?: string | undefined;
}

const feedbackInput = z.object({
  articleId: z.string(),
  helpful: z.boolean(),
  comment: optional(paragraphs(2_000)),
  inquiry: optional(inquiryId()),
});

/**
 * Keeps what a reader says of an article. When it returns, feedback and touch are on disk. A person, or an inquiry of
 * somebody not signed in, has one opinion of an article: saying it again changes it, and the same again is nothing new.
 *
 * @throws Refusal `not_found` for an article that the viewer may not read, `invalid` with faults by field.
 */
export function takeFeedback({ database, runtime, touches }: KbParts) {
  return async (viewer: Viewer, input: FeedbackInput): Promise<void> => {
    const feedback = readInput(feedbackInput, input);
    const now = instant(runtime.now());
    await database.transaction(async (tx) => {
      const article = await visibleArticles(viewer, tx, now)
        .where('article.id', '=', feedback.articleId)
        .select([
          'article.id',
          'article.audience',
          'article.slug',
          'article.locale',
          'revision.id as revisionId',
          'revision.title',
        ])
        .executeTakeFirst();
      authorize(viewer, 'article.read', article ? { audience: article.audience, published: true } : null);
      const { id, slug, locale, revisionId, title } = article as NonNullable<typeof article>; // authorize throws without one
      const personId = viewer.kind === 'person' ? viewer.personId : null;
      const row = {
        id: newId(runtime),
        articleId: id,
        revisionId,
        inquiry: feedback.inquiry ?? null,
        personId,
        helpful: feedback.helpful ? 1 : 0,
        comment: feedback.comment ?? null,
        createdAt: now,
      };
      if (!(await keepOpinion(tx, row))) return;
      const body = {
        articleId: id,
        revisionId,
        locale,
        slug,
        title,
        helpful: feedback.helpful,
        comment: feedback.comment ?? null,
      };
      await touches.recordIn(tx, viewer, { type: 'article.rated', inquiry: feedback.inquiry, body });
    });
  };
}

interface Opinion {
  id: string;
  articleId: string;
  revisionId: string;
  inquiry: string | null;
  personId: string | null;
  helpful: number;
  comment: string | null;
  createdAt: string;
}

/** Whether the opinion was new or another than before. */
async function keepOpinion(tx: Tx, row: Opinion): Promise<boolean> {
  const insert = tx.insertInto('feedback').values(row).returning('id');
  if (row.personId === null && row.inquiry === null) return (await insert.execute()).length > 0;
  const { revisionId, helpful, comment, createdAt } = row;
  const kept = await insert
    .onConflict((on) => {
      const same =
        row.personId === null
          ? on.columns(['articleId', 'inquiry']).where('personId', 'is', null).where('inquiry', 'is not', null)
          : on.columns(['articleId', 'personId']).where('personId', 'is not', null);
      return same
        .doUpdateSet({ revisionId, helpful, comment, createdAt })
        .where((is) =>
          is.or([is('feedback.helpful', '<>', helpful), is('feedback.comment', 'is distinct from', comment)]),
        );
    })
    .execute();
  return kept.length > 0;
}
