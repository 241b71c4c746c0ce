import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Db } from '../../platform/database/index.ts';
import type { KbParts } from '../parts.ts';
import { categoriesFile } from './categories.ts';
import { fileTextOf } from './fileText.ts';
import { hashOf } from './readArticle.ts';

export interface ExportOptions {
  /** Where to: a content folder, there already or not. */
  folder: string;
  locales: readonly string[];
  /** Overwrites files that say what nobody has imported. */
  force?: boolean | undefined;
  /** Called after each article, for a progress bar. */
  onProgress?: ((done: number, of: number) => void) | undefined;
}

/** What an export did; paths are relative to the folder. */
export interface ExportReport {
  /** Articles that have a file now, whether or not it had to be written. */
  articles: number;
  written: number;
  unchanged: number;
  /** Files of articles that lie elsewhere now or are deleted; nobody had changed them. */
  removed: string[];
  /** Files left as they were, since they say what was never imported: import them first, or force. */
  kept: string[];
  /** Articles that were never saved as a revision, by their addresses: they have no file yet. */
  unfinished: string[];
}

const BATCH = 200;

/**
 * Writes every article as its file, with topics and pictures. An import of it changes nothing: what was not touched in
 * the browser comes out byte for byte as it came in. Readers' text is what goes out; of an article that readers do not
 * see, the newest revision, marked as a draft. A file that changed since its import is never overwritten unasked.
 */
export async function exportContent(parts: KbParts, options: ExportOptions): Promise<ExportReport> {
  const { db } = parts.database;
  const report: ExportReport = { articles: 0, written: 0, unchanged: 0, removed: [], kept: [], unfinished: [] };
  const files = new FileWriter(options, report, await importedHashes(db));
  for (const locale of options.locales) {
    const text = await categoriesFile(parts.database, locale);
    if (text !== null) await files.put(`${locale}/categories.yaml`, Buffer.from(text), () => false);
  }
  await exportImages(db, files);
  const paths = await exportArticles(db, files, options, report);
  await removeOld(db, files, paths, report);
  return report;
}

async function exportArticles(db: Db, files: FileWriter, options: ExportOptions, report: ExportReport) {
  const { total } = await db
    .selectFrom('article')
    .select((is) => is.fn.countAll<number>().as('total'))
    .where('deletedAt', 'is', null)
    .executeTakeFirstOrThrow();
  const paths = new Set<string>();
  let [after, done] = ['', 0];
  for (;;) {
    const rows = await articleRows(db, after);
    const last = rows.at(-1);
    if (!last) return paths;
    after = last.id;
    for (const row of rows) {
      const path = `${row.locale}/${row.category}/${row.slug}.md`;
      done += 1;
      options.onProgress?.(done, Number(total));
      if (!options.locales.includes(row.locale)) continue;
      const { title, summary, keywords, source } = row;
      if (title === null || summary === null || keywords === null || source === null) {
        report.unfinished.push(`${row.locale}/${row.slug}`);
        continue;
      }
      const isPublished = row.publishedRevisionId !== null;
      const text = fileTextOf({ ...row, title, summary, keywords, source, isPublished });
      paths.add(path);
      report.articles += 1;
      await files.put(path, Buffer.from(text), (hash) => files.imported.has(hash));
    }
  }
}

function articleRows(db: Db, after: string) {
  return db
    .selectFrom('article')
    .leftJoin('revision', (on) =>
      on.onRef('revision.id', '=', (is) => is.fn.coalesce('article.publishedRevisionId', 'article.latestRevisionId')),
    )
    .select(['article.id', 'locale', 'slug', 'category', 'kind', 'audience', 'checkedOn', 'position', 'publishAt'])
    .select(['unpublishAt', 'publishedRevisionId', 'title', 'summary', 'keywords', 'source', 'head'])
    .where('article.id', '>', after)
    .where('deletedAt', 'is', null)
    .orderBy('article.id')
    .limit(BATCH)
    .execute();
}

async function exportImages(db: Db, files: FileWriter): Promise<void> {
  const names = await db.selectFrom('image').select(['name', 'sha256', 'sourcePath']).orderBy('name').execute();
  for (const { name, sha256 } of names) {
    const path = `images/${name}`;
    if (await files.has(path, sha256)) continue;
    const image = await db.selectFrom('image').select('bytes').where('name', '=', name).executeTakeFirst();
    if (image) await files.put(path, image.bytes, () => false);
  }
}

/** Files of articles that are no longer there, as long as they say what was imported. */
async function removeOld(db: Db, files: FileWriter, paths: ReadonlySet<string>, report: ExportReport): Promise<void> {
  const rows = await db
    .selectFrom('article')
    .select(['sourcePath', 'sourceHash'])
    .where('sourcePath', 'is not', null)
    .execute();
  for (const { sourcePath, sourceHash } of rows) {
    if (sourcePath === null || paths.has(sourcePath)) continue;
    if (await files.remove(sourcePath, sourceHash)) report.removed.push(sourcePath);
  }
}

async function importedHashes(db: Db): Promise<Set<string>> {
  const rows = await db.selectFrom('article').select('sourceHash').where('sourceHash', 'is not', null).execute();
  return new Set(rows.map(({ sourceHash }) => sourceHash ?? ''));
}

/** Writes what differs, each file wholly or not at all. */
class FileWriter {
  readonly imported: ReadonlySet<string>;
  readonly #options: ExportOptions;
  readonly #report: ExportReport;

  constructor(options: ExportOptions, report: ExportReport, imported: ReadonlySet<string>) {
    this.#options = options;
    this.#report = report;
    this.imported = imported;
  }

  /** @param mayReplace whether a file with this hash may go. */
  async put(path: string, bytes: Uint8Array, mayReplace: (hash: string) => boolean): Promise<void> {
    const file = join(this.#options.folder, path);
    const before = await readFile(file).catch(nothing);
    if (before && Buffer.compare(before, bytes) === 0) {
      this.#report.unchanged += 1;
    } else if (before && this.#options.force !== true && !mayReplace(hashOf(path, before.toString('utf8')))) {
      this.#report.kept.push(path);
    } else {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(`${file}.part`, bytes);
      await rename(`${file}.part`, file);
      this.#report.written += 1;
    }
  }

  /** Whether a file has these bytes already; it then counts as unchanged. */
  async has(path: string, sha256: string): Promise<boolean> {
    const before = await readFile(join(this.#options.folder, path)).catch(nothing);
    const same = before !== null && createHash('sha256').update(before).digest('hex') === sha256;
    if (same) this.#report.unchanged += 1;
    return same;
  }

  async remove(path: string, hash: string | null): Promise<boolean> {
    const file = join(this.#options.folder, path);
    const before = await readFile(file).catch(nothing);
    if (!before || hashOf(path, before.toString('utf8')) !== hash) return false;
    await rm(file);
    return true;
  }
}

function nothing(error: unknown): null {
  if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return null;
  throw error;
}
