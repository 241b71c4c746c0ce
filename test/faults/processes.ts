import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FaultSite } from './site.ts';

const root = join(import.meta.dirname, '../..');
const START_MS = 30_000;

/** A running process of the product, as a supervisor holds it. */
export interface Running {
  /** `kill -9`; resolves when it is gone. */
  kill(): Promise<void>;
  /** SIGTERM. @returns the exit code. */
  stop(): Promise<number | null>;
  signal(name: NodeJS.Signals): void;
  isRunning(): boolean;
  /** What it printed, for a report; the newest 10,000 characters. */
  output(): string;
}

/** `waypost start --no-worker`, as soon as it answers. */
export async function startPortal(site: FaultSite): Promise<Running> {
  const portal = start(site, ['start', '--no-worker']);
  await ready(portal, 'the portal', async () => {
    const response = await fetch(`${site.publicUrl}/healthz`).catch(() => null);
    return response?.ok ?? false;
  });
  return portal;
}

/**
 * `waypost worker`, as soon as it works.
 * @param aheadSeconds how far its clock is ahead of everybody else's, as if so much time had passed.
 */
export async function startWorker(site: FaultSite, aheadSeconds = 0): Promise<Running> {
  const clock = `const now = Date.now; Date.now = () => now() + ${aheadSeconds * 1000};`;
  const worker = start(site, ['worker'], aheadSeconds === 0 ? [] : ['--import', `data:text/javascript,${clock}`]);
  await ready(worker, 'the worker', async () => worker.output().includes('The worker is at work'));
  return worker;
}

function start(site: FaultSite, verb: string[], flags: string[] = []): Running {
  const child = spawn(process.execPath, [...flags, join(root, 'scripts/waypost.mjs'), ...verb], {
    cwd: root,
    // The compiled code is kept between the many starts of a run.
    env: { PATH: process.env['PATH'], NODE_COMPILE_CACHE: join(tmpdir(), 'waypost-faults-code'), ...site.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => (output = (output + chunk).slice(-10_000)));
  }
  const gone = new Promise<number | null>((resolve) => child.once('close', resolve));
  // Whatever happens to the supervisor, it leaves nothing running.
  const end = (): void => void child.kill('SIGKILL');
  process.once('exit', end);
  void gone.then(() => process.off('exit', end));
  return {
    kill: async () => {
      end();
      await gone;
    },
    stop: async () => {
      child.kill('SIGTERM');
      return gone;
    },
    signal: (name) => void child.kill(name),
    isRunning: () => child.exitCode === null && child.signalCode === null,
    output: () => output,
  };
}

async function ready(running: Running, name: string, isReady: () => Promise<boolean>): Promise<void> {
  const giveUpAt = performance.now() + START_MS;
  while (!(await isReady())) {
    if (!running.isRunning()) throw new Error(`${name} ended while it started:\n${running.output()}`);
    if (performance.now() > giveUpAt) {
      await running.kill();
      throw new Error(`${name} does not start:\n${running.output()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
}
