import { createIntake } from './intake.ts';
import { createReading, type ReadingDeps } from './reading.ts';
import type { StoringDeps } from './store.ts';

export type OrdersDeps = StoringDeps & ReadingDeps;

/** The room, put together. */
export function createOrders(deps: OrdersDeps) {
  return { ...createReading(deps), ...createIntake(deps) };
}

export type Orders = ReturnType<typeof createOrders>;
