import { Command, Option } from 'commander';
import { operator } from '../app/index.ts';
import { answer, jsonOption, type AnswerOptions } from './answer.ts';
import { personEraseCommand, personExportCommand } from './personData.ts';
import { exitCodes, type Terminal, type Verb } from './terminal.ts';
import { orFailed, WrongUsage } from './trouble.ts';
import { withApplication } from './withApplication.ts';

const ROLES = ['customer', 'author', 'agent', 'administrator'] as const;

interface RoleOptions extends AnswerOptions {
  email: string;
  role: (typeof ROLES)[number];
}

interface AddOptions extends RoleOptions {
  name: string;
  locale: 'en' | 'zh-cn';
  password?: string;
  passwordStdin?: boolean;
}

/** `waypost person`: people, by whoever runs the portal. */
export const personCommand: Verb = (terminal, exit) => {
  const add = new Command('add')
    .description('Add somebody whose address counts as proven. Without a password they sign in by a mailed link.')
    .requiredOption('--email <address>', 'their e-mail address')
    .requiredOption('--name <name>', 'their name')
    .addOption(roleOption().default('customer'))
    .addOption(new Option('--locale <locale>', 'the language of their mails').choices(['en', 'zh-cn']).default('en'))
    .option('--password-stdin', 'read their password from standard input')
    .addOption(
      new Option(
        '--password <password>',
        'their password; others on this machine may see it in the list of processes',
      ).conflicts('passwordStdin'),
    )
    .option(...jsonOption)
    .action(async (options: AddOptions) => {
      const { email, name, role, locale } = options;
      const password = await passwordOf(terminal, options);
      await withApplication(terminal, async ({ accounts }) => {
        const person = { email, name, role, locale, password, verified: true };
        const { personId } = await orFailed(accounts.addPerson(operator, person), {
          conflict: `${email.trim()} has its person already.`,
        });
        const data = { id: personId, email: email.trim().toLowerCase(), name, role };
        answer(terminal, options, data, () => [`${name} (${data.email}) is added: ${role}.`]);
      });
      exit(exitCodes.done);
    });
  const role = new Command('role')
    .description('Say what somebody may do from now on.')
    .requiredOption('--email <address>', 'their e-mail address')
    .addOption(roleOption().makeOptionMandatory())
    .option(...jsonOption)
    .action(async (options: RoleOptions) => {
      await withApplication(terminal, async ({ accounts }) => {
        const { personId } = await orFailed(accounts.setRole(operator, { email: options.email, role: options.role }), {
          not_found: `Nobody has proven the address ${options.email.trim()}.`,
          conflict: `${options.email.trim()} is the last administrator. Make somebody else one first.`,
        });
        const data = { id: personId, email: options.email.trim().toLowerCase(), role: options.role };
        answer(terminal, options, data, () => [`${data.email} is now: ${options.role}.`]);
      });
      exit(exitCodes.done);
    });
  const reset = new Command('reset-second-step')
    .description('Take away the second step of somebody who lost its app: they are signed out and told by mail.')
    .requiredOption('--email <address>', 'their e-mail address')
    .option(...jsonOption)
    .action(async (options: AnswerOptions & { email: string }) => {
      await withApplication(terminal, async ({ accounts, database }) => {
        const person = await accounts.personByEmail(database.db, options.email);
        await orFailed(accounts.resetSecondFactor(operator, person?.id ?? ''), {
          not_found: `Nobody with a second step has proven the address ${options.email.trim()}.`,
        });
        const data = { id: person?.id, email: person?.email };
        answer(terminal, options, data, () => [`${data.email} signs in without a second step until they set one up.`]);
      });
      exit(exitCodes.done);
    });
  return new Command('person')
    .description('Add people, say what they may do, and give out or erase what is kept about them.')
    .addCommand(add)
    .addCommand(role)
    .addCommand(reset)
    .addCommand(personExportCommand(terminal, exit))
    .addCommand(personEraseCommand(terminal, exit));
};

const roleOption = () => new Option('--role <role>', 'what they may do').choices(ROLES);

/** One line of standard input, without its end; or what the option says. */
async function passwordOf(terminal: Terminal, { password, passwordStdin }: AddOptions): Promise<string | undefined> {
  if (!passwordStdin) return password;
  const given = (await terminal.readInput()).replace(/\r?\n$/, '');
  if (given === '') throw new WrongUsage('Nothing came on standard input where --password-stdin expects the password.');
  return given;
}
