import { Command, CommanderError } from 'commander';
import { startCommand } from './start.ts';
import { wrongStart } from './wrongStart.ts';
import { workerCommand } from './worker.ts';

/** What a command is given from outside, and where it answers. */
export interface Terminal {
  env: Readonly<Record<string, string | undefined>>;
  cwd: string;
  /** One line of an answer, to standard output. */
  say(line: string): void;
  /** One line about progress or trouble, to standard error. */
  note(line: string): void;
}

/** Exit codes: done, failed, wrong usage. */
export const exitCodes = { done: 0, failed: 1, usage: 2 } as const;

const USAGE_CODES = /^commander\.(unknown|missing|invalid|excess|conflicting|optionMissing)/;

/**
 * The `waypost` command.
 * @param argv verb and options, without the program's own name.
 * @returns the exit code; the process is left to end by itself, so nothing may be kept open.
 */
export async function main(argv: string[]): Promise<number> {
  const terminal: Terminal = {
    env: process.env,
    cwd: process.cwd(),
    say: (line) => process.stdout.write(`${line}\n`),
    note: (line) => process.stderr.write(`${line}\n`),
  };
  let code: number = exitCodes.done;
  const program = new Command('waypost')
    .description('A self-hosted customer self-service portal.')
    .exitOverride()
    .showHelpAfterError('Run “waypost --help” for what there is.')
    .configureHelp({ showGlobalOptions: true });
  for (const command of [startCommand, workerCommand]) {
    program.addCommand(command(terminal, (result) => (code = result)).exitOverride());
  }
  try {
    await program.parseAsync(argv, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError)
      return error.exitCode === 0 ? exitCodes.done : USAGE_CODES.test(error.code) ? exitCodes.usage : exitCodes.failed;
    terminal.note(wrongStart(error));
    return exitCodes.failed;
  }
}
