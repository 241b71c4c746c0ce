import { sql } from 'kysely';
import type { Viewer } from '../../accounts/index.ts';
import type { Db } from '../../platform/database/index.ts';
import { questionWords, type EngineHit } from '../engine.ts';
import { visibleArticles } from '../visible.ts';

const MOST_WORDS = 12;

/**
 * The net below the engine: looks for the question's words in titles, keywords and summaries with plain SQL. It knows no
 * slips and no other forms of a word, but it answers as long as the database does.
 */
export async function searchDatabase(
  viewer: Viewer,
  db: Db,
  now: string,
  question: { text: string; locale: string; limit: number },
): Promise<EngineHit[]> {
  const terms = [...new Set(questionWords(question.text).map((word) => (word.han ? word.term : shorter(word))))].slice(
    0,
    MOST_WORDS,
  );
  if (terms.length === 0) return [];
  // Terms hold letters and digits only, so none is a wildcard.
  const found = sql<number>`${sql.join(
    terms.map((term) => {
      const pattern = `%${term}%`;
      return sql`(case when lower(revision.title) like ${pattern} then 3 else 0 end
        + case when lower(revision.keywords) like ${pattern} then 2 else 0 end
        + case when lower(revision.summary) like ${pattern} then 1 else 0 end)`;
    }),
    sql` + `,
  )}`;
  const rows = await visibleArticles(viewer, db, now)
    .where('article.locale', '=', question.locale)
    .select(['article.id', found.as('score')])
    .where(found, '>', 0)
    .orderBy('score', 'desc')
    .orderBy('article.id')
    .limit(question.limit)
    .execute();
  return rows.map(({ id, score }) => ({ id, score: Number(score) }));
}

/** The stem where it is a beginning of the word, so that other endings match, too. */
function shorter({ term, whole }: { term: string; whole: string }): string {
  return term.length >= 3 && whole.startsWith(term) ? term : whole;
}
