import { authorize, type Viewer } from '../../accounts/index.ts';
import { instant } from '../../platform/runtime.ts';
import type { KbParts } from '../parts.ts';
import { visibleArticles } from '../visible.ts';
import './tables.ts';

/** A picture as a browser gets it. */
export interface ImageFound {
  contentType: string;
  /** Names these bytes; another picture of the same name has another. */
  etag: string;
  /** An article that everybody may read shows it. */
  isPublic: boolean;
  /** The bytes themselves, asked for only when they are to be sent. */
  bytes(): Promise<Uint8Array>;
}

/**
 * A picture by its name, for whoever may read an article that shows it, and for colleagues.
 * @throws Refusal `not_found` for everybody else, and when there is none.
 */
export function readImage({ database: { db }, runtime }: KbParts) {
  return async (viewer: Viewer, name: string): Promise<ImageFound> => {
    const image = await db
      .selectFrom('image')
      .select(['contentType', 'sha256'])
      .where('name', '=', name)
      .executeTakeFirst();
    const showing = await visibleArticles(viewer, db, instant(runtime.now()))
      .innerJoin('revisionImage', 'revisionImage.revisionId', 'revision.id')
      .where('revisionImage.name', '=', name)
      .select('article.audience')
      .distinct()
      .execute();
    authorize(viewer, 'image.read', image ? { shown: showing.length > 0 } : null);
    const { contentType, sha256 } = image as NonNullable<typeof image>; // authorize throws without one
    return {
      contentType,
      etag: `"${sha256}"`,
      isPublic: showing.some(({ audience }) => audience === 'public'),
      bytes: async () => {
        const row = await db.selectFrom('image').select('bytes').where('name', '=', name).executeTakeFirstOrThrow();
        return row.bytes;
      },
    };
  };
}
