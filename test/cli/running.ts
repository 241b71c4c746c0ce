import { spawn, type ChildProcess } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { request, type IncomingMessage } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished } from 'vitest';
import { root } from '../../scripts/install.mjs';
import { askService } from '../support/services.ts';

/** How a command ended, and all it printed. */
export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** Standard output, and standard error. */
  out: string;
  err: string;
}

export interface Running {
  child: ChildProcess;
  ended: Promise<Ended>;
  /** Resolves with what the pattern found in the output; rejects when the process ends without. */
  printed(pattern: RegExp): Promise<RegExpMatchArray>;
}

export interface RunOptions {
  env?: Record<string, string>;
  cwd?: string;
  /** Standard input; left out: nothing; null: left open. */
  input?: string | null;
}

/** Only what every process needs: the settings of whoever runs the tests stay out. */
const surroundings = Object.fromEntries(
  ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'SystemRoot'].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  }),
);

/** Runs a script of the product in a process of its own, which the test's end ends at the latest. */
export const run = (script: string, args: readonly string[], options?: RunOptions): Running =>
  launch([join(root, script), ...args], options);

/** Runs a module's text in a process of its own. */
const runText = (text: string, options?: RunOptions): Running => launch(['--input-type=module', '-e', text], options);

function launch(args: readonly string[], { env = {}, cwd = root, input = '' }: RunOptions = {}): Running {
  const child = spawn(process.execPath, args, { cwd, env: { ...surroundings, ...env } });
  const all = { out: '', err: '' };
  const listeners = new Set<() => void>();
  for (const [stream, name] of [
    [child.stdout, 'out'],
    [child.stderr, 'err'],
  ] as const) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      all[name] += chunk;
      for (const listener of listeners) listener();
    });
  }
  child.stdin.on('error', () => undefined); // it may end before it has read everything
  if (input !== null) child.stdin.end(input);
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, ...all }));
  });
  onTestFinished(async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await ended;
  });
  return {
    child,
    ended,
    printed: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const match = pattern.exec(all.out) ?? pattern.exec(all.err);
          if (match) resolve(match);
        };
        listeners.add(look);
        look();
        void ended.then((end) =>
          reject(new Error(`Ended before it printed ${String(pattern)}: ${JSON.stringify(end)}`)),
        );
      }),
  };
}

/** `waypost VERB …` to its end. */
export const waypost = (args: readonly string[], options?: RunOptions): Promise<Ended> =>
  run('scripts/waypost.mjs', args, options).ended;

/** The `waypost` command for many lines: each is what the process's `main` answers, and the last one may leave nothing open. */
export interface Shell {
  run(args: readonly string[]): Promise<Ended>;
}

const shellText = `import { createInterface } from 'node:readline';
  import { main } from ${JSON.stringify(join(root, 'src/cli/index.ts'))};
  process.stdout.setMaxListeners(100);
  const answer = process.stdout.write.bind(process.stdout);
  const [out, err] = [process.stdout, process.stderr].map((stream) => {
    const written = [];
    stream.write = (chunk) => written.push(String(chunk)) > 0;
    return written;
  });
  for await (const line of createInterface({ input: process.stdin })) {
    const code = await main(JSON.parse(line));
    answer(JSON.stringify({ code, signal: null, out: out.splice(0).join(''), err: err.splice(0).join('') }) + '\\n');
  }`;

/**
 * Many commands, one after the other, in one process, which loads the product once. It ends with the test, by itself: a
 * command that kept something open would be told here.
 */
export function shell(env: Record<string, string>): Shell {
  const { child, ended, printed } = runText(shellText, { env, input: null });
  onTestFinished(async () => {
    child.stdin?.end();
    expect(await Promise.race([ended, sleep(20_000, 'still open', { ref: false })])).toMatchObject({ code: 0 });
  });
  let asked = 0;
  return {
    run: async (args) => {
      child.stdin?.write(`${JSON.stringify(args)}\n`);
      const [, line = ''] = await printed(new RegExp(`^(?:.*\\n){${asked++}}(.*)\\n`));
      return JSON.parse(line) as Ended;
    },
  };
}

/** A folder that the test's end deletes. */
export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'waypost-cli-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A data folder as a first start leaves it, with the demo in it; a copy of one that is made once for all tests. */
export async function demoData(): Promise<string> {
  const data = join(scratch(), 'data');
  cpSync(await askService('demo'), data, { recursive: true });
  return data;
}

/** A portal that was started with a free port, and where it is. */
export interface Started extends Running {
  url: string;
  /** SIGTERM, and how it ended. */
  stop(): Promise<Ended>;
}

/** `npm start` as it is without npm, once it says that it is open. */
export async function start(env: Record<string, string>, script = 'scripts/start.mjs'): Promise<Started> {
  const running = run(script, [], { env: { PORT: '0', ...env } });
  const [, url = ''] = await running.printed(/Address {4}(\S+)[^]*Ctrl-C/);
  return {
    ...running,
    url,
    stop: () => {
      running.child.kill('SIGTERM');
      return running.ended;
    },
  };
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return String(port);
}

/** One answer, read to its end. */
export interface Answer {
  status: number;
  headers: IncomingMessage['headers'];
  body: string;
}

/** Asks as a sender who may write any header; `fetch` writes Host itself. */
export function ask(
  url: string,
  {
    method = 'GET',
    headers = {},
    body = '',
  }: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, headers, agent: false }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: text }));
      answer.on('error', reject);
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
