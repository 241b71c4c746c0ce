import { AsyncLocalStorage } from 'node:async_hooks';

const scope = new AsyncLocalStorage<{ open: boolean }>();

/**
 * Runs `work` as the body of a transaction. While it runs, whoever asks the driver for another connection holds the
 * outer handle by mistake: on SQLite it would wait for itself, on PostgreSQL it would write outside the transaction.
 */
export async function insideTransaction<T>(work: () => Promise<T>): Promise<T> {
  const state = { open: true };
  try {
    return await scope.run(state, work);
  } finally {
    state.open = false;
  }
}

/** Throws when called from inside a transaction's body; drivers call it before they hand out a connection. */
export function refuseOuterHandle(): void {
  if (scope.getStore()?.open) {
    throw new Error('The outer database handle was used inside a transaction: pass the transaction on instead.');
  }
}
