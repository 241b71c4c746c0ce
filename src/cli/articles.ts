import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import {
  exportArticles,
  importArticles,
  type BootOptions,
  type ExportReport,
  type ImportReport,
} from '../app/index.ts';
import { answer, jsonOption, type AnswerOptions } from './answer.ts';
import { progressBar } from './progress.ts';
import { exitCodes, type Terminal, type Verb } from './terminal.ts';
import { withApplication } from './withApplication.ts';

/** `waypost articles`: the site's `content/` folder. */
export const articlesCommand: Verb = (terminal, exit) => {
  const bring = new Command('import')
    .description('Bring in what changed in content/. Faulty files are skipped; what they said before stays.')
    .option('--accept-removals', 'also where most files of a language are gone at once')
    .option(...jsonOption)
    .action(async ({ acceptRemovals = false, ...options }: AnswerOptions & { acceptRemovals?: boolean }) => {
      const report = await importWatched(terminal, { acceptRemovals });
      answer(terminal, options, report, () => [...faultLines(report), ...importLines(report)]);
      exit(report.faults.some(({ skipped }) => skipped) ? exitCodes.failed : exitCodes.done);
    });
  const check = new Command('check')
    .description('Read content/ as an import would, without changing anything. Ends with 1 when there are faults.')
    .option(...jsonOption)
    .action(async (options: AnswerOptions) => {
      const { files: count, faults } = await checkAside(terminal);
      answer(terminal, options, { files: count, faults }, () => [
        ...faultLines({ faults }),
        faults.length === 0 ? `${files(count)}, no faults.` : `${files(count)}, ${faults.length} to mend.`,
      ]);
      exit(faults.length > 0 ? exitCodes.failed : exitCodes.done);
    });
  const write = new Command('export')
    .description('Write every article with its topics and pictures; an import of it changes nothing.')
    .argument('<folder>', 'where to; the site’s content/, or a new folder')
    .option('--force', 'overwrite files that changed since they were imported')
    .option(...jsonOption)
    .action(async (folder: string, options: AnswerOptions & { force?: boolean }) => {
      const report = await exportWatched(terminal, resolve(terminal.cwd, folder), options.force === true);
      answer(terminal, options, report, () => exportLines(report));
      exit(report.kept.length > 0 ? exitCodes.failed : exitCodes.done);
    });
  return new Command('articles')
    .description('Bring in, write out or check the articles of the site folder.')
    .addCommand(bring)
    .addCommand(write)
    .addCommand(check);
};

/** The very import, into a database of its own that is thrown away: what it finds is what an import would find. */
async function checkAside(terminal: Terminal): Promise<ImportReport> {
  const aside = await mkdtemp(join(tmpdir(), 'waypost-check-'));
  try {
    const env = { ...terminal.env, WAYPOST_DATA: aside, DATABASE_URL: '', WAYPOST_DEMO: '' };
    return await importWatched({ ...terminal, env }, { aside: true });
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

async function importWatched(
  terminal: Terminal,
  { acceptRemovals = false, ...options }: Pick<BootOptions, 'aside'> & { acceptRemovals?: boolean } = {},
): Promise<ImportReport> {
  // The report has every fault; the log need not say them again.
  const quiet = { ...terminal, env: { ...terminal.env, LOG_LEVEL: terminal.env['LOG_LEVEL'] || 'error' } };
  return withApplication(
    quiet,
    async (app) => {
      const progress = progressBar(terminal, 'Reading articles');
      try {
        return await importArticles(app, { onProgress: progress.step, acceptRemovals });
      } finally {
        progress.end();
      }
    },
    options,
  );
}

async function exportWatched(terminal: Terminal, folder: string, force: boolean): Promise<ExportReport> {
  return withApplication(terminal, async (app) => {
    const progress = progressBar(terminal, 'Writing articles');
    try {
      return await exportArticles(app, { folder, force, onProgress: progress.step });
    } finally {
      progress.end();
    }
  });
}

function importLines(report: ImportReport): string[] {
  const { moved, removed, conflicts } = report;
  return [
    `${files(report.files)}: ${report.new} new, ${report.changed} changed, ${report.unchanged} as before.`,
    ...(moved > 0 ? [`${moved} moved.`] : []),
    ...(removed > 0 ? [`${removed} taken from readers, since the file is gone.`] : []),
    ...(conflicts > 0 ? [`${conflicts} changed in the browser, too: decide in the list of articles.`] : []),
  ];
}

function exportLines({ articles, written, unchanged, removed, kept, unfinished }: ExportReport): string[] {
  return [
    ...kept.map((path) => `${path}: kept, since it says what was never imported; import first, or use --force.`),
    ...removed.map((path) => `${path}: removed, since its article is elsewhere now or deleted.`),
    ...unfinished.map((address) => `${address}: never saved, so it has no file.`),
    `${articles === 1 ? '1 article' : `${articles} articles`}: ${files(written)} written, ${unchanged} as before.`,
  ];
}

function faultLines({ faults }: Pick<ImportReport, 'faults'>): string[] {
  return faults.map(({ file, line, message, skipped }) => `${file}:${line}: ${message}${skipped ? ' (skipped)' : ''}`);
}

const files = (count: number): string => (count === 1 ? '1 file' : `${count} files`);
