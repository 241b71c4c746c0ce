import type { Terminal } from './terminal.ts';

const WIDTH = 24;
const BETWEEN_MS = 80;

export interface Progress {
  /** `done` of `total` steps are behind us. */
  step(done: number, total: number): void;
  /** Takes the bar away. */
  end(): void;
}

/** A bar on standard error while long work runs; nothing at all when no terminal watches. */
export function progressBar(terminal: Terminal, what: string): Progress {
  if (!terminal.isWatched) return { step: () => undefined, end: () => undefined };
  let drawnAt = -Infinity;
  return {
    step(done, total) {
      const now = performance.now();
      if (now - drawnAt < BETWEEN_MS && done < total) return;
      drawnAt = now;
      const filled = total === 0 ? WIDTH : Math.round((done / total) * WIDTH);
      terminal.draw(`\r\u001b[K${what}  ${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)}  ${done} of ${total}`);
    },
    end: () => terminal.draw('\r\u001b[K'),
  };
}
