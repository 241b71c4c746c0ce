import type { Tx } from '../../platform/database/index.ts';
import { instant, newId } from '../../platform/runtime.ts';
import { noteArticleChange } from '../changes.ts';
import { RENDERER_VERSION } from '../markdown/index.ts';
import type { KbParts } from '../parts.ts';
import '../tables.ts';

/** An article that is a title and plain text, as relevance sets have them. */
export interface PlainArticle {
  locale: string;
  title: string;
  body: string;
}

const TOGETHER = 100;

/**
 * Publishes plain articles for everybody, into a database that is thrown away: they have no summary, no page and no author.
 * @returns their ids, in the order of the articles.
 */
export async function publishPlain(
  parts: Pick<KbParts, 'database' | 'runtime'>,
  articles: readonly PlainArticle[],
): Promise<string[]> {
  const ids: string[] = [];
  for (let from = 0; from < articles.length; from += TOGETHER) {
    await parts.database.transaction(async (tx) => {
      for (const article of articles.slice(from, from + TOGETHER))
        ids.push(await publish(parts, tx, article, ids.length));
    });
  }
  return ids;
}

async function publish(
  { runtime, database }: Pick<KbParts, 'database' | 'runtime'>,
  tx: Tx,
  { locale, title, body }: PlainArticle,
  number: number,
): Promise<string> {
  const [id, revisionId, translationOf] = [newId(runtime), newId(runtime), newId(runtime)];
  const at = instant(runtime.now());
  const place = { slug: `article-${number}`, locale, category: 'all', kind: 'service', audience: 'public' } as const;
  const open = { publishAt: null, unpublishAt: null, sourcePath: null, sourceHash: null, checkedOn: null, position: 0 };
  await tx
    .insertInto('article')
    .values({ id, ...place, ...open, translationOf, publishedRevisionId: revisionId, createdAt: at, updatedAt: at })
    .execute();
  const made = {
    html: '',
    rendererVersion: RENDERER_VERSION,
    contents: '[]',
    links: '[]',
    minutes: 1,
    authorId: null,
    number: 1,
    cause: 'file' as const,
  };
  await tx
    .insertInto('revision')
    .values({
      id: revisionId,
      articleId: id,
      title,
      summary: '',
      keywords: '',
      source: body,
      text: body,
      ...made,
      createdAt: at,
    })
    .execute();
  await noteArticleChange(tx, database.dialect, id, at);
  return id;
}
