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
  return { now: () => Date.now(), randomBytes: systemRandomness(), fetch: globalThis.fetch };
}

const STOCK_BYTES = 4_096;

/** Ids want 16 bytes at a time, and each call to the system costs more than a hundred bytes: some are kept in stock. */
function systemRandomness(): Runtime['randomBytes'] {
  const stock = new Uint8Array(STOCK_BYTES);
  let used = STOCK_BYTES;
  return (length) => {
    if (length > STOCK_BYTES / 16) return randomFillSync(new Uint8Array(length));
    if (used + length > STOCK_BYTES) {
      randomFillSync(stock);
      used = 0;
    }
    const bytes = stock.slice(used, used + length);
    stock.fill(0, used, (used += length)); // given out once, and not left lying in memory
    return bytes;
  };
}

/** An instant as it is stored and sent: ISO 8601, UTC, milliseconds. It sorts as text. */
export function instant(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

/** The last id of each runtime: ids of one millisecond count up, so that they sort in the order they were made. */
const lastIds = new WeakMap<Runtime, { msecs: number; seq: number }>();

/** A new row's id: UUIDv7 (RFC 9562, 6.2 method 1), which sorts by time and, within this process, by making. */
export function newId(runtime: Runtime): string {
  const random = runtime.randomBytes(16);
  const last = lastIds.get(runtime);
  const now = runtime.now();
  const next =
    last && last.msecs >= now && last.seq < 0xffff_ffff
      ? { msecs: last.msecs, seq: last.seq + 1 }
      : {
          msecs: Math.max(now, (last?.msecs ?? 0) + (last?.seq === 0xffff_ffff ? 1 : 0)),
          seq: new DataView(random.buffer).getUint32(0) >>> 1,
        };
  lastIds.set(runtime, next);
  return v7({ ...next, random });
}

/** A secret or capability of 192 random bits, safe in a URL. */
export function newToken(runtime: Runtime): string {
  return Buffer.from(runtime.randomBytes(24)).toString('base64url');
}
