import { createHash } from 'node:crypto';
import type { RenderedMarkdown } from '../markdown/index.ts';
import { readContent, type ContentFile } from './contentFolder.ts';
import type { ContentFault } from './fault.ts';
import { readArticleFile, type FrontMatter } from './frontMatter.ts';
import type { Renderers } from './renderers.ts';

/** An article's file, read and rendered. */
export interface ReadArticle extends ContentFile {
  hash: string;
  /** The whole file. */
  text: string;
  matter: FrontMatter;
  head: string;
  source: string;
  rendered: RenderedMarkdown;
}

/** Nobody writes more; a file beyond it was put there by mistake. */
const MOST_CHARACTERS = 500_000;

/** A file as `source_hash` tells it. The path is part of it, so that a file that moved is a change. */
export function hashOf(path: string, text: string): string {
  return createHash('sha256').update(`${path}\n${text}`).digest('hex');
}

/** What an import knows when it reads a file. */
export interface Surroundings {
  folder: string;
  /** The hash of each file as it was taken last, by path. */
  hashes: ReadonlyMap<string, string | null>;
  /** `en/oil-the-table`, for each file. */
  known: ReadonlySet<string>;
  renderers: Renderers;
  faults: ContentFault[];
}

/**
 * Reads one file. What is wrong with it goes to `faults`.
 * @returns null for a file that cannot be taken, or that is gone again.
 */
export async function readArticle(file: ContentFile, around: Surroundings): Promise<ReadArticle | 'unchanged' | null> {
  const skip = (line: number, message: string): null => {
    around.faults.push({ file: file.path, line, message, skipped: true });
    return null;
  };
  try {
    const text = await readContent(around.folder, file.path);
    if (text === null) return null;
    const hash = hashOf(file.path, text);
    if (around.hashes.get(file.path) === hash) return 'unchanged';
    if (text.includes('\0')) return skip(1, 'It holds a zero byte, so it is no text.');
    if (text.length > MOST_CHARACTERS) return skip(1, `It is longer than ${MOST_CHARACTERS} characters.`);
    return await renderFile(file, text, hash, around);
  } catch (error) {
    const code = error instanceof TypeError && 'code' in error ? error.code : null;
    if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return skip(1, 'It is not UTF-8 text.');
    return skip(1, `It could not be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function renderFile(
  file: ContentFile,
  text: string,
  hash: string,
  { known, renderers, faults }: Surroundings,
): Promise<ReadArticle | null> {
  const reading = readArticleFile(text);
  faults.push(...reading.faults.map((fault) => ({ file: file.path, ...fault, skipped: reading.matter === null })));
  if (!reading.matter) return null;
  const { matter, head, source, firstLine } = reading;
  const rendered = await renderers
    .render(source, { locale: file.locale, title: matter.title })
    .catch((error: Error) => {
      // What the renderer refuses it names by its line.
      const [, line = '1', message = error.message] = /^Line (\d+): (.*)$/s.exec(error.message) ?? [];
      faults.push({ file: file.path, line: Number(line) + firstLine - 1, message, skipped: true });
      return null;
    });
  if (rendered === null) return null;
  const remark = (line: number, message: string) =>
    faults.push({ file: file.path, line: line + firstLine - 1, message, skipped: false });
  for (const { line, message } of rendered.remarks) remark(line, message);
  for (const { slug, line } of rendered.links) {
    if (!known.has(`${file.locale}/${slug}`))
      remark(line, `It links to “${slug}.md”, which is not there in this language.`);
  }
  return { ...file, hash, text, matter, head, source, rendered };
}
