import { join } from 'node:path';
import type { ImportOptions, ImportReport } from '../kb/index.ts';
import type { Application } from './application.ts';

export type { ImportReport } from '../kb/index.ts';

/** Brings in the site's articles: what changed in `content/` since the last time. */
export function importArticles(
  { kb, settings, site }: Application,
  { onProgress }: Pick<ImportOptions, 'onProgress'> = {},
): Promise<ImportReport> {
  const folder = join(settings.siteFolder, 'content');
  return kb.importContent({ folder, locales: site.brand.locales, ...(onProgress && { onProgress }) });
}

/** How the search engine stands beside the database. */
export interface IndexStatus {
  engine: string;
  ready: boolean;
  /** Why the engine could not be fed, in words for operators; null when it could. */
  trouble: string | null;
  /** Published articles of each locale. */
  articles: Record<string, number>;
  /** When an article was last published, changed or taken back; null for never. */
  changedAt: string | null;
}

/** Feeds the engine what it is owed, as the portal does, and says how that went. */
export async function indexStatus({ kb, database, site }: Application): Promise<IndexStatus> {
  await kb.catchUp();
  const rows = await database.reports
    .selectFrom('article')
    .select(['locale', (is) => is.fn.countAll<number>().as('count')])
    .where('publishedRevisionId', 'is not', null)
    .groupBy('locale')
    .execute();
  const change = await database.reports
    .selectFrom('articleChange')
    .select('at')
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  const counts = new Map(rows.map(({ locale, count }) => [locale, Number(count)]));
  return {
    ...(await kb.searchState()),
    articles: Object.fromEntries(site.brand.locales.map((locale) => [locale, counts.get(locale) ?? 0])),
    changedAt: change?.at ?? null,
  };
}
