import { readArticle } from './article.ts';
import { browse } from './browse.ts';
import { takeFeedback } from './feedback.ts';
import { importContent, type ImportOptions, type ImportReport } from './import/importContent.ts';
import { describeFault } from './import/fault.ts';
import { addImage } from './images/add.ts';
import { readImage } from './images/read.ts';
import type { KbParts } from './parts.ts';
import { remakeOld } from './remake.ts';
import { followChanges } from './search/follow.ts';
import { searchIn } from './search/search.ts';

/** How the search stands, for `/readyz` and the start's lines. */
export interface SearchState {
  engine: string;
  ready: boolean;
  /** Why the engine could not be fed the last time, in words for operators. */
  trouble: string | null;
}

/** The knowledge base, from its parts. Call `start` once the database is migrated. */
export function createKb(parts: KbParts) {
  const follower = followChanges({ db: parts.database.db, engine: parts.engine, log: parts.log });
  const closing = new AbortController();
  let remaking: Promise<void> = Promise.resolve();
  return {
    ...browse(parts),
    article: readArticle(parts),
    giveFeedback: takeFeedback(parts),
    search: searchIn(parts, follower),
    images: { read: readImage(parts), add: addImage(parts) },

    /** Brings in the site's articles, logs what their authors should mend, and lets the search know. */
    async importContent(options: ImportOptions): Promise<ImportReport> {
      const report = await importContent(parts, options);
      for (const fault of report.faults) parts.log.warn({ file: fault.file, line: fault.line }, describeFault(fault));
      follower.nudge();
      return report;
    },

    /**
     * Feeds the search engine what it is owed, and keeps it fed. Resolves when it can answer, or is known not to. What
     * an older renderer made is made again meanwhile and afterwards.
     */
    async start(): Promise<void> {
      follower.start();
      await follower.catchUp();
      remaking = remakeInBackground(parts, closing.signal);
    },

    /** Feeds the engine what was published up to now. Does not throw; `searchState` says how it went. */
    catchUp: () => follower.catchUp(),

    async searchState(): Promise<SearchState> {
      return { engine: parts.engine.name, ready: await parts.engine.ready(), trouble: follower.trouble };
    },

    async close(): Promise<void> {
      closing.abort();
      await remaking;
      await follower.stop();
      await parts.engine.close();
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
