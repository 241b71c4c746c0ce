import { Command } from 'commander';
import { migrateDatabase } from '../app/index.ts';
import { answer, jsonOption, type AnswerOptions } from './answer.ts';
import { exitCodes, type Verb } from './terminal.ts';

/** `waypost migrate`: brings the database up to date, without starting anything. */
export const migrateCommand: Verb = (terminal, exit) =>
  new Command('migrate')
    .description('Bring the database up to date; every start does it, too.')
    .option(...jsonOption)
    .action(async (options: AnswerOptions) => {
      const { dialect, ran } = await migrateDatabase(terminal.env, terminal.cwd);
      answer(terminal, options, { database: dialect, ran }, () =>
        ran.length === 0
          ? ['The database is up to date.']
          : [`${ran.length === 1 ? 'One step' : `${ran.length} steps`} ran:`, ...ran.map((name) => `  ${name}`)],
      );
      exit(exitCodes.done);
    });
