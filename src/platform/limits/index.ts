import { createHmac, createSecretKey } from 'node:crypto';
import { isIP } from 'node:net';
import { sql } from 'kysely';
import { statement, type Database } from '../database/index.ts';
import { Refusal } from '../refusal.ts';
import { instant, type Runtime } from '../runtime.ts';

const PRUNE_BATCH = 500;
/** Windows are at most a day long, so whatever began two days ago is over. */
const KEPT_MS = 2 * 24 * 3_600_000;

/** At most `max` times in each window of time. */
export interface Limit {
  /** What is counted: `sign-in`, `ask` … */
  name: string;
  /** By whom or on what: an address, an e-mail, an id. Stored only as a keyed hash. */
  who: string;
  max: number;
  /** At most a day. */
  windowSeconds: number;
}

export interface Limits {
  /**
   * Counts one use, in a transaction of its own: a use counts even when what follows fails.
   * @throws Refusal `limited` with `retryAfterSeconds`, when `max` are used up until the window ends.
   */
  take(limit: Limit): Promise<void>;
  /** Forgets windows that are long over. @returns how many. */
  prune(): Promise<number>;
}

/** Limits that hold over all processes on one database. @param options.key 32 bytes that the hashes are made with. */
export function createLimits(options: { database: Database; runtime: Runtime; key: Uint8Array }): Limits {
  const { database, runtime } = options;
  // Bytes would be made into a key object with every hash, which costs more than the hash.
  const hashKey = createSecretKey(options.key);
  return {
    async take({ name, who, max, windowSeconds }) {
      const now = runtime.now();
      const windowMs = windowSeconds * 1000;
      const start = Math.floor(now / windowMs) * windowMs;
      const key = `${name}:${createHmac('sha256', hashKey).update(`${name}\n${who}`).digest('base64url')}`;
      const windowStart = instant(start);
      // Who is beyond the limit changes nothing, and so costs no write to disk.
      const { numAffectedRows } = await count(database.db, { key, windowStart, max });
      if (!numAffectedRows) {
        throw new Refusal('limited', { retryAfterSeconds: Math.max(1, Math.ceil((start + windowMs - now) / 1000)) });
      }
    },

    async prune() {
      const before = instant(runtime.now() - KEPT_MS);
      let pruned = 0;
      for (;;) {
        const { numAffectedRows } = await sql`
          delete from limit_count where (key, window_start) in (
            select key, window_start from limit_count where window_start < ${before} order by window_start limit ${PRUNE_BATCH}
          )`.execute(database.db);
        pruned += Number(numAffectedRows ?? 0);
        if (Number(numAffectedRows ?? 0) < PRUNE_BATCH) return pruned;
      }
    },
  };
}

/**
 * Who a client is to a limit: an IPv4 address, or the /64 network of an IPv6 one, since whoever has one of its addresses
 * has them all.
 */
export function networkOf(address: string): string {
  if (isIP(address) !== 6) return address;
  const [head = '', tail] = address.split('::');
  const groups = (part: string): string[] => (part === '' ? [] : part.split(':'));
  // An IPv4 address at the end stands for two groups; it lies beyond the first four.
  const missing = 8 - groups(head).length - groups(tail ?? '').length - (address.includes('.') ? 1 : 0);
  const whole = tail === undefined ? groups(head) : [...groups(head), ...Array(missing).fill('0'), ...groups(tail)];
  return `${whole
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}

/** Affects no row when `max` are used up. */
const count = statement((db, { key, windowStart, max }: { key: string; windowStart: string; max: number }) =>
  db
    .insertInto('limitCount')
    .values({ key, windowStart, count: 1 })
    .onConflict((conflict) =>
      conflict
        .columns(['key', 'windowStart'])
        .doUpdateSet({ count: sql<number>`limit_count.count + 1` })
        .where('limitCount.count', '<', max),
    ),
);
