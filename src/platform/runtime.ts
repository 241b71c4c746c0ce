import { randomFillSync } from 'node:crypto';
import { v7 } from 'uuid';

/**
 * What the outside world gives the application: time, randomness and the network. Everything takes them from here, so
 * that a test can hold the clock, fix the dice and answer for the network.
 */
export interface Runtime {
  /** Now, as a UTC instant in milliseconds since 1970. */
  now(): number;
  /** `length` bytes from a cryptographic source. */
  randomBytes(length: number): Uint8Array<ArrayBuffer>;
  fetch: typeof globalThis.fetch;
}

/** The real clock, the system's randomness and the real network. */
export function systemRuntime(): Runtime {
  return {
    now: () => Date.now(),
    randomBytes: (length) => randomFillSync(new Uint8Array(length)),
    fetch: globalThis.fetch,
  };
}

/** An instant as it is stored and sent: ISO 8601, UTC, milliseconds. It sorts as text. */
export function instant(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

/** A new row's id: UUIDv7 (RFC 9562), which sorts by time. */
export function newId(runtime: Runtime): string {
  return v7({ msecs: runtime.now(), random: runtime.randomBytes(16) });
}

/** A secret or capability of 192 random bits, safe in a URL. */
export function newToken(runtime: Runtime): string {
  return Buffer.from(runtime.randomBytes(24)).toString('base64url');
}
