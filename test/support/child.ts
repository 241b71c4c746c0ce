import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';

/** How a process ended, and what it printed. */
export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  output: string;
}

/** A module of the product as a child's `import` needs it: the path from the repository's root, such as `src/app/index.ts`. */
export function moduleOf(path: string): string {
  return JSON.stringify(join(process.cwd(), path));
}

/** Runs a module's text in a process of its own, with this Node. What it writes to stderr is shown. */
export function startChild(moduleText: string): {
  child: ChildProcess;
  ended: Promise<Ended>;
  printed(words: string): Promise<void>;
} {
  const child = spawn(process.execPath, ['--input-type=module', '-e', moduleText], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let output = '';
  const waiting: { words: string; resolve: () => void }[] = [];
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
    for (const { words, resolve } of waiting) if (output.includes(words)) resolve();
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, output }));
  });
  /** Resolves when the child has printed `words`; rejects when it ends without. */
  const printed = (words: string): Promise<void> =>
    new Promise((resolve, reject) => {
      if (output.includes(words)) resolve();
      else waiting.push({ words, resolve });
      void ended.then((end) =>
        reject(new Error(`The process ended before it printed “${words}”: ${JSON.stringify(end)}`)),
      );
    });
  return { child, ended, printed };
}
