import type { KeyViewer } from '../accounts/index.ts';
import type { Limits } from '../platform/limits/index.ts';
import { createForeseeing } from './foreseeing.ts';
import { createIntake } from './intake.ts';
import { createLateness } from './lateness.ts';
import { createPulling, type PullingDeps } from './pulling.ts';
import { createReading, type ReadingDeps } from './reading.ts';
import { createReports } from './reports.ts';

export interface OrdersDeps extends PullingDeps, ReadingDeps {
  limits: Limits;
  /** Calls that one key may make; a batch counts as one. */
  rate: { max: number; windowSeconds: number };
}

/** The room, put together. */
export function createOrders(deps: OrdersDeps) {
  const take = ({ keyId }: KeyViewer) => deps.limits.take({ name: 'order-calls', who: keyId, ...deps.rate });
  return {
    ...createReading(deps),
    ...createIntake({ ...deps, take }),
    ...createReports({ ...deps, take }),
    ...createLateness(deps),
    ...createForeseeing(deps),
    ...createPulling(deps),
  };
}

export type Orders = ReturnType<typeof createOrders>;
