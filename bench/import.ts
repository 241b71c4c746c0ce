import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderMarkdown } from '../src/kb/markdown/index.ts';
import { openApplication, withFolder } from './temporary.ts';

const content = join(import.meta.dirname, '..', 'content');
const LOCALES = ['en', 'zh-cn'];
/** As many as tell the floor well enough. */
const FLOOR_FILES = 400;

export interface ImportFigures {
  filesPerLanguage: number;
  seconds: number;
  perSecond: number;
  /** Bare reading and rendering of the same files, one after the other in one thread. */
  floorPerSecond: number;
  ratio: number;
  /** The same folder again, nothing changed. */
  againSeconds: number;
}

/** How long it takes to bring in so many articles a language, made of the demo's own; and once more with nothing new. */
export async function importTimes(filesPerLanguage: number): Promise<ImportFigures> {
  return withFolder(async (folder) => {
    const files = writeArticles(join(folder, 'content'), filesPerLanguage);
    const floorPerSecond = floor(files);
    const app = await openApplication(join(folder, 'data'));
    try {
      const bring = async () => {
        const began = performance.now();
        const report = await app.kb.importContent({ folder: join(folder, 'content'), locales: LOCALES });
        if (report.files !== files.length) throw new Error(`${report.files} of ${files.length} files were found`);
        return { report, seconds: (performance.now() - began) / 1_000 };
      };
      const first = await bring();
      if (first.report.new !== files.length) throw new Error(`${first.report.new} of ${files.length} came in`);
      const again = await bring();
      if (again.report.unchanged !== files.length) throw new Error('The second import changed something.');
      const perSecond = files.length / first.seconds;
      const ratio = perSecond / floorPerSecond;
      return {
        filesPerLanguage,
        seconds: first.seconds,
        perSecond,
        floorPerSecond,
        ratio,
        againSeconds: again.seconds,
      };
    } finally {
      await app.close();
    }
  });
}

/** Copies of the demo's articles under other names and titles. @returns their paths. */
function writeArticles(folder: string, count: number): string[] {
  return LOCALES.flatMap((locale) => {
    const texts = articlesOf(locale);
    return Array.from({ length: count }, (_, at) => {
      const path = join(folder, locale, `topic-${at % 8}`, `article-${at}.md`);
      if (at < 8) mkdirSync(join(path, '..'), { recursive: true });
      const text = texts[at % texts.length] ?? '';
      writeFileSync(path, text.replace(/^title: (.*)$/m, `title: "Nr. ${at}"`));
      return path;
    });
  });
}

function articlesOf(locale: string): string[] {
  return readdirSync(join(content, locale), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => readFileSync(join(content, locale, name), 'utf8'));
}

function floor(files: readonly string[]): number {
  const step = Math.max(1, Math.floor(files.length / FLOOR_FILES));
  const some = files.filter((_, at) => at % step === 0);
  const renderAll = () => {
    for (const file of some) {
      const source = readFileSync(file, 'utf8').replace(/^---\n[^]*?\n---\n/, '');
      renderMarkdown(source, { locale: 'en', title: 'Title' });
    }
  };
  renderAll(); // warm, as the import is for most of its files
  const began = performance.now();
  renderAll();
  return some.length / ((performance.now() - began) / 1_000);
}
