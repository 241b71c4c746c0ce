import type { Database } from '../platform/database/index.ts';
import type { Runtime } from '../platform/runtime.ts';
import type { SearchEngine } from './engine.ts';
import type { KbLog, TouchPort } from './ports.ts';

/** What the knowledge base works with; the application hands it in. */
export interface KbParts {
  database: Database;
  runtime: Runtime;
  log: KbLog;
  /** The engine that is meant to answer. */
  engine: SearchEngine;
  /** Fed as well, so that it answers when the first does not. */
  net?: SearchEngine;
  touches: TouchPort;
  /** The site's locales, the leading one first; left out: every one that the portal speaks. */
  locales?: readonly string[];
}
