import { setImmediate as turn } from 'node:timers/promises';

/** Long work pauses after so many milliseconds to let questions through. */
const SLICE_MS = 10;

/** Whether it is time for a pause; most calls cost a subtraction. */
export interface Slices {
  /** True when the slice is used up: `await pause()` then. */
  readonly over: boolean;
  pause(): Promise<void>;
}

export function slices(): Slices {
  let ends = performance.now() + SLICE_MS;
  return {
    get over() {
      return performance.now() > ends;
    },
    async pause() {
      await turn();
      ends = performance.now() + SLICE_MS;
    },
  };
}
