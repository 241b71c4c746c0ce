import type { Accounts } from '../accounts/index.ts';
import type { Bridge } from '../crm-bridge/index.ts';
import type { OrderWatchDeps } from '../orders/index.ts';
import type { Queue } from '../platform/jobs/index.ts';

/** Connects the watch over orders to the queue, and to the log of touches. */
export function orderWatchPorts({
  queue,
  accounts,
  bridge,
}: {
  queue: Queue;
  accounts: Accounts;
  bridge: Bridge;
}): Pick<OrderWatchDeps, 'owe' | 'tell'> {
  return {
    owe: async (tx, { orderId, key, runAt }) => {
      await queue.enqueue(tx, { kind: 'mail.order', key, payload: { orderId }, runAt });
    },
    tell: async (tx, { number, customerEmail, promisedAt }) => {
      const person = customerEmail === null ? null : await accounts.personByEmail(tx, customerEmail);
      await bridge.touches.recordIn(tx, {
        type: 'order.late',
        channel: 'web',
        direction: 'outbound',
        sourceKind: 'transaction',
        actor: 'system',
        personId: person?.id ?? null,
        body: { order: number, promisedAt },
      });
    },
  };
}
