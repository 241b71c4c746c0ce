import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { answer, jsonOption, type AnswerOptions } from './answer.ts';
import { exitCodes, type Verb } from './terminal.ts';
import { Failed, WrongUsage } from './trouble.ts';
import { withApplication } from './withApplication.ts';

/** What a portal that runs has gathered of somebody is on disk so long after their sessions ended, in milliseconds. */
const SETTLED_MS = 1_000;

/** `waypost person export`: everything that is kept about somebody, as JSON. */
export const personExportCommand: Verb = (terminal, exit) =>
  new Command('export')
    .description('Write everything that is kept about somebody, as JSON.')
    .argument('<email>', 'their e-mail address')
    .option('--out <file>', 'a new file, readable for its owner only; standard output if left out')
    .option(...jsonOption)
    .action(async (email: string, options: AnswerOptions & { out?: string }) => {
      await withApplication(terminal, async ({ privacy }) => {
        const pieces = await privacy.exportOf(email);
        if (!pieces) throw new Failed(`Nobody here has the address ${email.trim()}.`);
        if (options.out === undefined) {
          let all = '';
          for await (const piece of pieces) all += piece;
          terminal.say(all.trimEnd());
          return;
        }
        await pipeline(
          Readable.from(pieces),
          createWriteStream(options.out, { flags: 'wx', mode: 0o600, flush: true }),
        );
        const data = { email: email.trim().toLowerCase(), file: options.out };
        answer(terminal, options, data, () => [`Everything about ${data.email} is in ${data.file}.`]);
      });
      exit(exitCodes.done);
    });

interface EraseOptions extends AnswerOptions {
  now?: boolean;
  yes?: boolean;
}

/** `waypost person erase`: as if they had asked for it themselves. */
export const personEraseCommand: Verb = (terminal, exit) =>
  new Command('erase')
    .description('Erase everything that is kept about somebody, in seven days; they are mailed how to take it back.')
    .argument('<email>', 'their e-mail address')
    .option('--now', 'at once, and for good')
    .option('--yes', 'do not ask')
    .option(...jsonOption)
    .action(async (email: string, options: EraseOptions) => {
      await withApplication(terminal, async ({ privacy, runtime, queue }) => {
        const person = await privacy.personOf(email);
        if (!person) throw new Failed(`Nobody here has the address ${email.trim()}.`);
        if (person.role !== 'customer')
          throw new Failed(
            `${person.email} is a colleague. Make them a customer first: waypost person role --role customer.`,
          );
        await beSure(terminal, person.email, options);
        const due = options.now ? new Date(runtime.now()).toISOString() : undefined;
        const erasure = await privacy.askFor(person.id, due);
        if (options.now) {
          await sleep(SETTLED_MS);
          await privacy.runErasure(erasure.id);
        }
        const { owed } = await queue.counts();
        const data = { email: person.email, erasure: erasure.id, dueAt: erasure.dueAt, erased: options.now === true };
        answer(terminal, options, data, () => [
          options.now
            ? `${person.email} is erased. Nobody can bring them back.`
            : `${person.email} is erased on ${erasure.dueAt}, when a worker runs. Until then they may take it back.`,
          ...(options.now && owed > 0 ? ['What CRMs are owed for it goes out with the worker.'] : []),
        ]);
      });
      exit(exitCodes.done);
    });

/** @throws WrongUsage unless the address was typed again or `--yes` was said. */
async function beSure(terminal: Parameters<Verb>[0], email: string, { yes }: EraseOptions): Promise<void> {
  if (yes) return;
  terminal.note(`Type ${email} to erase everything that is kept about them, or say --yes.`);
  if ((await terminal.readInput()).trim().toLowerCase() !== email)
    throw new WrongUsage('Nothing was erased: the address was not typed again.');
}
