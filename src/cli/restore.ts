import { readFile } from 'node:fs/promises';
import { Command, Option } from 'commander';
import { passphraseIn, restorePortal, type RestoreReport } from '../app/index.ts';
import { answer, jsonOption, type AnswerOptions } from './answer.ts';
import { progressBar } from './progress.ts';
import { exitCodes, type Verb } from './terminal.ts';
import { orFileTrouble } from './trouble.ts';

interface RestoreOptions extends AnswerOptions {
  replace?: boolean;
  otherSecret?: boolean;
  identityFile?: string;
  passphraseFile?: string;
}

/** `waypost restore`: brings a backup back, checked first. */
export const restoreCommand: Verb = (terminal, exit) =>
  new Command('restore')
    .description('Check a backup and bring it back, into either database. Stop the portal and the worker before.')
    .argument('<file>', 'as “waypost backup” wrote it')
    .option('--replace', 'what is there goes')
    .option('--identity-file <file>', 'the keys of age that open it')
    .addOption(
      new Option('--passphrase-file <file>', 'the passphrase that opens it is in this file').conflicts('identityFile'),
    )
    .option('--other-secret', 'go on although the secret is not the one of the backup; its touches cannot be read')
    .option(...jsonOption)
    .action(async (file: string, options: RestoreOptions) => {
      const bar = progressBar(terminal, 'Restore');
      const key =
        options.passphraseFile !== undefined
          ? { passphrase: await passphraseIn(options.passphraseFile) }
          : options.identityFile !== undefined
            ? { identities: identitiesIn(await readFile(options.identityFile, 'utf8')) }
            : null;
      const order = {
        ...{ file, key, replace: options.replace === true, acceptOtherSecret: options.otherSecret === true },
        progress: (_: string, done: number, total: number) => bar.step(done, total),
      };
      const report = await orFileTrouble(restorePortal(terminal.env, terminal.cwd, order), {
        ENOENT: `There is no file ${file}.`,
      }).finally(() => bar.end());
      answer(terminal, options, report, () => linesOf(report));
      exit(exitCodes.done);
    });

/** Lines that are keys; the comments around them are age's own. */
function identitiesIn(text: string): string[] {
  return text.split(/\s+/).filter((word) => word.startsWith('AGE-SECRET-KEY-'));
}

function linesOf({ head, secretFits, tables, files, missing, jobs, replayed }: RestoreReport): string[] {
  const rows = Object.values(tables).reduce((sum, count) => sum + count, 0);
  const { parked, lookFirst } = jobs;
  return [
    `The backup of ${head.createdAt} (version ${head.version}) is in place: ${rows} rows, ${files} files.`,
    secretFits ? 'The secret fits.' : 'The secret is another one: touches of that time cannot be read.',
    ...(missing.length > 0 ? [`Not in the backup: ${missing.join(', ')}.`] : []),
    `Erased again, as the ledger says: ${replayed.erased}; asked to be erased: ${replayed.asked}.`,
    `Mails that were owed are parked, since they may have been sent meanwhile: ${parked}. See “waypost outbox list --state parked”.`,
    `Operations of CRMs that look first whether they were done: ${lookFirst}.`,
    'Everybody has to sign in again.',
  ];
}
