import { importImages } from '../images/importImages.ts';
import type { KbParts } from '../parts.ts';
import { importCategories } from './categories.ts';
import { findContentFiles, type ContentFile, type ContentFiles } from './contentFolder.ts';
import type { ContentFault } from './fault.ts';
import { findMoves, type LostFile } from './moves.ts';
import { readArticle, type ReadArticle, type Surroundings } from './readArticle.ts';
import { removeArticle } from './removals.ts';
import { openRenderers } from './renderers.ts';
import { storeBatch } from './storeBatch.ts';

export interface ImportOptions {
  /** The site's content folder. */
  folder: string;
  locales: readonly string[];
  /** Called after each file, for a progress bar. */
  onProgress?: (done: number, of: number) => void;
  /** Takes articles from readers also where most files of a locale are gone at once. */
  acceptRemovals?: boolean;
}

/** What an import did. Its faults say what authors should mend; none of them stops the others' articles. */
export interface ImportReport {
  /** Article files found, faulty ones included. */
  files: number;
  new: number;
  changed: number;
  /** The same words at another place. */
  moved: number;
  unchanged: number;
  /** Articles whose file is gone, and that readers see no more. */
  removed: number;
  /** Files that changed, or went, after their article was changed in the browser: somebody has to decide. */
  conflicts: number;
  faults: ContentFault[];
}

/** Files that one transaction takes. */
const BATCH = 50;

/**
 * Brings the content folder's articles in: a new or changed file becomes a new published revision, an unchanged one
 * nothing, a deleted one takes its article from readers. Faulty files are skipped and reported, all of them; what they
 * said before stays published. An import that was killed goes on where it was: what is taken is taken.
 */
export async function importContent(
  parts: KbParts,
  { folder, locales, onProgress, acceptRemovals = false }: ImportOptions,
): Promise<ImportReport> {
  const faults: ContentFault[] = [];
  for (const locale of locales) await importCategories(parts.database, folder, locale, faults);
  const pictures = await importImages(parts, folder, faults);
  const known = await knownFiles(parts);
  const found = await findContentFiles(folder, locales, faults, (path) => known.hashes.has(path));
  const { files } = found;
  const report: ImportReport = {
    ...{ files: files.length, new: 0, changed: 0, moved: 0, unchanged: 0, removed: 0, conflicts: 0, faults },
  };
  const lost = lostFiles(known, found, locales, faults);
  const strangers = files.filter(
    ({ path, locale, slug }) => !known.hashes.has(path) && !known.names.has(`${locale}/${slug}`),
  );
  const moves = await findMoves(parts.database.db, folder, lost, strangers);
  const renderers = openRenderers(pictures);
  const names = new Set(files.map(({ locale, slug }) => `${locale}/${slug}`));
  const around: Surroundings = { folder, hashes: known.hashes, known: names, renderers, faults };
  const unchanged = new Set<string>();
  try {
    await takeFiles(parts, files, { around, moves, report, unchanged, onProgress });
  } finally {
    await renderers.close();
  }
  const moved = new Set(moves.values());
  const gone = lost.filter(({ path }) => !moved.has(path));
  for (const file of acceptRemovals ? gone : withoutMassRemovals(gone, known, faults)) {
    const outcome = await removeArticle(parts, file);
    if (outcome !== 'unchanged') report[outcome === 'conflict' ? 'conflicts' : 'removed'] += 1;
  }
  await forgetAnswered(parts, unchanged);
  await noteUnnamedTopics(parts, files, faults);
  faults.sort((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1));
  return report;
}

interface Taking {
  around: Surroundings;
  moves: ReadonlyMap<string, string>;
  report: ImportReport;
  /** Takes the paths of files that are as they were. */
  unchanged: Set<string>;
  onProgress: ImportOptions['onProgress'];
}

/** Reads and renders the next files while the ones before are written. */
async function takeFiles(parts: KbParts, files: readonly ContentFile[], taking: Taking): Promise<void> {
  let writing: Promise<void> = Promise.resolve();
  let done = 0;
  for (let from = 0; from < files.length; from += BATCH) {
    const some = files.slice(from, from + BATCH);
    const read = await Promise.all(some.map((file) => readArticle(file, taking.around)));
    await writing;
    const articles = read.filter((article): article is ReadArticle => article !== null && article !== 'unchanged');
    for (const { path } of some.filter((_, at) => read[at] === 'unchanged')) taking.unchanged.add(path);
    taking.report.unchanged += read.filter((article) => article === 'unchanged').length;
    done += read.length;
    const progress = done;
    writing = take(parts, articles, taking).then(() => taking.onProgress?.(progress, files.length));
    // Heard at the next turn; until then it must not count as unhandled.
    writing.catch(() => undefined);
  }
  await writing;
}

async function take(parts: KbParts, articles: ReadArticle[], { moves, report }: Taking): Promise<void> {
  if (articles.length === 0) return;
  const { outcomes, faults } = await storeBatch(parts, articles, moves);
  for (const outcome of outcomes) report[outcome === 'conflict' ? 'conflicts' : outcome] += 1;
  report.faults.push(...faults);
}

interface KnownFiles {
  /** The hash of each file as it was taken last, by path; null: it must be read, whatever it says. */
  hashes: Map<string, string | null>;
  /** The files of articles, and of articles that may come back, by path. */
  files: Map<string, LostFile>;
  /** `en/oil-the-table`, for each article. */
  names: Set<string>;
}

async function knownFiles({ database }: KbParts): Promise<KnownFiles> {
  const rows = await database.db
    .selectFrom('article')
    .leftJoin('revision', 'revision.id', 'article.latestRevisionId')
    .select(['article.id', 'locale', 'slug', 'sourcePath', 'sourceHash', 'revision.cause'])
    .select((is) => is('revision.head', 'is', null).as('isHeadless'))
    .execute();
  const known: KnownFiles = { hashes: new Map(), files: new Map(), names: new Set() };
  for (const { id, locale, slug, sourcePath, sourceHash, cause, isHeadless } of rows) {
    known.names.add(`${locale}/${slug}`);
    if (sourcePath === null) continue;
    // Taken by a version that did not keep front matters: it is read once more.
    known.hashes.set(sourcePath, cause === 'file' && isHeadless ? null : sourceHash);
    known.files.set(sourcePath, { articleId: id, path: sourcePath, locale });
  }
  return known;
}

/** Articles whose files are gone. Of a locale that could not be read nothing is. */
function lostFiles(
  known: KnownFiles,
  { paths, unread }: ContentFiles,
  locales: readonly string[],
  faults: ContentFault[],
): LostFile[] {
  const missing = [...known.files.values()].filter(({ path, locale }) => locales.includes(locale) && !paths.has(path));
  for (const locale of unread) {
    if (!missing.some((file) => file.locale === locale) || faults.some(({ file }) => file === locale)) continue;
    const message = 'The folder is missing; the articles that came from it stay as they are.';
    faults.push({ file: locale, line: 1, message, skipped: true });
  }
  return missing.filter(({ locale }) => !unread.has(locale));
}

/** So many files of a locale may go at once; beyond it, and beyond half of all, it looks like the wrong folder. */
const FEW = 10;

/** The removals without those of a locale of which most is gone: that is asked about, and nothing of it is done. */
function withoutMassRemovals(gone: readonly LostFile[], { files }: KnownFiles, faults: ContentFault[]): LostFile[] {
  return [...Map.groupBy(gone, ({ locale }) => locale)].flatMap(([locale, lost]) => {
    const all = [...files.values()].filter((file) => file.locale === locale).length;
    if (lost.length <= FEW || lost.length * 2 <= all) return lost;
    const message =
      `${lost.length} of ${all} files are gone at once, so their articles stay as they are. ` +
      'If that is meant, import once with --accept-removals.';
    faults.push({ file: locale, line: 1, message, skipped: true });
    return [];
  });
}

/** A file that was put back as it was is no question any more. */
async function forgetAnswered({ database: { db } }: KbParts, unchanged: ReadonlySet<string>): Promise<void> {
  const open = await db.selectFrom('fileConflict').select(['articleId', 'path']).execute();
  for (const { articleId, path } of open) {
    if (unchanged.has(path)) await db.deleteFrom('fileConflict').where('articleId', '=', articleId).execute();
  }
}

/** A folder without a name in `categories.yaml` is shown by its slug; its author is told. */
async function noteUnnamedTopics(
  { database }: KbParts,
  files: readonly ContentFile[],
  faults: ContentFault[],
): Promise<void> {
  const named = await database.db.selectFrom('category').select(['locale', 'slug']).execute();
  const names = new Set(named.map(({ locale, slug }) => `${locale}/${slug}`));
  for (const folder of new Set(files.map(({ locale, category }) => `${locale}/${category}`))) {
    if (names.has(folder)) continue;
    const [locale = '', category = ''] = folder.split('/');
    faults.push({
      file: `${locale}/categories.yaml`,
      line: 1,
      message: `The folder “${category}” has no title here.`,
      skipped: false,
    });
  }
}
