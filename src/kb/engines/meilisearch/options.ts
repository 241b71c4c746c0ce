import type { EngineFault } from '../../engine.ts';

const PATIENCE_MS = 300;

export interface MeilisearchOptions {
  /** Where the server is: `http://127.0.0.1:7700`. */
  host: string | undefined;
  /**
   * The master key, or an admin key that may manage keys; the searches' own keys are made from it. Left out: the server
   * runs without keys, as on a developer's machine.
   */
  apiKey?: string | undefined;
  /** What the names of its indexes begin with; portals that share one server need different ones. `waypost` if left out. */
  prefix?: string | undefined;
  /** Milliseconds after which a search is given up, so that whoever asked is answered by another engine; 300 if left out. */
  patienceMs?: number | undefined;
}

export interface CheckedOptions {
  host: string;
  apiKey: string | undefined;
  prefix: string;
  patienceMs: number;
}

/** The options, or what is wrong with them. */
export function checkOptions(options: MeilisearchOptions): { checked: CheckedOptions } | { faults: EngineFault[] } {
  const faults: EngineFault[] = [];
  const host = hostOf(options.host);
  if (host === null) {
    faults.push({
      option: 'host',
      expected: 'the address of Meilisearch, such as http://127.0.0.1:7700, without a key',
    });
  }
  // What is no visible ASCII cannot stand in a header, and the error about it would show the key.
  const { apiKey, prefix = 'waypost', patienceMs = PATIENCE_MS } = options;
  if (apiKey !== undefined && (typeof apiKey !== 'string' || !/^[\x21-\x7e]+$/.test(apiKey))) {
    faults.push({ option: 'apiKey', expected: 'a key of Meilisearch: letters, digits and signs without spaces' });
  }
  if (typeof prefix !== 'string' || !/^[a-zA-Z0-9-]{1,40}$/.test(prefix)) {
    faults.push({ option: 'prefix', expected: '1 to 40 letters, digits and hyphens' });
  }
  if (!Number.isInteger(patienceMs) || patienceMs < 50) {
    faults.push({ option: 'patienceMs', expected: 'whole milliseconds, 50 or more' });
  }
  return host === null || faults.length > 0 ? { faults } : { checked: { host, apiKey, prefix, patienceMs } };
}

function hostOf(text: unknown): string | null {
  const url = typeof text === 'string' ? URL.parse(text) : null;
  if (url === null || !['http:', 'https:'].includes(url.protocol)) return null;
  return url.username === '' && url.password === '' && url.search === '' && url.hash === '' ? url.href : null;
}
