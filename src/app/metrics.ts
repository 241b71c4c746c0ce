import { Counter, Gauge, type Registry } from 'prom-client';
import type { JobEvent, Queue } from '../platform/jobs/index.ts';

/** What the application counts beside the front's own figures. Counts only: nothing of anybody. */
export function countJobs(registry: Registry): (event: JobEvent) => void {
  const ended = new Counter({
    name: 'waypost_jobs_total',
    help: 'Tries of owed operations by kind and how they ended.',
    labelNames: ['kind', 'outcome'],
    registers: [registry],
  });
  return ({ kind, type }) => ended.inc({ kind, outcome: type });
}

/** Figures that are read when somebody asks for them. */
export function watchQueue(registry: Registry, queue: Queue, lostTouches: () => number): void {
  new Gauge({
    name: 'waypost_queue_jobs',
    help: 'Operations in the queue: owed, or parked until a person looks.',
    labelNames: ['state'],
    registers: [registry],
    async collect() {
      const { owed, parked } = await queue.counts();
      this.set({ state: 'owed' }, owed);
      this.set({ state: 'parked' }, parked);
    },
  });
  new Gauge({
    name: 'waypost_touches_lost',
    help: 'Touches of reading lost because the database stayed locked, since the start.',
    registers: [registry],
    collect() {
      this.set(lostTouches());
    },
  });
}

/** Whether touches are sealed. @param oldest since when the oldest one waits, in milliseconds since 1970. */
export function watchSealing(registry: Registry, oldest: () => Promise<number | null>, now: () => number): void {
  new Gauge({
    name: 'waypost_touches_unsealed_seconds',
    help: 'For how long the oldest touch waits to be sealed.',
    registers: [registry],
    async collect() {
      const since = await oldest();
      this.set(since === null ? 0 : Math.max(0, (now() - since) / 1_000));
    },
  });
}
