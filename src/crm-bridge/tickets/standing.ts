import { authorize, type Viewer } from '../../accounts/index.ts';
import type { Database } from '../../platform/database/index.ts';
import type { Queue } from '../../platform/jobs/index.ts';
import { workableTickets } from './visibleTickets.ts';

/** What every page of the desk says beside its way: how much is open, and whether something needs a person. */
export interface Standing {
  /** Tickets that are not solved. */
  tickets: number;
  /** Operations that are parked. */
  parked: number;
}

export function createStanding({ database: { reports }, queue }: { database: Database; queue: Queue }) {
  return async function standing(viewer: Viewer): Promise<Standing> {
    authorize(viewer, 'ticket.work');
    const [{ tickets }, { parked }] = await Promise.all([
      workableTickets(viewer, reports)
        .select((eb) => eb.fn.countAll<number>().as('tickets'))
        .where('ticket.state', 'in', ['open', 'waiting_for_you'])
        .executeTakeFirstOrThrow(),
      queue.counts(),
    ]);
    return { tickets: Number(tickets), parked };
  };
}
