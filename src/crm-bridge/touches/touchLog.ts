import { statementOfRows, type Database, type Db } from '../../platform/database/index.ts';
import { seal } from '../../platform/secrets/index.ts';
import { instant, newId, type Runtime } from '../../platform/runtime.ts';
import type { TouchTable } from '../tables.ts';
import { continueInquiries } from '../inquiries.ts';
import type { SubjectKeys } from './subjectKeys.ts';
import type { NewTouch } from './touch.ts';

/** What a touch of our own says of where it comes from. */
const OWN_SOURCE = 'portal';
/** Reads are gathered for so long before they are written together, in milliseconds. */
const GATHER_MS = 250;
/** Sealed rows that are held in memory before they are written. */
const ROWS_AT_ONCE = 512;
/** So many gathered touches may wait while the database is locked; more than that are counted as lost. */
const MOST_WAITING = 50_000;

export interface TouchLogDeps {
  database: Database;
  runtime: Runtime;
  keys: SubjectKeys;
  log: { warn(details: object, message: string): void };
}

/** The log of every contact. */
export interface TouchLog {
  /** Writes a touch in the transaction of its cause: acknowledged means on disk. */
  recordIn(tx: Db, touch: NewTouch): Promise<void>;
  /** The same for several at once. */
  recordAllIn(tx: Db, touches: readonly NewTouch[]): Promise<void>;
  /** Gathers a touch of mere reading; it is written within a quarter of a second, or with `flush`. */
  record(touch: NewTouch): void;
  /** Writes what is gathered. */
  flush(): Promise<void>;
  /** Touches lost because the database stayed locked for too long; shown in the metrics. */
  lost(): number;
}

export function createTouchLog({ database, runtime, keys, log }: TouchLogDeps): TouchLog {
  let gathered: NewTouch[] = [];
  let lost = 0;
  let timer: NodeJS.Timeout | null = null;
  let writing: Promise<void> = Promise.resolve();

  async function write(tx: Db, touches: readonly NewTouch[]): Promise<void> {
    await continueInquiries(tx, touches, runtime);
    for (let from = 0; from < touches.length; from += ROWS_AT_ONCE) {
      const rows: TouchTable[] = [];
      for (const touch of touches.slice(from, from + ROWS_AT_ONCE)) rows.push(await asRow(tx, touch));
      await insert(tx, rows);
    }
  }

  async function asRow(tx: Db, touch: NewTouch): Promise<TouchTable> {
    const id = touch.id ?? newId(runtime);
    const recordedAt = instant(runtime.now());
    const { subject, key } = await keys.of(tx, touch.personId, recordedAt);
    return {
      id,
      seq: null,
      occurredAt: touch.occurredAt === undefined ? recordedAt : instant(touch.occurredAt),
      recordedAt,
      type: touch.type,
      channel: touch.channel,
      direction: touch.direction,
      sourceKind: touch.sourceKind ?? 'channel',
      source: touch.source ?? OWN_SOURCE,
      actor: touch.actor,
      subject,
      inquiry: touch.inquiry ?? null,
      campaign: touch.campaign ?? null,
      place: touch.place ?? null,
      body: seal(key, JSON.stringify(touch.body), `touch:${id}`),
    };
  }

  async function flushOnce(): Promise<void> {
    if (timer) clearTimeout(timer);
    timer = null;
    const batch = gathered;
    if (batch.length === 0) return;
    gathered = [];
    try {
      await database.transaction((tx) => write(tx, batch));
    } catch (error) {
      gathered = [...batch, ...gathered];
      if (gathered.length > MOST_WAITING) {
        lost += gathered.length - MOST_WAITING;
        gathered = gathered.slice(-MOST_WAITING);
      }
      log.warn({ err: error, waiting: gathered.length }, 'touches could not be written, trying again');
      schedule();
    }
  }

  function schedule(): void {
    timer ??= setTimeout(() => void flush(), GATHER_MS);
  }

  function flush(): Promise<void> {
    writing = writing.then(flushOnce);
    return writing;
  }

  return {
    recordIn: (tx, touch) => write(tx, [touch]),
    recordAllIn: write,
    record(touch) {
      gathered.push({ ...touch, occurredAt: touch.occurredAt ?? runtime.now() });
      schedule();
    },
    flush,
    lost: () => lost,
  };
}

const insert = statementOfRows((tx, rows: readonly TouchTable[]) => tx.insertInto('touch').values(rows));
