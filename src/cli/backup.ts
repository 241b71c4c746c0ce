import { Command, Option } from 'commander';
import { backUpPortal, passphraseIn, type BackupReport } from '../app/index.ts';
import { answer, jsonOption, type AnswerOptions } from './answer.ts';
import { progressBar } from './progress.ts';
import { exitCodes, type Verb } from './terminal.ts';
import { orFileTrouble } from './trouble.ts';

interface BackupOptions extends AnswerOptions {
  encryptTo?: string[];
  passphraseFile?: string;
}

/** `waypost backup`: one file with everything but the keys. */
export const backupCommand: Verb = (terminal, exit) =>
  new Command('backup')
    .description(
      'Write one file with all data as they are at this instant, while the portal runs. The secret is not in it.',
    )
    .argument('<file>', 'a file that is not there yet')
    .option('--encrypt-to <recipient...>', 'encrypt it for these keys of age (age1…)')
    .addOption(
      new Option('--passphrase-file <file>', 'encrypt it with the passphrase in this file').conflicts('encryptTo'),
    )
    .option(...jsonOption)
    .action(async (file: string, options: BackupOptions) => {
      const bar = progressBar(terminal, 'Backup');
      let rows = 0;
      const lock =
        options.passphraseFile !== undefined
          ? { passphrase: await passphraseIn(options.passphraseFile) }
          : options.encryptTo
            ? { recipients: options.encryptTo }
            : null;
      const progress = (): void => bar.step(++rows, rows);
      const report = await orFileTrouble(backUpPortal(terminal.env, terminal.cwd, { file, lock, progress }), {
        EEXIST: `${file} is there already. A backup never writes over a file.`,
        invalidRecipient: 'One of the keys of --encrypt-to is no key of age.',
      }).finally(() => bar.end());
      answer(terminal, options, report, () => linesOf(report));
      exit(exitCodes.done);
    });

function linesOf({ file, size, tables, files, missing, encrypted }: BackupReport): string[] {
  const rows = Object.values(tables).reduce((sum, count) => sum + count, 0);
  return [
    `${file}: ${rows} rows of ${Object.keys(tables).length} tables, ${files} files, ${Math.ceil(size / 1024)} KiB${encrypted ? ', encrypted' : ''}.`,
    ...(missing.length > 0 ? [`Missing on disk: ${missing.join(', ')}.`] : []),
    ...(encrypted ? [] : ['It is not encrypted: whoever has it can read tickets, messages and addresses.']),
    'Keep apart from it: WAYPOST_SECRET (or data/secret), without which touches cannot be read, and erasures.ndjson.',
  ];
}
