import { locales as defaultLocales } from '../platform/i18n/index.ts';
import { announcementsOf } from './announcements.ts';
import { readArticle } from './article.ts';
import { createAuthoring } from './authoring/authoring.ts';
import { browse } from './browse.ts';
import { takeFeedback } from './feedback.ts';
import { exportContent, type ExportOptions, type ExportReport } from './import/exportContent.ts';
import { importContent, type ImportOptions, type ImportReport } from './import/importContent.ts';
import { describeFault } from './import/fault.ts';
import { addImage } from './images/add.ts';
import { readImage } from './images/read.ts';
import { gatherGaps } from './gaps/gather.ts';
import { createGaps } from './gaps/index.ts';
import { outlets } from './outlets/index.ts';
import type { KbParts } from './parts.ts';
import { remakeOld } from './remake.ts';
import { followRedirects } from './redirects.ts';
import { articlesAbout } from './search/about.ts';
import { createEngines } from './search/engines.ts';
import { searchIn } from './search/search.ts';

/** The knowledge base, from its parts. Call `start` once the database is migrated. */
export function createKb(parts: KbParts) {
  const engines = createEngines(parts);
  const article = readArticle(parts);
  const gathered = gatherGaps(parts);
  const search = searchIn(parts, gathered, engines);
  const catchUp = () => engines.catchUp();
  const locales = parts.locales ?? defaultLocales;
  const authoring = createAuthoring({ ...parts, locales, changed: () => engines.nudge() });
  const closing = new AbortController();
  let remaking: Promise<void> = Promise.resolve();
  return {
    ...browse(parts),
    announcements: announcementsOf(parts),
    article,
    giveFeedback: takeFeedback(parts),
    search,
    /** Articles about pieces that somebody bought. */
    articlesAbout: articlesAbout(parts, engines),
    /** Where an address leads at which a viewer finds no article. */
    elsewhere: followRedirects(parts),
    authoring,
    gaps: { ...createGaps(parts, { search, catchUp, authoring }), flush: () => gathered.flush() },
    images: { read: readImage(parts), add: addImage(parts) },
    outlets: outlets(parts, article),

    /** Brings in the site's articles, logs what their authors should mend, and lets the search know. */
    async importContent(options: ImportOptions): Promise<ImportReport> {
      const report = await importContent(parts, options);
      for (const fault of report.faults) parts.log.warn({ file: fault.file, line: fault.line }, describeFault(fault));
      engines.nudge();
      return report;
    },

    /** Writes the articles, topics and pictures as files; for whoever runs the portal. */
    exportContent: (options: ExportOptions): Promise<ExportReport> => exportContent(parts, options),

    /**
     * Feeds the search engines what they are owed, and keeps them fed. Resolves when one can answer, or is known not to. What
     * an older renderer made is made again meanwhile and afterwards.
     */
    async start(): Promise<void> {
      await engines.start();
      remaking = remakeInBackground(parts, closing.signal);
    },

    /** Feeds the engines what was published up to now. Does not throw; `searchState` says how it went. */
    catchUp,

    searchState: () => engines.state(),

    /** The engines of the search: which there are, how each stands, and how to build one's index anew. */
    engines: { known: engines.known, states: engines.states, rebuild: engines.rebuild },

    async close(): Promise<void> {
      closing.abort();
      await remaking;
      await gathered.flush();
      await engines.close();
    },
  };
}

async function remakeInBackground(parts: KbParts, signal: AbortSignal): Promise<void> {
  try {
    const count = await remakeOld(parts, signal);
    if (count > 0) parts.log.info({ count }, 'Revisions of an older renderer were made again.');
  } catch (error) {
    parts.log.warn({ err: error }, 'Not all revisions were made again; the next start goes on.');
  }
}

export type Kb = ReturnType<typeof createKb>;
