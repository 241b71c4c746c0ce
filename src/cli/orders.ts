import { resolve } from 'node:path';
import { Command } from 'commander';
import { importOrders, type Application, type OrderImport } from '../app/index.ts';
import { asRefusal } from '../platform/refusal.ts';
import { aligned, answer, jsonOption, type AnswerOptions } from './answer.ts';
import { progressBar } from './progress.ts';
import { exitCodes, type Terminal, type Verb } from './terminal.ts';
import { Failed, WrongUsage } from './trouble.ts';
import { withApplication } from './withApplication.ts';

interface ImportOptions extends AnswerOptions {
  mapping?: string;
  source?: string;
  refused?: string;
  dryRun?: boolean;
}

/** Rows with something wrong that are told; `--refused` writes them all. */
const TOLD = 20;

/** `waypost orders`: files of orders. */
export const ordersCommand: Verb = (terminal, exit) => {
  const bring = new Command('import')
    .description('Bring in the orders of a CSV or NDJSON file. The same file again changes nothing.')
    .argument('<file>')
    .option('--mapping <name>', 'the source whose files are read like this one; else one with the same headings')
    .option('--source <name>', 'whose orders these are, if not that source’s; needed for NDJSON')
    .option('--refused <file>', 'write the rows that cannot be taken to a CSV file')
    .option('--dry-run', 'only tell what would become of the orders')
    .option(...jsonOption)
    .action(async (file: string, options: ImportOptions) => {
      const report = await importWatched(terminal, file, options);
      answer(terminal, options, report, () => reportLines(report, options));
      exit(report.counts.refused > 0 ? exitCodes.failed : exitCodes.done);
    });
  return new Command('orders').description('Bring in orders from files.').addCommand(bring);
};

function importWatched(terminal: Terminal, file: string, options: ImportOptions): Promise<OrderImport> {
  const { mapping, source, dryRun = false } = options;
  const at = (path: string): string => resolve(terminal.cwd, path);
  return withApplication(terminal, async (app) => {
    const progress = progressBar(terminal, dryRun ? 'Checking orders' : 'Storing orders');
    try {
      return await importOrders(app, {
        ...{ path: at(file), mapping, source, mode: dryRun ? 'check' : 'apply', onProgress: progress.step },
        refused: options.refused === undefined ? undefined : at(options.refused),
      });
    } catch (error) {
      throw await toldBy(app, error, options);
    } finally {
      progress.end();
    }
  });
}

/** What to do about a file that cannot be brought in. */
async function toldBy(
  { orderFiles, settings }: Application,
  error: unknown,
  { mapping }: ImportOptions,
): Promise<unknown> {
  if (error instanceof Error && error.name === 'UnreadableFile') return new Failed(error.message);
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
    return new WrongUsage('There is no such file.');
  const fields = asRefusal(error)?.fields ?? [];
  if (fields.some(({ field }) => field === 'mapping')) {
    const known = await orderFiles.sources();
    const names = known.length > 0 ? ` Known are: ${known.join(', ')}.` : '';
    return mapping === undefined
      ? new Failed(
          `Nobody has said how a file with these headings is read. Do so once at ${settings.publicUrl}/staff/orders/import, or name a source with --mapping.${names}`,
        )
      : new WrongUsage(`No source “${mapping}” has been described.${names}`);
  }
  if (fields.some(({ key }) => key.startsWith('orderFiles.fault.'))) {
    return new Failed(
      `The file does not have the columns of its source any more: ${fields.map(({ field }) => field).join(', ')}.`,
    );
  }
  return error;
}

function reportLines({ source, rows, counts, faults, faultCount }: OrderImport, { dryRun }: ImportOptions): string[] {
  const { created, changed, unchanged, refused } = counts;
  const nothing = created + changed === 0 && unchanged > 0;
  return [
    ...(faults.length > 0
      ? aligned(
          ['Row', 'Column', 'What is wrong'],
          faults.slice(0, TOLD).map(({ row, column, what }) => [String(row), column, what]),
        )
      : []),
    ...(faultCount > TOLD ? [`… and ${faultCount - TOLD} more; --refused writes them to a file.`] : []),
    `${rows === 1 ? '1 row' : `${rows} rows`} of ${source}: ${created} new, ${changed} changed, ${unchanged} as before, ${refused} refused.`,
    ...(dryRun ? ['Nothing was stored.'] : nothing ? ['Nothing was changed.'] : []),
  ];
}
