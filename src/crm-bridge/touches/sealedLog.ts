import { hkdfSync } from 'node:crypto';
import { sql } from 'kysely';
import type { Database } from '../../platform/database/index.ts';
import { newId, type Runtime } from '../../platform/runtime.ts';
import { createHeadFile } from './headFile.ts';
import { createKeepMonths } from './keepMonths.ts';
import { createRetention, type Dropped } from './retention.ts';
import { createProofs } from './seal.ts';
import { createSealedTouches, type SealedTouch } from './sealedTouches.ts';
import { createSealer, type Sealer } from './sealer.ts';
import type { SubjectKeys } from './subjectKeys.ts';
import { createVerify, type Verification, type VerifyOptions } from './verify.ts';

export interface SealedLogDeps {
  database: Database;
  runtime: Runtime;
  keys: SubjectKeys;
  /** 32 bytes that are not in the database. */
  masterKey: Uint8Array;
  /** Where it is noted, outside of the database, how far the log is sealed. */
  headFile: string;
  /** For how many months touches are kept, by type; left out: `keptByDefault`. */
  keepMonths?: Readonly<Record<string, number>> | undefined;
  log: { warn(details: object, message: string): void };
}

/** The touch log as a whole: sealing, proving, reading by `seq`, forgetting. The operator's, not for pages. */
export interface SealedLog extends Sealer {
  verify(options?: VerifyOptions): Promise<Verification>;
  /** The last `seq` there is; 0 while nothing is sealed. */
  last(): Promise<number>;
  /** The touch of a `seq`; null when there is none, or none any more. */
  idOf(seq: number): Promise<string | null>;
  /** Sealed touches after a `seq`, in pages. */
  after(seq: number): AsyncGenerator<SealedTouch[]>;
  /** Drops what has had its time. */
  drop(signal?: AbortSignal): Promise<Dropped>;
  /** Makes what the next month needs. */
  prepare(): Promise<void>;
  /** Since when the oldest touch waits to be sealed, in milliseconds since 1970; null when none does. */
  oldestUnsealed(): Promise<number | null>;
}

export function createSealedLog(deps: SealedLogDeps): SealedLog {
  const { database, runtime, keys, log } = deps;
  const proofs = createProofs(derivedKey(deps.masterKey, 'seals'));
  const headFile = createHeadFile(deps.headFile, proofs, newId(runtime));
  const keepMonths = createKeepMonths(deps.keepMonths);
  const retention = createRetention({ database, runtime, proofs, keepMonths, log });
  const sealer = createSealer({ database, runtime, proofs, headFile, keepMonths, log });
  return {
    seal: sealer.seal,
    async run(signal) {
      await keys
        .prepare(database.db)
        .catch((error: unknown) => log.warn({ err: error }, 'the month’s key comes later'));
      await sealer.run(signal);
    },
    verify: createVerify({ database, proofs, headFile }),
    ...createSealedTouches({ database, keys }),
    drop: retention.drop,
    prepare: () => keys.prepare(database.db),
    async oldestUnsealed() {
      const query = database.db.selectFrom('touch').select('recordedAt').where('seq', 'is', null);
      // The first of an index each; by id, SQLite would sort all that wait.
      const first = database.dialect === 'sqlite' ? query.orderBy(sql`rowid`) : query.orderBy('id');
      const row = await first.limit(1).executeTakeFirst();
      return row ? Date.parse(row.recordedAt) : null;
    },
  };
}

/** A key of its own for each use. */
export function derivedKey(masterKey: Uint8Array, use: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', masterKey, 'waypost', `touches/${use}`, 32));
}
