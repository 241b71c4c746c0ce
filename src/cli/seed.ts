import { Command } from 'commander';
import { demoLines, seedDemo } from '../app/index.ts';
import { answer, jsonOption, type AnswerOptions } from './answer.ts';
import { exitCodes, type Verb } from './terminal.ts';
import { withApplication } from './withApplication.ts';

/** `waypost seed`: the demo company, in a database without people of its own. */
export const seedCommand: Verb = (terminal, exit) =>
  new Command('seed')
    .description('Fill an empty database with the demo company. Refuses when HOST is reached from beyond this machine.')
    .option(...jsonOption)
    .action(async (options: AnswerOptions) => {
      // The environment itself says no to a demo beyond loopback, with every other fault.
      const asDemo = { ...terminal, env: { ...terminal.env, WAYPOST_DEMO: '1' } };
      await withApplication(asDemo, async (app, { demoPassword }) => {
        const demo = await seedDemo(app, { password: demoPassword });
        answer(terminal, options, demo, () => demoLines(demo));
      });
      exit(exitCodes.done);
    });
