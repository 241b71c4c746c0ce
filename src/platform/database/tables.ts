import type { Kysely, Transaction } from 'kysely';

/**
 * Every table of the database by its name in TypeScript (camelCase; `snake_case` in SQL). Each room adds the tables it
 * owns by declaration merging, so that a room's columns stand beside the room's code.
 */
export interface Tables {
  idempotency: IdempotencyTable;
  counter: CounterTable;
  limitCount: LimitCountTable;
  job: JobTable;
}

/** A handle on the database; inside `database.transaction` the transaction itself is one. */
export type Db = Kysely<Tables>;
export type Tx = Transaction<Tables>;

/** What a write with an `Idempotency-Key` led to. `scope` keeps one caller's keys apart from another's. */
export interface IdempotencyTable {
  scope: string;
  key: string;
  /** SHA-256 of what was asked, so that one key cannot stand for two different requests. */
  fingerprint: string;
  result: string;
  createdAt: string;
}

/** Numbers people read out, such as ticket numbers: gap-free, one row a series. */
export interface CounterTable {
  name: string;
  value: number;
}

/** How often something happened in one window of time; see `limits.ts`. */
export interface LimitCountTable {
  key: string;
  windowStart: string;
  count: number;
}

/** One operation owed to the outside or to later; see `platform/jobs`. */
export interface JobTable {
  /** Sequence within the queue; order of jobs with one subject. Given by the database. */
  seq: import('kysely').Generated<number>;
  id: string;
  /** What is to be done: `mail.reply`, `case.open` … */
  kind: string;
  /** Idempotency key for life; a second job with the same key is the same job. */
  key: string;
  /** Jobs with one subject are done one after the other, in the order of `seq`; null: no order. */
  subject: string | null;
  /** JSON with ids only, never personal data. */
  payload: string;
  /** `waiting`: an earlier job of the subject is not done yet. */
  state: 'waiting' | 'queued' | 'leased' | 'done' | 'parked';
  /** How often it was tried and failed since it was queued or replayed. */
  attempts: number;
  /** Claims in a row that ended without any outcome: their worker died. */
  lost: number;
  /** From when on it may be claimed; while it is leased, the end of the lease. */
  runAt: string;
  /** The first claim since it was queued or replayed; retries end some days after it. */
  firstAt: string | null;
  /** Rises with each claim; only the holder of the newest token may write the outcome. */
  fence: number;
  lastError: string | null;
  createdAt: string;
  doneAt: string | null;
}
