import { Command, InvalidArgumentError, Option } from 'commander';
import type { JobState, JobView } from '../platform/jobs/index.ts';
import { asRefusal } from '../platform/refusal.ts';
import { aligned, answer, jsonOption, pairs, type AnswerOptions } from './answer.ts';
import { exitCodes, type Verb } from './terminal.ts';
import { Failed, orFailed } from './trouble.ts';
import { withApplication } from './withApplication.ts';

const STATES = ['owed', 'delivered', 'parked'] as const satisfies JobState[];

interface ListOptions extends AnswerOptions {
  state?: JobState;
  kind?: string;
  limit: number;
  after?: string;
}

/** `waypost outbox`: everything owed to the outside or to later. */
export const outboxCommand: Verb = (terminal, exit) => {
  const list = new Command('list')
    .description('List what is owed, delivered and parked, the newest first.')
    .addOption(new Option('--state <state>', 'only these').choices(STATES))
    .option('--kind <kind>', 'only this kind, such as mail.opened')
    .option('--limit <count>', 'how many, 1 to 200', readLimit, 50)
    .option('--after <cursor>', '“next” of the page before', readCursor)
    .option(...jsonOption)
    .action(async (options: ListOptions) => {
      const { json: _, ...filter } = options;
      await withApplication(terminal, async ({ queue }) => {
        const { jobs, next } = await queue.list(filter);
        const { owed, delivered, parked } = await queue.counts();
        answer(terminal, options, { jobs, next, counts: { owed, delivered, parked } }, () => [
          ...(jobs.length === 0
            ? ['There is none.']
            : aligned(['ID', 'STATE', 'KIND', 'TRIES', 'QUEUED', 'ERROR'], jobs.map(rowOf))),
          `${owed} owed, ${delivered} delivered, ${parked} parked.${next === null ? '' : ` More: --after ${next}`}`,
        ]);
      });
      exit(exitCodes.done);
    });
  const show = new Command('show')
    .description('Show one operation with everything known of it.')
    .argument('<id>', 'as “outbox list” shows it')
    .option(...jsonOption)
    .action(async (id: string, options: AnswerOptions) => {
      await withApplication(terminal, async ({ queue }) => {
        const job = await orFailed(queue.show(id), { not_found: 'Nothing in the outbox has this id.' });
        answer(terminal, options, job, () => pairs(entriesOf(job)));
      });
      exit(exitCodes.done);
    });
  const replay = new Command('replay')
    .description('Put parked operations back, as if they had never been tried.')
    .argument('<id...>', 'as “outbox list --state parked” shows them')
    .option(...jsonOption)
    .action(async (ids: string[], options: AnswerOptions) => {
      await withApplication(terminal, async ({ queue }) => {
        const replayed: string[] = [];
        const refused: string[] = [];
        for (const id of ids) {
          await queue.replay(id).then(
            () => replayed.push(id),
            (error: unknown) => {
              if (asRefusal(error)?.code !== 'not_found') throw error;
              refused.push(id);
            },
          );
        }
        answer(terminal, options, { replayed, refused }, () => replayed.map((id) => `${id} is owed again.`));
        if (refused.length > 0) throw new Failed(`Not parked: ${refused.join(', ')}.`);
      });
      exit(exitCodes.done);
    });
  return new Command('outbox')
    .description('What is owed to the outside or to later.')
    .addCommand(list)
    .addCommand(show)
    .addCommand(replay);
};

function rowOf({ id, state, phase, kind, tries, createdAt, lastError }: JobView): string[] {
  return [id, state === 'owed' ? phase : state, kind, String(tries), createdAt, (lastError ?? '').slice(0, 80)];
}

function entriesOf(job: JobView): [string, string][] {
  const { id, kind, key, subject, state, phase, tries, createdAt, runAt, doneAt, lastError, payload } = job;
  return [
    ['Id', id],
    ['Kind', kind],
    ['Key', key],
    ['Subject', subject ?? 'none'],
    ['State', state === phase ? state : `${state} (${phase})`],
    ['Tries', String(tries)],
    ['Queued', createdAt],
    ...(state === 'owed' ? [['Next try', runAt] satisfies [string, string]] : []),
    ...(doneAt === null ? [] : [['Done', doneAt] satisfies [string, string]]),
    ...(lastError === null ? [] : [['Last error', lastError] satisfies [string, string]]),
    ['Payload', JSON.stringify(payload)],
  ];
}

function readLimit(value: string): number {
  const limit = Number(value);
  if (!/^\d{1,3}$/.test(value) || limit < 1 || limit > 200) throw new InvalidArgumentError('Expected 1 to 200.');
  return limit;
}

function readCursor(value: string): string {
  if (!/^\d{1,15}$/.test(value)) throw new InvalidArgumentError('Expected what “next” says.');
  return value;
}
