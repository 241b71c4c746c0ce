import { Command } from 'commander';
import { indexStatus } from '../app/index.ts';
import { answer, jsonOption, pairs, type AnswerOptions } from './answer.ts';
import { exitCodes, type Verb } from './terminal.ts';
import { withApplication } from './withApplication.ts';

/** `waypost index`: the search engine's copy of the articles. */
export const indexCommand: Verb = (terminal, exit) => {
  const status = new Command('status')
    .description('Feed the search engine what it is owed, and say whether it can answer. Ends with 1 when it cannot.')
    .option(...jsonOption)
    .action(async (options: AnswerOptions) => {
      await withApplication(terminal, async (app) => {
        const state = await indexStatus(app);
        answer(terminal, options, state, () =>
          pairs([
            ['Engine', state.engine],
            ['Ready', state.ready ? 'yes' : 'no'],
            ...(state.trouble === null ? [] : [['Trouble', state.trouble] as const]),
            ...Object.entries(state.articles).map(([locale, count]) => [`Articles ${locale}`, String(count)] as const),
            ['Last change', state.changedAt ?? 'none'],
          ]),
        );
        exit(state.ready && state.trouble === null ? exitCodes.done : exitCodes.failed);
      });
    });
  return new Command('index').description('The search engine’s copy of the articles.').addCommand(status);
};
