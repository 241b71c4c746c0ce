import { hash } from 'node:crypto';
import { sql, type Selectable } from 'kysely';
import type { Db, Dialect } from '../../platform/database/index.ts';
import type { TouchTable } from '../tables.ts';

/** Every column of a touch, in the order in which they are hashed. A new column would belong to a new version. */
const COLUMNS = [
  ...(['id', 'seq', 'occurredAt', 'recordedAt', 'type', 'channel', 'direction', 'sourceKind', 'source'] as const),
  ...(['actor', 'subject', 'inquiry', 'campaign', 'place', 'body'] as const),
] satisfies (keyof TouchTable)[];

const TEXTS = [
  ...['id', 'occurred_at', 'recorded_at', 'type', 'channel', 'direction', 'source_kind', 'source', 'actor'],
  ...['subject', 'inquiry', 'campaign', 'place'],
];

/** A touch exactly as it is stored. */
export interface StoredTouch extends Selectable<TouchTable> {
  /** Bytes of all its texts as the database counts them; null where text cannot hide any. */
  octets: number | null;
}

/**
 * Touches with everything that is stored of them. SQLite keeps any bytes in a text, and a reader sees neither what
 * follows a NUL nor which bytes were no UTF-8: so it counts the bytes, too.
 */
export function storedTouches(db: Db, dialect: Dialect) {
  const octets = TEXTS.map((column) => `coalesce(length(cast(${column} as blob)), 0)`).join(' + ');
  return db
    .selectFrom('touch')
    .select(COLUMNS)
    .select(sql<number | null>`${sql.raw(dialect === 'sqlite' ? octets : 'null')}`.as('octets'));
}

const NULL = 0;
const TEXT = 1;
const BYTES = 2;
const NUMBER = 3;
const FOREIGN = 9;
const HEAD = Buffer.from('waypost/touch/1');

/** Bytes of a digest that are kept for each row. */
export const LEAF_BYTES = 8;

/**
 * Makes a function that hashes one touch after the other: SHA-256 over each column as one byte for what it is, four for
 * its length, and its bytes. The body goes in as it is stored, encrypted: deleting its key changes nothing here.
 */
export function createRowHash(): (row: StoredTouch, seq?: number) => Buffer {
  let space = Buffer.alloc(16_384);

  return function hashOf(row, seq = row.seq ?? 0) {
    const most = COLUMNS.reduce((sum, column) => sum + 5 + mostBytes(row[column]), HEAD.length + 16);
    if (most > space.length) space = Buffer.alloc(most * 2);
    let at = HEAD.copy(space);
    let octets = 0;
    const put = (tag: number, length: number): void => {
      space[at] = tag;
      space.writeUInt32BE(length, at + 1);
      at += 5 + length;
    };
    for (const column of COLUMNS) {
      const value: unknown = column === 'seq' ? seq : row[column];
      if (value === null) put(NULL, 0);
      else if (typeof value === 'string') {
        const length = space.write(value, at + 5);
        octets += length;
        put(TEXT, length);
      } else if (typeof value === 'number') {
        put(NUMBER, space.write(String(value), at + 5));
      } else {
        const bytes = value as Uint8Array;
        space.set(bytes, at + 5);
        put(BYTES, bytes.length);
      }
    }
    if (row.octets !== null && row.octets !== octets) put(FOREIGN, 0);
    return hash('sha256', space.subarray(0, at), 'buffer');
  };
}

function mostBytes(value: string | number | Uint8Array | null): number {
  if (typeof value === 'string') return value.length * 3;
  return value === null || typeof value === 'number' ? 24 : value.length;
}
