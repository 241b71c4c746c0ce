import { AsyncLocalStorage } from 'node:async_hooks';

interface Scope {
  open: boolean;
  afterCommit: (() => void)[];
}

const scope = new AsyncLocalStorage<Scope>();

/**
 * Runs `work` as the body of the transaction that `transact` opens. While it runs, whoever asks the driver for another
 * connection holds the outer handle by mistake: on SQLite it would wait for itself, on PostgreSQL it would write outside
 * the transaction.
 */
export async function insideTransaction<Tx, T>(
  transact: (body: (tx: Tx) => Promise<T>) => Promise<T>,
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  const state: Scope = { open: true, afterCommit: [] };
  const result = await transact(async (tx) => {
    try {
      return await scope.run(state, () => work(tx));
    } finally {
      state.open = false;
    }
  });
  for (const notify of state.afterCommit) notify();
  return result;
}

/**
 * Calls `notify` once the surrounding transaction is on disk, and never when it fails; outside a transaction, at once.
 * For wake-ups within this process only: a process that dies right after the commit never calls it.
 */
export function afterCommit(notify: () => void): void {
  const state = scope.getStore();
  if (state?.open) state.afterCommit.push(notify);
  else notify();
}

/** Throws when called from inside a transaction's body; drivers call it before they hand out a connection. */
export function refuseOuterHandle(): void {
  if (scope.getStore()?.open) {
    throw new Error('The outer database handle was used inside a transaction: pass the transaction on instead.');
  }
}
