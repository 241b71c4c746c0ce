import type { Queue } from '../../src/platform/jobs/index.ts';

/** Waits for something that itself waits for what is queued, and does that meanwhile. */
export async function besideQueue<T>(queue: Pick<Queue, 'runDue'>, work: Promise<T>): Promise<T> {
  let isDone = false;
  const done = work.finally(() => (isDone = true));
  done.catch(() => undefined);
  while (!isDone) {
    await queue.runDue();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return done;
}
