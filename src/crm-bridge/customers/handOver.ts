import { authorize, type StaffViewer, type Viewer } from '../../accounts/index.ts';
import type { Database, Db } from '../../platform/database/index.ts';
import { instant, type Runtime } from '../../platform/runtime.ts';
import { ticketName } from '../tickets/ticketNumber.ts';
import type { TouchLog } from '../touches/touchLog.ts';

/** Tickets that wait for somebody, given from one colleague to another. */
export function createTicketHandOver(deps: { database: Database; runtime: Runtime; touchLog: TouchLog }) {
  const { database, runtime, touchLog } = deps;
  return {
    /** How many open tickets a colleague has. @throws Refusal `forbidden` */
    async assigned(viewer: Viewer, colleague: string): Promise<number> {
      authorize(viewer, 'customer.handOver', { from: colleague });
      const { number } = await database.reports
        .selectFrom('ticket')
        .select((eb) => eb.fn.countAll<number>().as('number'))
        .where('assigneeId', '=', colleague)
        .where('state', 'in', ['open', 'waiting_for_you'])
        .executeTakeFirstOrThrow();
      return Number(number);
    },
    /**
     * In the caller's transaction. Solved tickets stay with who solved them.
     * @param from the colleague who had them; `to`: who has them now.
     * @returns how many.
     */
    async handOverTickets(tx: Db, viewer: Viewer, from: string, to: string): Promise<number> {
      authorize(viewer, 'customer.handOver', { from });
      const given = await tx
        .updateTable('ticket')
        .set({ assigneeId: to, updatedAt: instant(runtime.now()) })
        .where('assigneeId', '=', from)
        .where('state', 'in', ['open', 'waiting_for_you'])
        .returning(['number', 'personId', 'inquiry'])
        .execute();
      for (const { number, personId, inquiry } of given) {
        await touchLog.recordIn(tx, {
          type: 'ticket.assigned',
          channel: 'web',
          direction: 'internal',
          actor: `staff:${(viewer as StaffViewer).personId}`,
          personId,
          inquiry,
          body: { ticket: ticketName(number), assignee: to },
        });
      }
      return given.length;
    },
  };
}
