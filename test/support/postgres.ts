import { askService } from './services.ts';

/** The URL of a new, empty database on the run's real PostgreSQL server, which goes with the run. */
export function freshDatabase(): Promise<string> {
  return askService('database');
}
