import { isUniqueViolation } from '../../platform/database/index.ts';
import { takeTurn } from '../changes.ts';
import type { KbParts } from '../parts.ts';
import type { ContentFault } from './fault.ts';
import type { ReadArticle } from './readArticle.ts';
import { storeArticle, type StoreOutcome } from './storeArticle.ts';

export interface BatchOutcome {
  outcomes: StoreOutcome[];
  faults: ContentFault[];
}

/**
 * Takes some files in: all in one transaction, since the disk is waited for once; when one of them spoils it, each in
 * its own, so that it spoils nothing but itself. Whenever the process dies, each article is taken wholly or not at all.
 */
export async function storeBatch(
  parts: KbParts,
  articles: readonly ReadArticle[],
  moves: ReadonlyMap<string, string>,
): Promise<BatchOutcome> {
  try {
    return { outcomes: await together(parts, articles, moves), faults: [] };
  } catch (error) {
    if (articles.length > 1) return oneByOne(parts, articles, moves);
    const article = articles[0] as ReadArticle;
    return retry(parts, article, moves, error);
  }
}

async function together(parts: KbParts, articles: readonly ReadArticle[], moves: ReadonlyMap<string, string>) {
  return parts.database.transaction(async (tx) => {
    await takeTurn(tx, parts.database.dialect);
    const outcomes: StoreOutcome[] = [];
    for (const article of articles) outcomes.push(await storeArticle(parts, tx, article, moves.get(article.path)));
    return outcomes;
  });
}

async function oneByOne(parts: KbParts, articles: readonly ReadArticle[], moves: ReadonlyMap<string, string>) {
  const all: BatchOutcome = { outcomes: [], faults: [] };
  for (const article of articles) {
    const { outcomes, faults } = await storeBatch(parts, [article], moves);
    all.outcomes.push(...outcomes);
    all.faults.push(...faults);
  }
  return all;
}

/** Somebody may have inserted the same article between our look and our write; then it is there to be seen. */
async function retry(
  parts: KbParts,
  article: ReadArticle,
  moves: ReadonlyMap<string, string>,
  reason: unknown,
): Promise<BatchOutcome> {
  let error = reason;
  if (isUniqueViolation(reason)) {
    try {
      return { outcomes: await together(parts, [article], moves), faults: [] };
    } catch (again) {
      error = again;
    }
  }
  const message = isUniqueViolation(error)
    ? `Another article has the address “${article.slug}” already.`
    : `It could not be imported: ${error instanceof Error ? error.message : String(error)}`;
  if (!isUniqueViolation(error))
    parts.log.error({ file: article.path, err: error }, 'An article could not be imported.');
  return { outcomes: [], faults: [{ file: article.path, line: 1, message, skipped: true }] };
}
