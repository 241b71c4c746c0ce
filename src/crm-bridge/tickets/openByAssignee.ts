import { authorize, type Viewer } from '../../accounts/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { workableTickets } from './visibleTickets.ts';

/** How many open tickets each colleague has, by their id; who has none is not in it. */
export function createOpenByAssignee({ database: { reports } }: { database: Database }) {
  return async function openByAssignee(viewer: Viewer): Promise<ReadonlyMap<string, number>> {
    authorize(viewer, 'ticket.work');
    const rows = await workableTickets(viewer, reports)
      .select((eb) => ['ticket.assigneeId', eb.fn.countAll<number>().as('tickets')])
      .where('ticket.state', 'in', ['open', 'waiting_for_you'])
      .where('ticket.assigneeId', 'is not', null)
      .groupBy('ticket.assigneeId')
      .execute();
    return new Map(rows.map(({ assigneeId, tickets }) => [assigneeId ?? '', Number(tickets)]));
  };
}
