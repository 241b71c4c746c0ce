import type { Db } from '../../platform/database/index.ts';
import type { SearchDocument, SearchEngine } from '../engine.ts';
import type { KbLog } from '../ports.ts';
import type { ContentsEntry } from '../markdown/index.ts';
import '../tables.ts';

const BATCH = 200;
/** How often the database is asked for changes that other processes made, in milliseconds. */
const GLANCE_MS = 400;
/** After failures, milliseconds to the next try; the last one repeats. */
const RETRY_MS = [200, 1_000, 5_000, 30_000];

/** Keeps an engine fed with what `article_change` says it is owed. */
export interface EngineFollower {
  /** Feeds what is owed now and resolves when the engine has it; several calls at once are one. Does not throw. */
  catchUp(): Promise<void>;
  /** Feeds what is owed in the background. */
  nudge(): void;
  /** Looks for changes regularly, until `stop`. */
  start(): void;
  stop(): Promise<void>;
  /** Why the engine could not be fed the last time; null when it could. */
  readonly trouble: string | null;
}

export function followChanges({ db, engine, log }: { db: Db; engine: SearchEngine; log: KbLog }): EngineFollower {
  let running: Promise<void> | null = null;
  let again = false;
  let failures = 0;
  let timer: NodeJS.Timeout | null = null;
  let trouble: string | null = null;

  async function feedAll(): Promise<void> {
    do {
      again = false;
      await feed(db, engine);
    } while (again);
  }

  function catchUp(): Promise<void> {
    again = true;
    running ??= feedAll()
      .then(() => {
        if (trouble) log.info({ engine: engine.name }, 'The search engine is fed again.');
        [trouble, failures] = [null, 0];
      })
      .catch((error: unknown) => {
        if (!trouble) log.warn({ engine: engine.name, err: error }, 'The search engine could not be fed.');
        [trouble, failures] = [error instanceof Error ? error.message : String(error), failures + 1];
      })
      .finally(() => {
        running = null;
      });
    return running;
  }

  function glanceLater(): void {
    const wait = failures === 0 ? GLANCE_MS : (RETRY_MS[Math.min(failures, RETRY_MS.length) - 1] ?? GLANCE_MS);
    timer = setTimeout(() => void catchUp().finally(() => timer && glanceLater()), wait);
    timer.unref();
  }

  return {
    catchUp,
    nudge: () => {
      if (failures === 0) void catchUp();
    },
    start: () => {
      if (!timer) glanceLater();
    },
    stop: async () => {
      if (timer) clearTimeout(timer);
      timer = null;
      await running;
    },
    get trouble() {
      return trouble;
    },
  };
}

async function feed(db: Db, engine: SearchEngine): Promise<void> {
  const position = await engine.position();
  if (position === null) await feedEverything(db, engine);
  else await feedChanges(db, engine, position);
}

async function feedEverything(db: Db, engine: SearchEngine): Promise<void> {
  // The head is read first: what changes while we read is fed once more afterwards.
  const head = await db
    .selectFrom('articleChange')
    .select((is) => is.fn.max('seq').as('seq'))
    .executeTakeFirst();
  const taken: Promise<void>[] = [];
  let after = '';
  for (;;) {
    const rows = await documents(db).where('article.id', '>', after).orderBy('article.id').limit(BATCH).execute();
    const last = rows.at(-1);
    if (!last) break;
    after = last.id;
    const batch = engine.index(rows.map(asDocument));
    batch.catch(() => undefined); // heard below; until then it must not count as unhandled
    taken.push(batch);
  }
  await Promise.all(taken);
  await engine.advance(head?.seq ?? 0);
}

async function feedChanges(db: Db, engine: SearchEngine, position: number): Promise<void> {
  for (let cursor = position; ;) {
    const changes = await db
      .selectFrom('articleChange')
      .select(['seq', 'articleId'])
      .where('seq', '>', cursor)
      .orderBy('seq')
      .limit(BATCH)
      .execute();
    const last = changes.at(-1);
    if (!last) return;
    const ids = [...new Set(changes.map((change) => change.articleId))];
    const rows = await documents(db).where('article.id', 'in', ids).execute();
    const published = new Set(rows.map((row) => row.id));
    await Promise.all([engine.remove(ids.filter((id) => !published.has(id))), engine.index(rows.map(asDocument))]);
    await engine.advance(last.seq);
    cursor = last.seq;
  }
}

/**
 * Everything published, whatever its audience and dates. This is no outlet: what an engine finds is read again through
 * `visibleArticles` before anybody sees it.
 */
function documents(db: Db) {
  return db
    .selectFrom('article')
    .innerJoin('revision', 'revision.id', 'article.publishedRevisionId')
    .select(['article.id', 'article.locale', 'article.audience'])
    .select(['revision.title', 'revision.summary', 'revision.keywords', 'revision.contents', 'revision.text']);
}

type DocumentRow = Omit<SearchDocument, 'keywords' | 'headings'> & { keywords: string; contents: string };

function asDocument({ keywords, contents, ...row }: DocumentRow): SearchDocument {
  const headings = (JSON.parse(contents) as ContentsEntry[]).map((entry) => entry.text);
  return { ...row, keywords: keywords === '' ? [] : keywords.split('\n'), headings };
}
