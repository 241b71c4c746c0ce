import { DatabaseSync } from 'node:sqlite';

/** Who may write into a folder that several processes read. */
export interface WriterLock {
  /** Takes it, or says that somebody else has it. It is kept until `release`, or until the process ends in any way. */
  take(): boolean;
  release(): void;
}

/**
 * A lock that the operating system takes back when its holder dies, by `kill -9` too, so that none is left behind: Node
 * offers no other than the one SQLite holds on its file while it may write.
 */
export function writerLock(path: string): WriterLock {
  let held: DatabaseSync | null = null;
  return {
    take() {
      if (held) return true;
      const file = new DatabaseSync(path, { timeout: 0 });
      try {
        file.exec('BEGIN IMMEDIATE');
      } catch (error) {
        file.close();
        if (isBusy(error)) return false;
        throw error;
      }
      held = file;
      return true;
    },
    release() {
      held?.close();
      held = null;
    },
  };
}

const SQLITE_BUSY = 5;

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY;
}
