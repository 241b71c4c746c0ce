import { spawn } from 'node:child_process';

/** Another process that holds an SQLite database for itself. */
export interface LockHolder {
  isHeld(): boolean;
  /** Ends when the time is over: calls `last` while the database is still held, then lets go. */
  release(last: () => void): Promise<void>;
}

const program = `
  const { DatabaseSync } = require('node:sqlite');
  const database = new DatabaseSync(process.argv[1], { timeout: 20_000 });
  database.exec('BEGIN EXCLUSIVE');
  process.stdout.write('held');
  process.stdin.once('data', () => {
    database.exec('ROLLBACK');
    process.exit(0);
  });`;

/** Resolves when the database is held, for so long. */
export async function holdExclusively(file: string, seconds: number): Promise<LockHolder> {
  const child = spawn(process.execPath, ['-e', program, file], { stdio: ['pipe', 'pipe', 'inherit'] });
  const gone = new Promise((resolve) => child.once('close', resolve));
  await new Promise((resolve, reject) => {
    child.stdout.once('data', resolve);
    void gone.then(() => reject(new Error('The database could not be held.')));
  });
  const over = performance.now() + seconds * 1_000;
  let held = true;
  return {
    isHeld: () => held,
    async release(last) {
      await new Promise((resolve) => setTimeout(resolve, over - performance.now()));
      held = false;
      last();
      child.stdin.end('now');
      await gone;
    },
  };
}
