import { askService } from './services.ts';

/** The URL of a new, empty database on the run's real PostgreSQL server, which goes with the run. */
export function freshDatabase(): Promise<string> {
  return askService('database');
}

/** The same, with what a portal holds after its first start: `startPortal` is quicker on it. */
export function filledDatabase(): Promise<string> {
  return askService('portal-database');
}
