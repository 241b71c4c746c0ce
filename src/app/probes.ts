import type { Probe } from '../platform/http/index.ts';
import type { Application } from './application.ts';

const wordsFor = (engine: string): string => (engine === 'database' ? 'the database' : engine);

/** What a portal's `/readyz` asks. Without its engine the search is weaker, but customers are served. */
export function probesOf({
  database,
  kb,
  queue,
}: Pick<Application, 'database' | 'kb' | 'queue'>): Record<'database' | 'search' | 'bridge', Probe> {
  return {
    database: async () => {
      await database.db.selectFrom('counter').select('name').limit(1).execute();
      return { status: 'ok', detail: database.dialect === 'sqlite' ? 'SQLite' : 'PostgreSQL' };
    },
    search: {
      needed: false,
      check: async () => {
        const { engine, ready, trouble, answering, missing } = await kb.searchState();
        if (!ready) return { status: 'degraded', detail: `${engine} does not answer; ${wordsFor(answering)} does.` };
        if (trouble !== null)
          return { status: 'degraded', detail: `${engine} answers, but cannot be brought up to date.` };
        if (missing !== null) return { status: 'degraded', detail: `${engine} answers; ${missing} could not step in.` };
        return { status: 'ok', detail: engine };
      },
    },
    bridge: {
      needed: false,
      check: async () => {
        const { parked, owed } = await queue.counts();
        return { status: parked > 0 ? 'degraded' : 'ok', detail: `${owed} owed, ${parked} parked` };
      },
    },
  };
}
