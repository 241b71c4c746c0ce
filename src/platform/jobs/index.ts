export { createQueue, type Queue, type QueueOptions, type RunOptions } from './queue.ts';
export { retryAfterMs } from './backOff.ts';
export { LEASE_MS } from './claim.ts';
export type { Enqueued, NewJob } from './enqueue.ts';
export { Park, Retry } from './verdicts.ts';
export type { Job, JobContext, JobEvent, JobHandler } from './job.ts';
export type { JobFilter, JobPage, JobState, JobView, QueueCounts } from './records.ts';
