import type { Selectable } from 'kysely';
import type { StaffViewer, Viewer } from '../../accounts/index.ts';
import type { Db, Tx } from '../../platform/database/index.ts';
import { Refusal } from '../../platform/refusal.ts';
import { instant, newId } from '../../platform/runtime.ts';
import { noteArticleChange, takeTurn } from '../changes.ts';
import type { KbParts } from '../parts.ts';
import type { ArticleState, ArticleTable } from '../tables.ts';
import { compareTexts } from './compare.ts';
import type { ArticleText, EditConflict, Person } from './contract.ts';
import { emptyText, readText } from './texts.ts';

export type ArticleRow = Selectable<ArticleTable>;

/** What use cases of authors work with. */
export interface AuthoringParts extends KbParts {
  /** The site's locales, the leading one first. */
  locales: readonly string[];
  /** Called when something readers see has changed and is on disk. */
  changed(): void;
}

/** One change by one colleague, inside its transaction. */
export interface Change {
  tx: Tx;
  row: ArticleRow;
  at: string;
  actorId: string;
  /** Notes what was done, for the article's history. */
  record(type: string, body?: Record<string, unknown>): Promise<void>;
  /** Sets columns; the article counts as changed in the browser since its file, unless `quiet`. */
  set(values: Partial<Omit<ArticleRow, 'id'>>, how?: 'quiet'): Promise<void>;
  /** Notes that readers and search engines get something else from now on. */
  tellReaders(): Promise<void>;
}

/**
 * Changes one article in one transaction, with its row held, so that changes come one after the other.
 * @param how `shown`: readers may notice; `unseen`: they do not.
 * @throws Refusal `not_found` for an article that does not exist.
 */
export async function changeArticle<T>(
  parts: AuthoringParts,
  viewer: Viewer,
  articleId: string,
  how: 'shown' | 'unseen',
  work: (change: Change) => Promise<T>,
): Promise<T> {
  const { database, runtime } = parts;
  let told = false;
  const result = await database.transaction(async (tx) => {
    if (how === 'shown') await takeTurn(tx, database.dialect);
    const row = await holdArticle(tx, parts, articleId);
    if (!row) throw new Refusal('not_found');
    const at = instant(runtime.now());
    const actorId = actorOf(viewer);
    return work({
      tx,
      row,
      at,
      actorId,
      record: (type, body = {}) => recordEvent(tx, parts, { articleId, type, at, actorId, body }),
      set: async (values, quiet) => {
        const edited = quiet || row.editedAt !== null ? {} : { editedAt: at };
        const all = { touchedAt: at, ...edited, ...values };
        await tx.updateTable('article').set(all).where('id', '=', articleId).execute();
        Object.assign(row, all);
      },
      tellReaders: async () => {
        told = true;
        await noteArticleChange(tx, database.dialect, articleId, at);
      },
    });
  });
  if (told) parts.changed();
  return result;
}

/** An article's row, held until the transaction ends. */
export async function holdArticle(tx: Tx, { database }: KbParts, id: string): Promise<ArticleRow | undefined> {
  const look = tx.selectFrom('article').selectAll().where('id', '=', id);
  return (database.dialect === 'postgres' ? look.forUpdate() : look).executeTakeFirst();
}

export async function recordEvent(
  tx: Tx,
  { runtime }: KbParts,
  event: { articleId: string; type: string; at: string; actorId: string | null; body: Record<string, unknown> },
): Promise<void> {
  const row = { id: newId(runtime), ...event, body: JSON.stringify(event.body) };
  await tx.insertInto('articleEvent').values(row).execute();
}

/** Who acts; the gate has let only colleagues pass. */
export function actorOf(viewer: Viewer): string {
  return (viewer as StaffViewer).personId;
}

/** Where an article stands at an instant. */
export function stateOf(
  row: Pick<ArticleRow, 'deletedAt' | 'publishedRevisionId' | 'unpublishedAt' | 'publishAt' | 'unpublishAt'>,
  now: string,
): ArticleState {
  if (row.deletedAt !== null) return 'deleted';
  if (row.publishedRevisionId === null) return row.unpublishedAt === null ? 'draft' : 'unpublished';
  if (row.unpublishAt !== null && row.unpublishAt <= now) return 'unpublished';
  return row.publishAt !== null && row.publishAt > now ? 'scheduled' : 'published';
}

/** What stands in the editor: the draft, else the newest revision, else nothing; and who wrote it when. */
export interface StandingText {
  text: ArticleText;
  isDraft: boolean;
  by: Person | null;
  at: string;
}

export async function standingText(db: Db, row: ArticleRow): Promise<StandingText> {
  const draft = await db
    .selectFrom('draft')
    .leftJoin('person', 'person.id', 'draft.authorId')
    .select(['title', 'summary', 'keywords', 'source', 'updatedAt', 'person.id as personId', 'person.name'])
    .where('articleId', '=', row.id)
    .executeTakeFirst();
  if (draft) return { text: readText(draft), isDraft: true, by: personOf(draft), at: draft.updatedAt };
  const latest = await latestRevision(db, row);
  if (!latest) return { text: emptyText, isDraft: false, by: null, at: row.createdAt };
  return { text: readText(latest), isDraft: false, by: personOf(latest), at: latest.createdAt };
}

export async function latestRevision(db: Db, { latestRevisionId }: ArticleRow) {
  if (latestRevisionId === null) return undefined;
  return db
    .selectFrom('revision')
    .leftJoin('person', 'person.id', 'revision.authorId')
    .select(['revision.id', 'number', 'title', 'summary', 'keywords', 'source', 'head', 'revision.createdAt'])
    .select(['person.id as personId', 'person.name'])
    .where('revision.id', '=', latestRevisionId)
    .executeTakeFirst();
}

export function personOf({ personId, name }: { personId: string | null; name: string | null }): Person | null {
  return personId === null ? null : { personId, name: name ?? '' };
}

/** A refusal with both texts, since one word about a conflict helps nobody. */
class VersionConflict extends Refusal {
  readonly conflict: EditConflict;
  constructor(conflict: EditConflict) {
    super('conflict');
    this.conflict = conflict;
  }
}

/** @throws Refusal `conflict` with both texts, its `conflict` being an {@link EditConflict}. */
export function refuseConflict(row: ArticleRow, mine: ArticleText, standing: StandingText): never {
  const { text, by, at } = standing;
  const theirs = { text, version: row.draftVersion, by, at };
  throw new VersionConflict({ mine, theirs, differences: compareTexts(text, mine, row.locale) });
}

/** @throws Refusal `conflict` for an article that somebody has deleted meanwhile. */
export function refuseDeleted(row: ArticleRow): void {
  if (row.deletedAt !== null) throw new Refusal('conflict');
}
