import { createHash } from 'node:crypto';
import type { Db } from '../../platform/database/index.ts';
import { readContent, type ContentFile } from './contentFolder.ts';
import { readArticleFile } from './frontMatter.ts';

/** An article whose file is not where it was. */
export interface LostFile {
  articleId: string;
  path: string;
  locale: string;
}

/**
 * Finds out which new file is which lost one under another name: the same bytes, or else the only one with the same
 * title. What is found twice is not guessed at.
 *
 * @param strangers files at paths, and with names, that no article has.
 * @returns where the file of each new path was before.
 */
export async function findMoves(
  db: Db,
  folder: string,
  lost: readonly LostFile[],
  strangers: readonly ContentFile[],
): Promise<Map<string, string>> {
  const moves = new Map<string, string>();
  if (lost.length === 0 || strangers.length === 0) return moves;
  const [byBytes, byTitle] = [new Map<string, string[]>(), new Map<string, string[]>()];
  for (const { path, locale, title, text } of await lastTexts(db, lost)) {
    if (text !== null) add(byBytes, `${locale}\n${hash(text)}`, path);
    add(byTitle, `${locale}\n${title}`, path);
  }
  const taken = new Set<string>();
  const take = (path: string, candidates: string[] | undefined) => {
    const free = candidates?.filter((candidate) => !taken.has(candidate)) ?? [];
    if (free.length !== 1 || free[0] === undefined) return false;
    taken.add(free[0]);
    moves.set(path, free[0]);
    return true;
  };
  const renamed: { path: string; key: string }[] = [];
  for (const { path, locale } of strangers) {
    const text = await readContent(folder, path).catch(() => null);
    if (text === null || take(path, byBytes.get(`${locale}\n${hash(text)}`))) continue;
    const { matter } = readArticleFile(text);
    if (matter) renamed.push({ path, key: `${locale}\n${matter.title}` });
  }
  for (const { path, key } of renamed) {
    if (renamed.filter((other) => other.key === key).length === 1) take(path, byTitle.get(key));
  }
  return moves;
}

const BATCH = 200;

/** What the lost files said last. */
async function lastTexts(db: Db, lost: readonly LostFile[]) {
  const texts: { path: string; locale: string; title: string; text: string | null }[] = [];
  for (let from = 0; from < lost.length; from += BATCH) {
    const some = new Map(lost.slice(from, from + BATCH).map((file) => [file.articleId, file]));
    const rows = await db
      .selectFrom('article')
      .innerJoin('revision', 'revision.id', 'article.latestRevisionId')
      .select(['article.id', 'revision.title', 'revision.head', 'revision.source'])
      .where('article.id', 'in', [...some.keys()])
      .execute();
    for (const { id, title, head, source } of rows) {
      const file = some.get(id);
      if (file) texts.push({ ...file, title, text: head === null ? null : head + source });
    }
  }
  return texts;
}

function add(map: Map<string, string[]>, key: string, value: string): void {
  map.set(key, [...(map.get(key) ?? []), value]);
}

const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
