import { audiencesOf, isStaff } from '../accounts/index.ts';
import type { Viewer } from '../accounts/index.ts';
import type { Db } from '../platform/database/index.ts';
import './tables.ts';

/**
 * The articles that a viewer may read now, each with its published revision: the one query that every outlet begins
 * with. Audience, publication and time window are conditions of the query, so what is not theirs never leaves the
 * database.
 *
 * @param now the instant to judge the time window by, as it is stored.
 */
export function visibleArticles(viewer: Viewer, db: Db, now: string) {
  return db
    .selectFrom('article')
    .innerJoin('revision', 'revision.id', 'article.publishedRevisionId')
    .$if(!isStaff(viewer), (query) => query.where('article.audience', 'in', audiencesOf(viewer)))
    .where((is) => is.or([is('article.publishAt', 'is', null), is('article.publishAt', '<=', now)]))
    .where((is) => is.or([is('article.unpublishAt', 'is', null), is('article.unpublishAt', '>', now)]));
}
