export { createQueue, type Queue, type QueueOptions, type RunOptions } from './queue.ts';
export { BACK_OFF_MS, GIVE_UP_MS, RETRY_AFTER_CAP_MS, retryAfterMs } from './backOff.ts';
export { LEASE_MS } from './claim.ts';
export type { Enqueued, NewJob } from './enqueue.ts';
export { LeaseLost, Park, Retry } from './verdicts.ts';
export type { Job, JobContext, JobEvent, JobHandler } from './job.ts';
export type { JobFilter, JobPage, JobState, JobView, QueueCounts } from './records.ts';
