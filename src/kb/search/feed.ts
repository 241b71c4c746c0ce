import type { Audience } from '../../accounts/index.ts';
import type { Db } from '../../platform/database/index.ts';
import { engineAudience, type EngineRebuild, type SearchDocument, type SearchEngine } from '../engine.ts';
import type { ContentsEntry } from '../markdown/index.ts';
import '../tables.ts';

const BATCH = 200;

/** Told how many of all documents have been handed over. */
export type FeedProgress = (done: number, total: number) => void;

/**
 * How far an engine has come, as it is kept in the engine: the number of the last change it was fed, and when that
 * change was made. The same number made at another time is a change of another database, or of this one before an older
 * backup was put back: what the engine holds is then not ours.
 */
function stamp(change: { seq: number; at: string } | undefined): string {
  return change ? `${change.seq}@${change.at}` : '0@';
}

/** The number in a position; null when it is none of ours. */
export function numberIn(position: string | null): number | null {
  const digits = /^(\d{1,15})@/.exec(position ?? '')?.[1];
  return digits === undefined ? null : Number(digits);
}

/** The number of the last change that the engine was fed; null when the position is not one of this database. */
export async function fedUpTo(db: Db, position: string | null): Promise<number | null> {
  const seq = numberIn(position);
  if (seq === null || seq === 0) return seq;
  const change = await db.selectFrom('articleChange').select(['seq', 'at']).where('seq', '=', seq).executeTakeFirst();
  return change && stamp(change) === position ? seq : null;
}

/** The last change that engines are owed; undefined when nothing ever changed. */
export function lastChange(db: Db): Promise<{ seq: number; at: string } | undefined> {
  return db
    .selectFrom('articleChange')
    .select(['seq', 'at'])
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst()
    .then((change) => change && { seq: Number(change.seq), at: change.at });
}

/** Feeds an engine what it is owed: the changes since its position, or everything. @returns up to which change. */
export async function feed(db: Db, engine: SearchEngine): Promise<number> {
  const seq = await fedUpTo(db, await engine.position());
  return seq === null ? feedEverything(db, engine) : feedChanges(db, engine, seq);
}

/** Feeds an engine everything that is published, into a new index where it can make one. @returns up to which change. */
export async function feedEverything(db: Db, engine: SearchEngine, onProgress: FeedProgress = noProgress) {
  // The head is read first: what changes while we read is fed once more afterwards.
  const head = await lastChange(db);
  const rebuild = await engine.rebuild?.();
  if (rebuild) await feedRebuild(db, rebuild, stamp(head), onProgress);
  else await feedInPlace(db, engine, stamp(head), onProgress);
  return head?.seq ?? 0;
}

async function feedRebuild(db: Db, rebuild: EngineRebuild, position: string, onProgress: FeedProgress): Promise<void> {
  try {
    for await (const batch of published(db, onProgress)) await rebuild.add(batch);
    await rebuild.finish(position);
  } catch (error) {
    // What is left of it, when not even this works, the next rebuild takes away.
    await rebuild.abandon().catch(() => undefined);
    throw error;
  }
}

async function feedInPlace(db: Db, engine: SearchEngine, position: string, onProgress: FeedProgress): Promise<void> {
  const taken: Promise<void>[] = [];
  for await (const batch of published(db, onProgress)) {
    const taking = engine.index(batch);
    taking.catch(() => undefined); // heard below; until then it must not count as unhandled
    taken.push(taking);
  }
  await Promise.all(taken);
  await engine.advance(position);
}

/** All that is published, in batches; progress is told when a batch has been taken. */
async function* published(db: Db, onProgress: FeedProgress): AsyncGenerator<SearchDocument[]> {
  const counted = await db
    .selectFrom('article')
    .select((is) => is.fn.countAll<number>().as('count'))
    .where('publishedRevisionId', 'is not', null)
    .executeTakeFirst();
  const total = Number(counted?.count ?? 0);
  let done = 0;
  onProgress(0, total);
  for (let after = ''; ;) {
    const rows = await documents(db).where('article.id', '>', after).orderBy('article.id').limit(BATCH).execute();
    const last = rows.at(-1);
    if (!last) return;
    after = last.id;
    yield rows.map(asDocument);
    done += rows.length;
    onProgress(done, Math.max(done, total));
  }
}

function noProgress(): void {
  // nobody watches
}

async function feedChanges(db: Db, engine: SearchEngine, from: number): Promise<number> {
  for (let cursor = from; ;) {
    const changes = await db
      .selectFrom('articleChange')
      .select(['seq', 'articleId', 'at'])
      .where('seq', '>', cursor)
      .orderBy('seq')
      .limit(BATCH)
      .execute();
    const last = changes.at(-1);
    if (!last) return cursor;
    const ids = [...new Set(changes.map((change) => change.articleId))];
    const rows = await documents(db).where('article.id', 'in', ids).execute();
    const found = new Set(rows.map((row) => row.id));
    await Promise.all([engine.remove(ids.filter((id) => !found.has(id))), engine.index(rows.map(asDocument))]);
    cursor = Number(last.seq);
    await engine.advance(stamp({ seq: cursor, at: last.at }));
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

type DocumentRow = Omit<SearchDocument, 'keywords' | 'headings' | 'audience'> & {
  audience: Audience;
  keywords: string;
  contents: string;
};

function asDocument({ keywords, contents, audience, ...row }: DocumentRow): SearchDocument {
  const headings = (JSON.parse(contents) as ContentsEntry[]).map((entry) => entry.text);
  return {
    ...row,
    audience: engineAudience(audience),
    keywords: keywords === '' ? [] : keywords.split('\n'),
    headings,
  };
}
