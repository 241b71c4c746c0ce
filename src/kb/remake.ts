import { setImmediate } from 'node:timers/promises';
import { instant } from '../platform/runtime.ts';
import { noteArticleChange } from './changes.ts';
import { noteImages, pictureSizes } from './images/shown.ts';
import { renderMarkdown, RENDERER_VERSION, SAFE_SINCE, type RenderedMarkdown } from './markdown/index.ts';
import type { KbParts } from './parts.ts';

const BATCH = 50;

/** What a revision keeps of its rendering. */
export function renderingOf(rendered: RenderedMarkdown) {
  return {
    html: rendered.html,
    rendererVersion: RENDERER_VERSION,
    text: rendered.text,
    contents: JSON.stringify(rendered.contents),
    links: JSON.stringify([...new Set(rendered.links.map((link) => link.slug))]),
    minutes: rendered.minutes,
  };
}

/** What is stored of a revision's rendering, as a reader needs it. */
export interface StoredRendering {
  source: string;
  html: string;
  contents: string;
  links: string;
  minutes: number;
  rendererVersion: number;
  locale: string;
  title: string;
}

/**
 * The rendering that may be served: the stored one, or, when it is older than the last change that made the renderer
 * safer, one made on the spot.
 *
 * @throws RangeError for a source that this renderer refuses; it is not served then.
 */
export async function safeRendering<Row extends StoredRendering>({ database }: KbParts, row: Row): Promise<Row> {
  if (row.rendererVersion >= SAFE_SINCE) return row;
  const { locale, title, source } = row;
  const pictures = await pictureSizes(database.db);
  return { ...row, ...renderingOf(renderMarkdown(source, { locale, title, pictures })) };
}

/**
 * Makes again what an older renderer made, batch by batch and with the event loop free in between. Several processes
 * may do it at once, and it may be stopped anywhere: what is left is done at the next start.
 *
 * @returns how many revisions were made again.
 */
export async function remakeOld(parts: KbParts, signal: AbortSignal): Promise<number> {
  const { db } = parts.database;
  let [after, count] = ['', 0];
  for (;;) {
    const rows = await db
      .selectFrom('revision')
      .select('id')
      .where('rendererVersion', '<', RENDERER_VERSION)
      .where('id', '>', after)
      .orderBy('id')
      .limit(BATCH)
      .execute();
    const last = rows.at(-1);
    if (!last) return count;
    after = last.id;
    for (const { id } of rows) {
      if (signal.aborted) return count;
      if (await remake(parts, id)) count += 1;
      await setImmediate();
    }
  }
}

/** Makes again every revision that names one of these pictures, since its HTML carries their sizes. */
export async function remakeShowing(parts: KbParts, names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  const rows = await parts.database.db
    .selectFrom('revisionImage')
    .select('revisionId')
    .distinct()
    .where('name', 'in', names)
    .execute();
  for (const { revisionId } of rows) await remake(parts, revisionId);
}

/** @returns whether the revision was made again; one that this renderer refuses stays as it is and is told. */
async function remake(parts: KbParts, id: string): Promise<boolean> {
  const { database, log, runtime } = parts;
  const row = await database.db
    .selectFrom('revision')
    .innerJoin('article', 'article.id', 'revision.articleId')
    .where('revision.id', '=', id)
    .select(['article.id as articleId', 'article.locale', 'article.publishedRevisionId'])
    .select(['revision.source', 'revision.title', 'revision.text', 'revision.contents', 'revision.rendererVersion'])
    .executeTakeFirst();
  if (!row || row.rendererVersion > RENDERER_VERSION) return false;
  let rendered: RenderedMarkdown;
  try {
    const { locale, title } = row;
    rendered = renderMarkdown(row.source, { locale, title, pictures: await pictureSizes(database.db) });
  } catch (error) {
    log.warn({ revision: id, err: error }, 'A revision could not be rendered again.');
    return false;
  }
  const rendering = renderingOf(rendered);
  await database.transaction(async (tx) => {
    await tx.updateTable('revision').set(rendering).where('id', '=', id).execute();
    await tx.deleteFrom('revisionImage').where('revisionId', '=', id).execute();
    await noteImages(tx, id, rendered.images);
    const isSearched = row.publishedRevisionId === id;
    if (isSearched && (row.text !== rendering.text || row.contents !== rendering.contents))
      await noteArticleChange(tx, database.dialect, row.articleId, instant(runtime.now()));
  });
  return true;
}
