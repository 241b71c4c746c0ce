import { Command, Option } from 'commander';
import { operator } from '../app/index.ts';
import { aligned, answer, jsonOption, pairs, type AnswerOptions } from './answer.ts';
import { exitCodes, type Verb } from './terminal.ts';
import { orFailed, WrongUsage } from './trouble.ts';
import { withApplication } from './withApplication.ts';

interface AddOptions extends AnswerOptions {
  role: 'system' | 'partner';
  name: string;
  carrier?: string;
}

/** `waypost key`: what machines send as `Authorization: Bearer …`. */
export const keyCommand: Verb = (terminal, exit) => {
  const add = new Command('add')
    .description('Make a key. It is printed this once; only its hash is kept.')
    .addOption(
      new Option('--role <role>', 'system: an order source or a touch source; partner: a carrier')
        .choices(['system', 'partner'])
        .makeOptionMandatory(),
    )
    .requiredOption('--name <name>', 'what the key is for')
    .option('--carrier <name>', 'with partner: whose shipments it may speak about')
    .option(...jsonOption)
    .action(async (options: AddOptions) => {
      const { role, name, carrier = null } = options;
      if (carrier !== null && role !== 'partner') throw new WrongUsage('--carrier belongs to --role partner.');
      await withApplication(terminal, async ({ accounts }) => {
        const { id, key } = await accounts.addKey(operator, { role, name, carrier });
        answer(terminal, options, { id, key, role, name, carrier }, () =>
          pairs([
            ['Key', key],
            ['Id', id],
            ['', 'The key is not shown again.'],
          ]),
        );
      });
      exit(exitCodes.done);
    });
  const list = new Command('list')
    .description('List every key, revoked ones too, oldest first.')
    .option(...jsonOption)
    .action(async (options: AnswerOptions) => {
      await withApplication(terminal, async ({ accounts }) => {
        const keys = await accounts.listKeys(operator);
        answer(terminal, options, { keys }, () =>
          keys.length === 0
            ? ['There are no keys.']
            : aligned(
                ['ID', 'ROLE', 'NAME', 'CARRIER', 'MADE', 'REVOKED'],
                keys.map(({ id, role, name, carrier, createdAt, revokedAt }) => [
                  id,
                  role,
                  name,
                  carrier ?? '',
                  createdAt,
                  revokedAt ?? '',
                ]),
              ),
        );
      });
      exit(exitCodes.done);
    });
  const revoke = new Command('revoke')
    .description('Refuse a key from the next call on.')
    .argument('<id>', 'the key’s id, as “key list” shows it')
    .option(...jsonOption)
    .action(async (id: string, options: AnswerOptions) => {
      await withApplication(terminal, async ({ accounts }) => {
        await orFailed(accounts.revokeKey(operator, id), { not_found: 'No key in use has this id.' });
        answer(terminal, options, { id, revoked: true }, () => [`${id} is revoked.`]);
      });
      exit(exitCodes.done);
    });
  return new Command('key')
    .description('Make, list and revoke the keys of machines.')
    .addCommand(add)
    .addCommand(list)
    .addCommand(revoke);
};
