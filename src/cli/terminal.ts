import { once } from 'node:events';
import type { Command } from 'commander';

/** What a command is given from outside, and where it answers. */
export interface Terminal {
  env: Readonly<Record<string, string | undefined>>;
  cwd: string;
  /** One line of an answer, to standard output. */
  say(line: string): void;
  /** Much text to standard output; resolves when there is room for more. */
  pour(text: string): Promise<void>;
  /** One line about progress or trouble, to standard error. */
  note(line: string): void;
  /** Text without a line break to standard error, for what is drawn again and again. */
  draw(text: string): void;
  /** Whether somebody watches standard error. */
  isWatched: boolean;
  /** Everything that comes in on standard input. */
  readInput(): Promise<string>;
}

/** Exit codes: done, failed, wrong usage. */
export const exitCodes = { done: 0, failed: 1, usage: 2 } as const;

/** Makes one verb. Its action calls `exit` with the exit code; an error it throws is told in one line where we know it. */
export type Verb = (terminal: Terminal, exit: (code: number) => void) => Command;

/** The terminal of this process. */
export function processTerminal(): Terminal {
  // Whoever reads may have read enough (`| head`): that is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(exitCodes.done);
    throw error;
  });
  return {
    env: process.env,
    cwd: process.cwd(),
    say: (line) => process.stdout.write(`${line}\n`),
    async pour(text) {
      if (!process.stdout.write(text)) await once(process.stdout, 'drain');
    },
    note: (line) => process.stderr.write(`${line}\n`),
    draw: (text) => process.stderr.write(text),
    isWatched: process.stderr.isTTY === true,
    async readInput() {
      const chunks: Buffer[] = [];
      for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
      return Buffer.concat(chunks).toString('utf8');
    },
  };
}
