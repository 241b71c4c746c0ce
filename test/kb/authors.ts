import { noStanding, type Viewer } from '../../src/accounts/index.ts';
import type { ArticleText, EditConflict } from '../../src/kb/index.ts';
import type { Database } from '../../src/platform/database/index.ts';
import { openShelf, type Shelf } from './support.ts';
import type { DatabaseSource } from '../support/databases.ts';

const person = { kind: 'person' as const, locale: 'en' as const, verified: true as const, ...noStanding };

export const ana: Viewer = { ...person, personId: 'ana', name: 'Ana Weiss', email: 'ana@k.example', role: 'author' };
export const bo: Viewer = { ...person, personId: 'bo', name: 'Bo Lind', email: 'bo@k.example', role: 'administrator' };
export const ravi: Viewer = { ...person, personId: 'ravi', name: 'Ravi Menon', email: 'ravi@k.example', role: 'agent' };

/** A knowledge base with three colleagues, one topic and its Chinese twin. */
export async function openDesk(source: DatabaseSource): Promise<Shelf & { authoring: Shelf['kb']['authoring'] }> {
  const shelf = await openShelf(source);
  await addColleagues(shelf.database);
  for (const locale of ['en', 'zh-cn']) {
    const topics = ['care', 'room'].map((slug, position) => ({ locale, slug, title: slug, description: '', position }));
    await shelf.database.db.insertInto('category').values(topics).execute();
  }
  return { ...shelf, authoring: shelf.kb.authoring };
}

async function addColleagues({ db }: Database): Promise<void> {
  for (const viewer of [ana, bo, ravi]) {
    if (viewer.kind !== 'person') continue;
    const { personId: id, name, email, role, locale } = viewer;
    const at = '2026-01-01T00:00:00.000Z';
    await db.insertInto('person').values({ id, name, email, role, locale, verifiedAt: at, createdAt: at }).execute();
  }
}

export function text(title: string, source: string, more: Partial<ArticleText> = {}): ArticleText {
  return { title, summary: 'In short.', keywords: [], source, ...more };
}

/** The both texts of a refused save. */
export async function conflictOf(work: Promise<unknown>): Promise<EditConflict> {
  const error: unknown = await work.then(
    () => new Error('It was not refused.'),
    (refusal: unknown) => refusal,
  );
  if (error instanceof Error && 'code' in error && error.code === 'conflict' && 'conflict' in error)
    return error.conflict as EditConflict;
  throw error;
}
