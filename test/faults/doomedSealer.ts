import files, { type FileHandle } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { createBridge, desk, type Bridge } from '../../src/crm-bridge/index.ts';
import { openDatabase, type Database } from '../../src/platform/database/index.ts';
import { createQueue } from '../../src/platform/jobs/index.ts';
import { createLog } from '../../src/platform/log/index.ts';
import { systemRuntime } from '../../src/platform/runtime.ts';

/** A process that seals, and where it dies. */
export interface DoomedSealer {
  databaseUrl: string;
  folder: string;
  /** Added to the clock, in milliseconds. */
  ahead: number;
  /**
   * The number of the statement before which it dies, counted from 1; `open`, `rename`: before it opens, or puts in its
   * place, the note in the data folder.
   */
  killAt: number | 'open' | 'rename';
}

/** The bridge alone, on a migrated database. */
export function openForSealing(
  { databaseUrl, folder }: Pick<DoomedSealer, 'databaseUrl' | 'folder'>,
  now: () => number,
  onStatement: () => void = () => undefined,
): { bridge: Bridge; database: Database } {
  const database = openDatabase({ url: databaseUrl, onStatement });
  const runtime = { ...systemRuntime(), now };
  const log = createLog({ level: 'silent' });
  const bridge = createBridge({
    ...{ database, runtime, log, queue: createQueue({ database, runtime, log }), connectors: [desk()] },
    ...{ masterKey: new Uint8Array(32).fill(7), filesFolder: join(folder, 'files') },
    touchHeadFile: join(folder, 'touches-head.json'),
  });
  return { bridge, database };
}

/** The process itself: `doomedSealer.ts JSON`. It prints how many touches it sealed if it lives so long. */
async function main(doomed: DoomedSealer): Promise<void> {
  const die = (): never => {
    process.kill(process.pid, 'SIGKILL');
    throw new Error('It lives on.');
  };
  if (doomed.killAt === 'rename') files.rename = die;
  if (doomed.killAt === 'open') files.open = die as unknown as (path: unknown) => Promise<FileHandle>;
  syncBuiltinESMExports();
  let statement = 0;
  const { bridge } = openForSealing(
    doomed,
    () => Date.now() + doomed.ahead,
    () => {
      if (++statement === doomed.killAt) die();
    },
  );
  const sealed = await bridge.sealedLog.seal();
  process.stdout.write(String(sealed), () => process.exit(0));
}

if (process.argv[1] === import.meta.filename) await main(JSON.parse(process.argv[2] ?? '{}') as DoomedSealer);
