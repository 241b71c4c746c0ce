import type { Log } from '../platform/log/index.ts';

/** Resolves with the first signal that asks the process to stop; a second one, as Ctrl-C sends it twice, changes nothing. */
export function stopSignal(): { stopped: Promise<NodeJS.Signals>; forget(): void } {
  const signals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;
  let stop: (signal: NodeJS.Signals) => void = () => undefined;
  const stopped = new Promise<NodeJS.Signals>((resolve) => (stop = resolve));
  for (const signal of signals) process.on(signal, stop);
  return { stopped, forget: () => signals.forEach((signal) => process.off(signal, stop)) };
}

/**
 * What nobody foresaw ends the process: it may have left anything half done in memory, and what matters is on disk. The
 * Astro adapter alone would swallow rejections.
 */
export function endOnUnforeseen(log: Log): void {
  const end = (what: string) => (error: unknown) => {
    log.fatal({ err: error }, what);
    process.exit(1);
  };
  process.on('uncaughtException', end('an exception that nobody caught'));
  process.on('unhandledRejection', end('a rejection that nobody handled'));
}
