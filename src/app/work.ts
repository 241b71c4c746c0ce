import type { Application } from './application.ts';

const HALF_A_MINUTE_MS = 30_000;
const EVERY_MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/**
 * The worker: does what is owed, ends silent inquiries, and forgets what has had its time. Ends when the signal aborts
 * and what runs is done. Several processes may work on one database.
 */
export async function work(app: Application, signal: AbortSignal): Promise<void> {
  const { bridge, accounts, orderViews, kb, limits, queue, log } = app;
  const timers = [
    every(EVERY_MINUTE_MS, 'silent inquiries', () => bridge.inquiries.endSilent()),
    every(HALF_A_MINUTE_MS, 'order sources', () => app.orders.pull()),
    every(HALF_A_MINUTE_MS, 'broken promises', () => app.orderWatch.noteLate()),
    every(EVERY_MINUTE_MS, 'answered gaps', () => kb.gaps.closeAnswered()),
    every(HOUR_MS, 'gaps that one asked', () => kb.gaps.forgetSingle()),
    every(HOUR_MS, 'files of orders that are done with', () => app.orderFiles.sweep()),
    every(HOUR_MS, 'uploads nobody sent', () => bridge.attachments.sweep()),
    every(HOUR_MS, 'old limits', () => limits.prune()),
    every(HOUR_MS, 'old sign-in requests', () => accounts.sweep()),
    every(HOUR_MS, 'files that people took along', () => app.privacy.sweepFiles()),
    every(HOUR_MS, 'old requests to see an order', () => orderViews.sweep()),
    every(HOUR_MS, 'old idempotency keys', () => app.pruneKeys()),
    every(HOUR_MS, 'touches that have had their time', () => bridge.sealedLog.drop(signal)),
    every(HOUR_MS, 'the keys of the next month', () => bridge.sealedLog.prepare()),
  ];
  await Promise.all([queue.run({ signal }), bridge.sealedLog.run(signal)]).finally(() => timers.forEach(clearInterval));

  function every(ms: number, what: string, task: () => Promise<unknown>): NodeJS.Timeout {
    return setInterval(() => {
      task().catch((error: unknown) => log.warn({ err: error, what }, 'a regular task failed; it comes again'));
    }, ms);
  }
}
