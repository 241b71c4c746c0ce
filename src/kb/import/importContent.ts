import { createHash } from 'node:crypto';
import { importImages } from '../images/importImages.ts';
import { renderMarkdown, type PictureSizes } from '../markdown/index.ts';
import type { KbParts } from '../parts.ts';
import { importCategories } from './categories.ts';
import { findContentFiles, readContent, type ContentFile } from './contentFolder.ts';
import type { ContentFault } from './fault.ts';
import { readArticleFile } from './frontMatter.ts';
import { storeArticle, type ReadArticle, type StoreOutcome } from './storeArticle.ts';

export interface ImportOptions {
  /** The site's content folder. */
  folder: string;
  locales: readonly string[];
  /** Called after each file, for a progress bar. */
  onProgress?: (done: number, of: number) => void;
}

/** What an import did. Its faults say what authors should mend; none of them stops the others' articles. */
export interface ImportReport {
  /** Article files found, faulty ones included. */
  files: number;
  new: number;
  changed: number;
  unchanged: number;
  faults: ContentFault[];
}

/** Nobody writes more; a file beyond it was put there by mistake. */
const MOST_CHARACTERS = 500_000;

/**
 * Brings the content folder's articles in: a new or changed file becomes a new published revision, an unchanged one
 * nothing. Faulty files are skipped and reported, all of them; what they said before stays published.
 */
export async function importContent(
  parts: KbParts,
  { folder, locales, onProgress }: ImportOptions,
): Promise<ImportReport> {
  const faults: ContentFault[] = [];
  for (const locale of locales) await importCategories(parts.database, folder, locale, faults);
  const pictures = await importImages(parts, folder, faults);
  const files = await findContentFiles(folder, locales, faults);
  const report: ImportReport = { files: files.length, new: 0, changed: 0, unchanged: 0, faults };
  const hashes = await knownHashes(parts);
  const known = new Set(files.map(({ locale, slug }) => `${locale}/${slug}`));
  for (const [index, file] of files.entries()) {
    const outcome = await importFile(parts, folder, file, { hashes, known, pictures, faults });
    if (outcome) report[outcome] += 1;
    onProgress?.(index + 1, files.length);
  }
  await noteUnnamedTopics(parts, files, faults);
  faults.sort((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1));
  return report;
}

interface Surroundings {
  hashes: Map<string, string | null>;
  /** `en/oil-the-table`, for each file. */
  known: Set<string>;
  pictures: PictureSizes;
  faults: ContentFault[];
}

async function importFile(
  parts: KbParts,
  folder: string,
  file: ContentFile,
  around: Surroundings,
): Promise<StoreOutcome | null> {
  const skip = (line: number, message: string) => around.faults.push({ file: file.path, line, message, skipped: true });
  try {
    const text = (await readContent(folder, file.path)) ?? '';
    // The path is part of it, so that a file that moved to another topic is a change.
    const hash = createHash('sha256').update(`${file.path}\n${text}`).digest('hex');
    if (around.hashes.get(file.path) === hash) return 'unchanged';
    if (text.includes('\0') || text.length > MOST_CHARACTERS) {
      skip(
        1,
        text.includes('\0')
          ? 'It holds a zero byte, so it is no text.'
          : `It is longer than ${MOST_CHARACTERS} characters.`,
      );
      return null;
    }
    const article = readArticle(file, text, hash, around);
    return article && (await storeArticle(parts, article));
  } catch (error) {
    if (error instanceof TypeError && 'code' in error && error.code === 'ERR_ENCODING_INVALID_ENCODED_DATA') {
      skip(1, 'It is not UTF-8 text.');
    } else {
      parts.log.error({ file: file.path, err: error }, 'An article could not be imported.');
      skip(1, `It could not be imported: ${error instanceof Error ? error.message : String(error)}`);
    }
    return null;
  }
}

function readArticle(
  file: ContentFile,
  text: string,
  hash: string,
  { known, pictures, faults }: Surroundings,
): ReadArticle | null {
  const reading = readArticleFile(text);
  if (!reading.matter) {
    faults.push(...reading.faults.map((fault) => ({ file: file.path, ...fault, skipped: true })));
    return null;
  }
  const { matter, source, firstLine } = reading;
  const rendered = renderMarkdown(source, { locale: file.locale, title: matter.title, pictures });
  const remark = (line: number, message: string) =>
    faults.push({ file: file.path, line: line + firstLine - 1, message, skipped: false });
  for (const { line, message } of rendered.remarks) remark(line, message);
  for (const { slug, line } of rendered.links) {
    if (!known.has(`${file.locale}/${slug}`))
      remark(line, `It links to “${slug}.md”, which is not there in this language.`);
  }
  return { ...file, hash, matter, source, rendered };
}

async function knownHashes({ database }: KbParts): Promise<Map<string, string | null>> {
  const rows = await database.db
    .selectFrom('article')
    .select(['sourcePath', 'sourceHash'])
    .where('sourcePath', 'is not', null)
    .execute();
  return new Map(rows.map((row) => [row.sourcePath ?? '', row.sourceHash]));
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
