import { Command, CommanderError } from 'commander';
import { articlesCommand } from './articles.ts';
import { backupCommand } from './backup.ts';
import { doctorCommand } from './doctor.ts';
import { indexCommand } from './engineIndex.ts';
import { keyCommand } from './key.ts';
import { migrateCommand } from './migrate.ts';
import { ordersCommand } from './orders.ts';
import { outboxCommand } from './outbox.ts';
import { personCommand } from './person.ts';
import { restoreCommand } from './restore.ts';
import { searchCommand } from './search.ts';
import { seedCommand } from './seed.ts';
import { startCommand } from './start.ts';
import { exitCodes, processTerminal, type Verb } from './terminal.ts';
import { touchesCommand } from './touches.ts';
import { exitCodeOf, tellTrouble } from './trouble.ts';
import { workerCommand } from './worker.ts';

const verbs: readonly Verb[] = [
  startCommand,
  workerCommand,
  migrateCommand,
  seedCommand,
  personCommand,
  keyCommand,
  articlesCommand,
  ordersCommand,
  indexCommand,
  searchCommand,
  doctorCommand,
  backupCommand,
  restoreCommand,
  outboxCommand,
  touchesCommand,
];

/**
 * The `waypost` command.
 * @param argv verb and options, without the program's own name.
 * @returns the exit code; the process is left to end by itself, so nothing may be kept open.
 */
export async function main(argv: string[]): Promise<number> {
  const terminal = processTerminal();
  let code: number = exitCodes.done;
  const program = new Command('waypost').description('A self-hosted customer self-service portal.');
  for (const verb of verbs) program.addCommand(verb(terminal, (result) => (code = result)));
  settle(program, terminal.note);
  try {
    await program.parseAsync(argv, { from: 'user' });
    return code;
  } catch (error) {
    // Commander has said what is wrong, in one line.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    terminal.note(tellTrouble(error));
    return exitCodeOf(error);
  }
}

/** Every command, however deep, throws instead of ending the process, and says in one line what is wrong with its use. */
function settle(command: Command, note: (line: string) => void): void {
  command.exitOverride().configureOutput({
    outputError: (text) => {
      const line = text
        .trim()
        .replace(/^error: /, '')
        .replaceAll(/\s*\n\s*/g, ' ');
      note(
        `${line.charAt(0).toUpperCase()}${line.slice(1)}${line.endsWith('.') ? '' : '.'} See: ${pathOf(command)} --help`,
      );
    },
  });
  for (const child of command.commands) settle(child, note);
}

function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();
}
