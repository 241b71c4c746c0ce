import { systemRuntime, type Runtime } from '../../src/platform/runtime.ts';

/** A runtime whose clock stands still until a test moves it. */
export interface HeldRuntime extends Runtime {
  /** Moves the clock, in milliseconds. */
  advance(milliseconds: number): void;
}

/** @param at where the clock stands, ISO 8601. */
export function heldRuntime(at = '2026-11-23T18:00:00.000Z'): HeldRuntime {
  let now = Date.parse(at);
  return {
    ...systemRuntime(),
    now: () => now,
    advance: (milliseconds) => {
      now += milliseconds;
    },
  };
}
