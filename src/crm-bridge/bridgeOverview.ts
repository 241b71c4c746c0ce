import { authorize, type Viewer } from '../accounts/index.ts';
import type { Database } from '../platform/database/index.ts';
import type { JobView, Queue, QueueCounts } from '../platform/jobs/index.ts';
import type { Connector } from './connector.ts';
import { ticketName } from './tickets/ticketNumber.ts';

/** One operation of the queue as colleagues read it. */
export interface Operation extends JobView {
  /** The ticket it is about, when it is about one. */
  ticket: string | null;
}

export interface BridgeOverview {
  counts: QueueCounts;
  connectors: { name: string; capabilities: Connector['capabilities']; means: string }[];
  parked: Operation[];
  owed: Operation[];
}

const SHOWN = 50;

/** What is owed to other systems, what was delivered, and what needs a person. */
export function createBridgeOverview({
  database,
  queue,
  connectors,
}: {
  database: Database;
  queue: Queue;
  connectors: readonly Connector[];
}) {
  async function named(jobs: readonly JobView[]): Promise<Operation[]> {
    const ids = jobs.flatMap(({ payload }) => ticketIdOf(payload) ?? []);
    const rows =
      ids.length === 0
        ? []
        : await database.reports.selectFrom('ticket').select(['id', 'number']).where('id', 'in', ids).execute();
    const names = new Map(rows.map(({ id, number }) => [id, ticketName(number)]));
    return jobs.map((job) => ({ ...job, ticket: names.get(ticketIdOf(job.payload) ?? '') ?? null }));
  }

  return {
    async overview(viewer: Viewer): Promise<BridgeOverview> {
      authorize(viewer, 'bridge.read');
      const [counts, parked, owed] = await Promise.all([
        queue.counts(),
        queue.list({ state: 'parked', limit: SHOWN }).then(({ jobs }) => named(jobs)),
        queue.list({ state: 'owed', limit: SHOWN }).then(({ jobs }) => named(jobs)),
      ]);
      return {
        counts,
        connectors: connectors.map(({ name, capabilities, retry }) => ({
          name,
          capabilities,
          means: retry.openCase.means,
        })),
        parked,
        owed,
      };
    },
    /** Puts a parked operation back into its lane. @throws Refusal `not_found` when it is not parked any more. */
    async replay(viewer: Viewer, jobId: string): Promise<void> {
      authorize(viewer, 'bridge.replay');
      await queue.replay(jobId);
    },
  };
}

function ticketIdOf(payload: unknown): string | null {
  const id = payload && typeof payload === 'object' && 'ticketId' in payload ? payload.ticketId : null;
  return typeof id === 'string' ? id : null;
}
