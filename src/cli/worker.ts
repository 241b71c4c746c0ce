import { Command } from 'commander';
import { boot, work } from '../app/index.ts';
import { endOnUnforeseen, stopSignal } from './process.ts';
import { exitCodes, type Verb } from './terminal.ts';

/** `waypost worker`: does what is owed, without serving. */
export const workerCommand: Verb = (terminal, exit) =>
  new Command('worker')
    .description('Do what is owed (mails, cases, regular tasks) in a process of its own.')
    .action(async () => {
      const signal = stopSignal();
      const { app } = await boot(terminal.env, terminal.cwd);
      endOnUnforeseen(app.log);
      const ending = new AbortController();
      void signal.stopped.then(() => ending.abort());
      terminal.say('The worker is at work. Ctrl-C stops it.');
      try {
        await work(app, ending.signal);
      } finally {
        await app.close();
        signal.forget();
      }
      exit(exitCodes.done);
    });
