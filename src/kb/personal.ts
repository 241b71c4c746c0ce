import type { Forgotten, Identity, PersonalSection } from '../accounts/index.ts';
import type { Db } from '../platform/database/index.ts';
import type {} from './gaps/tables.ts';
import { MASK } from './gaps/mask.ts';
import type {} from './tables.ts';

/** What this room keeps about somebody: what they said of articles, and what they asked in vain. */
export async function keptByKb(db: Db, { personIds }: Identity): Promise<PersonalSection[]> {
  if (personIds.length === 0) return [];
  const feedback = await db
    .selectFrom('feedback')
    .leftJoin('revision', 'revision.id', 'feedback.revisionId')
    .select(['revision.title as article', 'feedback.helpful', 'feedback.comment', 'feedback.createdAt'])
    .where('feedback.personId', 'in', personIds)
    .orderBy('feedback.createdAt')
    .execute();
  const questions = await askedBy(db, personIds)
    .select(['gapAsker.question', 'gapAsker.verdict', 'gapAsker.askedAt'])
    .orderBy('gapAsker.askedAt')
    .execute();
  return [
    { name: 'feedback', rows: feedback },
    { name: 'questions', rows: questions },
  ];
}

function askedBy(db: Db, personIds: readonly string[]) {
  return db
    .selectFrom('gapAsker')
    .where((eb) =>
      eb.or([
        eb('gapAsker.personId', 'in', personIds),
        eb(
          'gapAsker.inquiry',
          'in',
          eb.selectFrom('inquiry').select('inquiry.id').where('inquiry.personId', 'in', personIds),
        ),
      ]),
    );
}

/**
 * Takes somebody's words away and leaves the counts: an opinion stays as a yes or no of nobody, a question that others asked,
 * too, stays in theirs. Comes before the inquiries forget whose they were.
 */
export async function forgetInKb(tx: Db, { personIds }: Identity): Promise<Forgotten> {
  if (personIds.length === 0) return { ids: [], files: [] };
  await tx
    .updateTable('feedback')
    .set({ personId: null, inquiry: null, comment: null })
    .where('personId', 'in', personIds)
    .execute();
  const asked = await askedBy(tx, personIds).select(['gapAsker.gapId', 'gapAsker.inquiry']).execute();
  for (const { gapId, inquiry } of asked) {
    await tx
      .updateTable('gapAsker')
      .set({ question: '', personId: null })
      .where('gapId', '=', gapId)
      .where('inquiry', '=', inquiry)
      .execute();
  }
  for (const gapId of new Set(asked.map((row) => row.gapId))) await reword(tx, gapId);
  return { ids: [], files: [] };
}

/** A gap in the words of somebody else who asked it; where nobody else did, only its count stays. */
async function reword(tx: Db, gapId: string): Promise<void> {
  const other = await tx
    .selectFrom('gapAsker')
    .select('question')
    .where('gapId', '=', gapId)
    .where('question', '<>', '')
    .orderBy('askedAt')
    .executeTakeFirst();
  if (other) {
    await tx.updateTable('gap').set({ question: other.question }).where('id', '=', gapId).execute();
    return;
  }
  const gap = await tx.selectFrom('gap').select('articleId').where('id', '=', gapId).executeTakeFirst();
  if (gap?.articleId) {
    // An article was written for it: how often it was asked still says something.
    await tx
      .updateTable('gap')
      .set({ question: MASK, words: `${MASK}${gapId}` })
      .where('id', '=', gapId)
      .execute();
    return;
  }
  await tx.deleteFrom('gapAsker').where('gapId', '=', gapId).execute();
  await tx.deleteFrom('gap').where('id', '=', gapId).execute();
}
