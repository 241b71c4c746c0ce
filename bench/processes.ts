import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Load } from './load.ts';

const root = join(import.meta.dirname, '..');

/** A started process that answers at `url`. */
export interface Served {
  url: string;
  /** From the start of the command to its first answer. */
  firstAnswerMs: number;
  /** Resident memory now, in megabytes. */
  memory(): Promise<number>;
  stop(): Promise<void>;
}

/**
 * The portal with the demo company, as `npm start` runs it.
 * @param folder its data; the first time it is filled.
 * @param more of its environment.
 */
export async function startPortal(
  folder: string,
  command: 'npm start' | 'waypost start' = 'waypost start',
  more: Record<string, string> = {},
): Promise<Served> {
  const port = await freePort();
  const args = command === 'npm start' ? ['npm', 'start'] : [process.execPath, 'scripts/waypost.mjs', 'start'];
  const { NODE_COMPILE_CACHE: _, ...inherited } = process.env;
  const env = { ...inherited, PORT: String(port), WAYPOST_DATA: folder, LOG_LEVEL: 'warn', ...more };
  return serve(args, env, `http://127.0.0.1:${port}`, '/en');
}

/** Bare `node:http` that sends the same bytes and headers for every request. */
export async function startBare(status: number, headers: [string, string][], body: Buffer): Promise<Served> {
  const port = await freePort();
  const program = `
    const body = Buffer.from(process.argv[2], 'base64');
    const headers = JSON.parse(process.argv[3]).flat();
    require('node:http').createServer((request, response) => {
      response.writeHead(${status}, headers);
      response.end(body);
    }).listen(Number(process.argv[1]), '127.0.0.1');`;
  const args = [process.execPath, '-e', program, String(port), body.toString('base64'), JSON.stringify(headers)];
  return serve(args, process.env, `http://127.0.0.1:${port}`, '/');
}

/** Asks `url` from a process of its own. */
export async function loadOf(url: string, connections: number, seconds: number): Promise<Load> {
  const args = [join(root, 'bench/load.ts'), url, String(connections), String(seconds)];
  return JSON.parse((await promisify(execFile)(process.execPath, args)).stdout) as Load;
}

async function serve(args: string[], env: NodeJS.ProcessEnv, url: string, path: string): Promise<Served> {
  const began = performance.now();
  const [command = '', ...rest] = args;
  const child = spawn(command, rest, { cwd: root, env, stdio: ['ignore', 'ignore', 'inherit'] });
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const end = (): void => void child.kill('SIGKILL');
  process.once('exit', end);
  while ((await fetch(url + path).catch(() => null))?.status !== 200) {
    if (child.exitCode !== null) throw new Error(`${args.slice(0, 3).join(' ')} ended with ${child.exitCode}.`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const firstAnswerMs = performance.now() - began;
  return {
    url,
    firstAnswerMs,
    memory: () => memoryOf(child),
    stop: async () => {
      child.kill('SIGTERM');
      await gone;
      process.off('exit', end);
    },
  };
}

async function memoryOf({ pid }: ChildProcess): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)]);
  return Number(stdout) / 1024;
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
