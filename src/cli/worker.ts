import { Command, InvalidArgumentError } from 'commander';
import { boot, createWorkerHealth, work } from '../app/index.ts';
import { endOnUnforeseen, stopSignal } from './process.ts';
import { exitCodes, type Verb } from './terminal.ts';

/** `waypost worker`: does what is owed, without serving. */
export const workerCommand: Verb = (terminal, exit) =>
  new Command('worker')
    .description('Do what is owed (mails, cases, regular tasks) in a process of its own.')
    .option('--health-port <port>', 'answer /healthz, /readyz and /metrics on this port of HOST', portOf)
    .action(async ({ healthPort }: { healthPort?: number }) => {
      const signal = stopSignal();
      const { app, environment } = await boot(terminal.env, terminal.cwd);
      endOnUnforeseen(app.log);
      const ending = new AbortController();
      void signal.stopped.then(() => ending.abort());
      try {
        const port = healthPort ?? null;
        const health = port === null ? null : createWorkerHealth({ app, host: environment.host, port });
        const address = await health?.listen();
        try {
          if (address) terminal.say(`Health     http://${address.host}:${address.port}/readyz`);
          terminal.say('The worker is at work. Ctrl-C stops it.');
          await work(app, ending.signal);
        } finally {
          await health?.close();
        }
      } finally {
        await app.close();
        signal.forget();
      }
      exit(exitCodes.done);
    });

function portOf(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) throw new InvalidArgumentError('Give a port from 0 to 65535.');
  return port;
}
