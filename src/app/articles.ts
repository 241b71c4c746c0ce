import { join } from 'node:path';
import {
  EngineUnavailable,
  type EngineState,
  type ExportOptions,
  type ExportReport,
  type ImportOptions,
  type ImportReport,
} from '../kb/index.ts';
import type { Application } from './application.ts';

export type { ExportReport, ImportReport } from '../kb/index.ts';

/** Brings in the site's articles: what changed in `content/` since the last time. */
export function importArticles(
  { kb, settings, site }: Application,
  options: Pick<ImportOptions, 'onProgress' | 'acceptRemovals'> = {},
): Promise<ImportReport> {
  const folder = join(settings.siteFolder, 'content');
  return kb.importContent({ folder, ...options, locales: site.brand.locales });
}

/** Writes every article of the site's locales into a folder, as `content/` has them. */
export function exportArticles(
  { kb, site }: Application,
  options: Pick<ExportOptions, 'folder' | 'force' | 'onProgress'>,
): Promise<ExportReport> {
  return kb.exportContent({ ...options, locales: site.brand.locales });
}

/** How the search engines stand beside the database. */
export interface IndexStatus {
  /** The engine that is meant to answer. */
  engine: string;
  ready: boolean;
  /** Why it could not be fed or does not answer, in words for operators; null when nothing is wrong. */
  trouble: string | null;
  /** Published articles of each locale. */
  articles: Record<string, number>;
  /** When an article was last published, changed or taken back; null for never. */
  changedAt: string | null;
  /** Every engine, the one that is meant to answer first. */
  engines: EngineState[];
}

/** Says how each engine stands; those with an index of their own are asked and not fed. */
export async function indexStatus({ kb, database, site }: Application): Promise<IndexStatus> {
  const engines = await kb.engines.states();
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
  const [first] = engines;
  return {
    engine: first?.name ?? 'database',
    ready: first?.reachable ?? false,
    trouble: first?.trouble ?? null,
    articles: Object.fromEntries(site.brand.locales.map((locale) => [locale, counts.get(locale) ?? 0])),
    changedAt: change?.at ?? null,
    engines,
  };
}

/** What became of one engine's index. */
export interface Rebuilt {
  engine: string;
  /** Articles it was given; null: it keeps its index in memory, and each start of the portal builds it. */
  articles: number | null;
}

/**
 * Builds indexes anew, beside the ones that answer; broken off, the old ones stay.
 * @param engine one alone; all if left out.
 * @throws EngineUnavailable when there is no such engine, or it cannot be built.
 */
export async function rebuildIndexes(
  { kb }: Application,
  {
    engine,
    onProgress,
  }: { engine?: string | undefined; onProgress: (name: string, done: number, all: number) => void },
): Promise<Rebuilt[]> {
  const { known, rebuild } = kb.engines;
  const wanted = engine === undefined ? known : known.filter(({ name }) => name === engine);
  if (wanted.length === 0) throw new EngineUnavailable(engine ?? 'database', 'is not configured.');
  const results: Rebuilt[] = [];
  for (const { name, durable } of wanted) {
    let articles: number | null = null;
    if (durable) {
      await rebuild(name, (done, all) => {
        articles = done;
        onProgress(name, done, all);
      });
    }
    results.push({ engine: name, articles });
  }
  return results;
}
