import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { importArticles, type BootOptions, type ImportReport } from '../app/index.ts';
import { answer, jsonOption, type AnswerOptions } from './answer.ts';
import { progressBar } from './progress.ts';
import { exitCodes, type Terminal, type Verb } from './terminal.ts';
import { withApplication } from './withApplication.ts';

/** `waypost articles`: the site's `content/` folder. */
export const articlesCommand: Verb = (terminal, exit) => {
  const bring = new Command('import')
    .description('Bring in what changed in content/. Faulty files are skipped; what they said before stays.')
    .option(...jsonOption)
    .action(async (options: AnswerOptions) => {
      const report = await importWatched(terminal);
      answer(terminal, options, report, () => [
        ...faultLines(report),
        `${files(report.files)}: ${report.new} new, ${report.changed} changed, ${report.unchanged} as before.`,
      ]);
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
  return new Command('articles')
    .description('Bring in or check the articles of the site folder.')
    .addCommand(bring)
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

async function importWatched(terminal: Terminal, options: Pick<BootOptions, 'aside'> = {}): Promise<ImportReport> {
  // The report has every fault; the log need not say them again.
  const quiet = { ...terminal, env: { ...terminal.env, LOG_LEVEL: terminal.env['LOG_LEVEL'] || 'error' } };
  return withApplication(
    quiet,
    async (app) => {
      const progress = progressBar(terminal, 'Reading articles');
      try {
        return await importArticles(app, { onProgress: progress.step });
      } finally {
        progress.end();
      }
    },
    options,
  );
}

function faultLines({ faults }: Pick<ImportReport, 'faults'>): string[] {
  return faults.map(({ file, line, message, skipped }) => `${file}:${line}: ${message}${skipped ? ' (skipped)' : ''}`);
}

const files = (count: number): string => (count === 1 ? '1 file' : `${count} files`);
